"""Blobs: whole or not at all, written once, never outside their folder."""

import os
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django.fixtures import Settings

from generations.core import blobs


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def in_memory(settings: Settings) -> None:
    storage = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = settings.STORAGES | {"default": storage}


def test_what_was_put_is_read_and_streamed() -> None:
    blobs.put({"ab/cd/abcd.webp": b"picture"})
    assert blobs.read("ab/cd/abcd.webp") == b"picture"
    with blobs.open_stream("ab/cd/abcd.webp") as stream:
        assert stream.read(3) == b"pic"
    assert blobs.exists("ab/cd/abcd.webp")


def test_an_existing_name_keeps_what_it_has() -> None:
    blobs.put({"a/1": b"first"})
    blobs.put({"a/1": b"second"})
    assert blobs.read("a/1") == b"first"


def test_a_crash_while_writing_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError("No space left on device")

    (folder / "a").mkdir(parents=True)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="space"):
        blobs.put({"a/1": b"x"})
    assert not blobs.exists("a/1")
    assert list((folder / "a").iterdir()) == []


def test_a_file_whose_writer_crashed_is_kept_durably_by_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name may not have reached the disk yet: only a synced folder keeps it."""
    (folder / "a").mkdir(parents=True)
    (folder / "a/1").write_bytes(b"first")
    synced = []
    monkeypatch.setattr("os.fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    blobs.put({"a/1": b"first"})
    assert synced == [(folder / "a").stat().st_ino]


def test_what_is_missing_is_told() -> None:
    assert not blobs.exists("a/nothing")
    with pytest.raises(FileNotFoundError):
        blobs.read("a/nothing")


def test_deleting_twice_is_once() -> None:
    blobs.put({"a/1": b"x"})
    blobs.delete("a/1")
    blobs.delete("a/1")
    assert not blobs.exists("a/1")


@pytest.mark.parametrize(
    "name",
    ["", "/etc/passwd", "../up", "a/../../up", "a//b", "a/.hidden", "a\\b", "a/", "A", "a\0"],
)
def test_a_name_that_could_lead_elsewhere_is_refused(name: str) -> None:
    for act in (blobs.read, blobs.exists, blobs.delete, lambda name: blobs.put({name: b""})):
        with pytest.raises(ValueError, match="Not the name"):
            act(name)


@pytest.mark.usefixtures("in_memory")
def test_another_storage_does_as_well() -> None:
    blobs.put({"ab/1.webp": b"first"})
    blobs.put({"ab/1.webp": b"second"})
    assert blobs.read("ab/1.webp") == b"first"
    assert default_storage.listdir("ab") == ([], ["1.webp"])
