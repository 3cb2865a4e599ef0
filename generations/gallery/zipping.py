"""Many originals as one ZIP file, written while it is sent: nothing of it lies on a disk."""

from collections.abc import Iterable, Iterator
from zipfile import ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from generations.core import blobs
from generations.lifecycle.models import Image

MOST_BYTES = 1024**3
CHUNK = 256 * 1024
LOST = "not-in-this-zip.txt"


class _Sink:
    """What ZipFile writes to. It cannot go back, so sizes follow each file."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, chunk: bytes, /) -> int:
        self._chunks.append(bytes(chunk))
        return len(chunk)

    def flush(self) -> None:
        """There is nothing behind it."""

    close = flush

    def taken(self) -> bytes:
        chunks, self._chunks = self._chunks, []
        return b"".join(chunks)


def stream(images: Iterable[Image], zone: ZoneInfo) -> Iterator[bytes]:
    """The file piece by piece. An original that the store has lost is named in a text beside."""
    sink, lost = _Sink(), []
    with ZipFile(sink, "w", ZIP_STORED) as archive:  # pictures are compressed already
        for image in images:
            try:
                yield from _file(archive, sink, image, zone)
            except FileNotFoundError:
                lost.append(image.download_name)
        if lost:
            archive.writestr(LOST, "\n".join(lost))
    yield sink.taken()


def _file(archive: ZipFile, sink: _Sink, image: Image, zone: ZoneInfo) -> Iterator[bytes]:
    at = image.created_at.astimezone(zone)
    entry = ZipInfo(image.download_name, at.timetuple()[:6])
    entry.external_attr = 0o644 << 16
    with blobs.open_stream(image.file_name("original")) as source, archive.open(entry, "w") as file:
        while chunk := source.read(CHUNK):
            file.write(chunk)
            yield sink.taken()
