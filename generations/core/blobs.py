"""Files by name, written once and whole: a crash leaves the old state or the new, never half."""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

NAME = re.compile(r"[a-z0-9_-][a-z0-9._-]*(/[a-z0-9_-][a-z0-9._-]*)*")


def put(contents: Mapping[str, bytes]) -> None:
    """Keep each content under its name, durably. A name that exists already keeps what it has."""
    for name in contents:
        _check(name)
    missing = {name: each for name, each in contents.items() if not default_storage.exists(name)}
    if isinstance(default_storage, FileSystemStorage):
        _put_files({Path(default_storage.path(name)): each for name, each in missing.items()})
        # Also of what was there already: its writer may have crashed before this.
        for folder in {Path(default_storage.path(name)).parent for name in contents}:
            _sync_folder(folder)
        return
    for name, each in missing.items():
        saved = default_storage.save(name, ContentFile(each))
        if saved != name:  # somebody else was faster, and the storage chose another name
            default_storage.delete(saved)


def read(name: str) -> bytes:
    """The whole content. Raises FileNotFoundError."""
    with open_stream(name) as stream:
        return stream.read()


def open_stream(name: str) -> IO[bytes]:
    """An open file to read from; the caller closes it. Raises FileNotFoundError."""
    _check(name)
    return default_storage.open(name, "rb")


def exists(name: str) -> bool:
    _check(name)
    return default_storage.exists(name)


def delete(name: str) -> None:
    """Twice is once."""
    _check(name)
    default_storage.delete(name)


def _check(name: str) -> None:
    if not NAME.fullmatch(name):
        raise ValueError(f"Not the name of a blob: {name!r}")


def _put_files(files: Mapping[Path, bytes]) -> None:
    for folder in {path.parent for path in files}:
        _make_folder(folder)
    for path, content in files.items():
        _put_file(path, content)


def _put_file(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """A new name is safe only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
