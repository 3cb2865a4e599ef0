"""Files by name, written once and whole: a crash leaves the old state or the new, never half."""

import os
import re
import tempfile
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

NAME = re.compile(r"[a-z0-9_-][a-z0-9._-]*(/[a-z0-9_-][a-z0-9._-]*)*")


def put(name: str, content: bytes) -> None:
    """Keep the content under the name, durably. A name that exists already keeps what it has."""
    _check(name)
    if default_storage.exists(name):
        return
    if isinstance(default_storage, FileSystemStorage):
        _put_file(Path(default_storage.path(name)), content)
        return
    saved = default_storage.save(name, ContentFile(content))
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


def _put_file(path: Path, content: bytes) -> None:
    _make_folder(path.parent)
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
    _sync_folder(path.parent)


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
