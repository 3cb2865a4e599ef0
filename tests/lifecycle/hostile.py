"""Pictures for tests: good ones, and what an enemy would send."""

import struct
import zlib
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms


def picture(
    size: tuple[int, int] = (800, 600),
    mode: str = "RGB",
    colour: Any = (200, 40, 40),
    file_format: str = "PNG",
    **options: Any,
) -> bytes:
    return saved(Image.new(mode, size, colour), file_format, **options)


def saved(image: Image.Image, file_format: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


@cache
def profile() -> bytes:
    """Made once: it holds the time of its making."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def animated(file_format: str) -> bytes:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "lime", "blue")]
    return saved(frames[0], file_format, save_all=True, append_images=frames[1:], duration=40)


def flood(width: int, height: int) -> bytes:
    """A PNG of some kilobytes that claims, and truly unpacks to, so many pixels."""
    row = b"\0" * (1 + width // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def text_bomb() -> bytes:
    """A PNG with compressed text that unpacks to 200 MB."""
    good = picture((8, 8))
    text = b"Comment\0\0" + zlib.compress(b"\0" * 200_000_000, 9)
    return good[:33] + _chunk(b"zTXt", text) + good[33:]


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
