"""The finished pictures, and files that only pretend to be one."""

import io
import struct
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from functools import cache
from random import Random

from PIL import Image

from generations.sandbox.faults import CONTENTS, plain
from generations.sandbox.jobs import Job
from generations.sandbox.pictures import draw
from generations.sandbox.wire import Reply, not_found, reply_text

KEPT = 64 * 1024 * 1024  # bytes of drawn pictures in memory; the rest is drawn again
BOMB_SIDE = 20_000  # pixels
DRIPS = 120  # bytes, one every half second


class Outputs:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drawn: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    def prepare(self, job: Job) -> None:
        """Draw it now, so that fetching it takes no time."""
        if not pretence(job):
            self._content(job)

    def reply(self, job: Job | None) -> Reply:
        """Raises WireError 404 for what is not there (yet)."""
        if job is None or job.status != "completed":
            raise not_found()
        kind = f"image/{'png' if job.extension == 'png' else 'jpeg'}"
        match pretence(job):
            case "bomb":
                return Reply(200, bomb(), "image/png")
            case "not-an-image":
                return Reply(200, b"This is not an image.\n" * 40, kind)
            case "truncated":
                content = self._content(job)
                return Reply(200, content[: len(content) // 2], kind)
            case "svg":
                return reply_text(SVG, kind="image/svg+xml")
            case "drip":
                return Reply(200, drip(self._content(job)), kind)
            case "big":
                return Reply(200, big(), "image/png")
            case "redirect":
                return Reply(302, b"", kind, {"Location": "http://127.0.0.1:1/inside"})
        return Reply(200, self._content(job), kind, {"Cache-Control": "private, max-age=3600"})

    def _content(self, job: Job) -> bytes:
        with self._lock:
            if known := self._drawn.get(job.id):
                self._drawn.move_to_end(job.id)
                return known
        content = encode(job)
        with self._lock:
            self._drawn[job.id] = content
            self._size += len(content)
            while self._size > KEPT and len(self._drawn) > 1:
                self._size -= len(self._drawn.popitem(last=False)[1])
        return content


SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">
<script>alert(document.domain)</script><rect width="64" height="64" fill="#c33"/></svg>
"""


def pretence(job: Job) -> str | None:
    return next((name for name in CONTENTS if name in job.faults), None)


def encode(job: Job) -> bytes:
    order = job.order
    picture = draw(plain(order.prompt), order.width, order.height, order.version, job.seed)
    file = io.BytesIO()
    if job.extension == "png":
        picture.save(file, "PNG", compress_level=3)
    else:
        picture.save(file, "JPEG", quality=91, subsampling=0)
    return file.getvalue()


def drip(content: bytes) -> Iterator[bytes]:
    for place in range(DRIPS):
        yield content[place : place + 1]
        time.sleep(0.5)


@cache
def bomb() -> bytes:
    """A few kilobytes that claim, and hold, 400 million pixels."""
    packer = zlib.compressobj(9)
    row = bytes(1 + BOMB_SIDE // 8)
    data = b"".join(packer.compress(row) for _ in range(BOMB_SIDE)) + packer.flush()
    header = struct.pack(">IIBBBBB", BOMB_SIDE, BOMB_SIDE, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND")


@cache
def big() -> bytes:
    """A sound picture of more than 10 MB."""
    noise = Random(0).randbytes(2048 * 2048 * 3)  # noqa: S311
    file = io.BytesIO()
    Image.frombytes("RGB", (2048, 2048), noise).save(file, "PNG", compress_level=0)
    return file.getvalue()


def _chunk(kind: bytes, data: bytes = b"") -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check
