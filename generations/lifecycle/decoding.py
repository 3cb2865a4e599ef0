"""From untrusted bytes to display versions. Runs only in the limited child of pictures.py.

Nothing here touches the database, imports late or opens a file: the child may not.
"""

from collections import Counter
from dataclasses import dataclass
from io import BytesIO

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# Named here so that nothing is imported in the child, where another thread's lock may be held.
from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

FORMATS = {"PNG": "png", "JPEG": "jpeg", "WEBP": "webp"}
PLUGINS = (PngImagePlugin, JpegImagePlugin, MpoImagePlugin, WebPImagePlugin)
Image.preinit()  # Pillow's own imports at the first open(), for the same reason
MAX_BYTES = 30_000_000
MAX_SIDE = 4096  # so never more than 17 megapixels
MAX_PROFILE = 128 * 1024
# Each always exists; none is wider than the original, so small originals repeat themselves.
WIDTHS = {"1280": 1280, "640": 640, "320": 320}


class Reason(TextChoices):
    """Why bytes are not taken. The sentence is what a person reads."""

    TOO_MANY_BYTES = "too_many_bytes", _("The file is larger than 30 MB.")
    TOO_MANY_PIXELS = "too_many_pixels", _("The picture is larger than 4096 × 4096.")
    NOT_A_PICTURE = "not_a_picture", _("The file is not a PNG, JPEG or WebP picture.")
    ANIMATED = "animated", _("The picture is animated.")
    DAMAGED = "damaged", _("The picture is damaged or incomplete.")
    TOO_COSTLY = "too_costly", _("The picture takes too long or too much memory to open.")


class NotTaken(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Decoded:
    format: str
    width: int
    height: int
    colour: str
    versions: dict[str, bytes]


def decode(content: bytes) -> Decoded:
    """The whole picture, decoded once. Raises NotTaken or MemoryError."""
    original = _open(content)
    name = FORMATS[str(original.format)]
    picture = _upright(original)
    profile = _profile(original, picture)
    picture.info = {}  # nothing of the original's text, position or camera goes on
    versions: dict[str, bytes] = {}
    encoded: dict[int, bytes] = {}
    smaller = picture
    for variant, widest in WIDTHS.items():
        smaller = _narrowed(smaller, widest)
        if smaller.width not in encoded:
            encoded[smaller.width] = _webp(smaller, profile)
        versions[variant] = encoded[smaller.width]
    return Decoded(name, picture.width, picture.height, _colour(smaller), versions)


def _open(content: bytes) -> Image.Image:
    """The header is judged before a single pixel is decoded."""
    try:
        picture = Image.open(BytesIO(content), formats=list(FORMATS))
    except Image.DecompressionBombError as error:
        raise NotTaken(Reason.TOO_MANY_PIXELS) from error
    except MemoryError:
        raise
    except Exception as error:  # the boundary: hostile headers raise anything from Pillow
        raise NotTaken(Reason.NOT_A_PICTURE) from error
    if max(picture.size) > MAX_SIDE:
        raise NotTaken(Reason.TOO_MANY_PIXELS)
    if getattr(picture, "n_frames", 1) != 1:
        raise NotTaken(Reason.ANIMATED)
    if picture.format not in FORMATS:
        raise NotTaken(Reason.NOT_A_PICTURE)
    return picture


def _upright(original: Image.Image) -> Image.Image:
    """Decoded, turned as its camera says, eight bits a channel, RGB or RGBA."""
    try:
        original.load()
        ImageOps.exif_transpose(original, in_place=True)
        picture: Image.Image = original
        if picture.mode.startswith("I"):  # 16 bits of grey, which convert() would cut off at 255
            picture = picture.point(lambda level: level / 256).convert("L")
            picture.info = {}
        mode = "RGBA" if picture.has_transparency_data else "RGB"
        return picture if picture.mode == mode else picture.convert(mode)
    except MemoryError:
        raise
    except Exception as error:  # the boundary: hostile data raises anything from Pillow
        raise NotTaken(Reason.DAMAGED) from error


def _profile(original: Image.Image, picture: Image.Image) -> bytes | None:
    """The colour profile, where the display versions still have the channels it speaks of."""
    profile = original.info.get("icc_profile")
    is_fit = (
        isinstance(profile, bytes)
        and profile[16:20] == b"RGB "
        and len(profile) <= MAX_PROFILE
        and original.mode in ("RGB", "RGBA", "P")
    )
    return profile if is_fit else None


def _narrowed(picture: Image.Image, widest: int) -> Image.Image:
    if picture.width <= widest:
        return picture
    height = max(1, round(picture.height * widest / picture.width))
    return picture.resize((widest, height), Image.Resampling.BICUBIC)


def _webp(picture: Image.Image, profile: bytes | None) -> bytes:
    buffer = BytesIO()
    # Method 0 takes a third of the time of 2, for files of the same size.
    picture.save(buffer, "WEBP", quality=82, method=0, icc_profile=profile or b"")
    return buffer.getvalue()


def _colour(picture: Image.Image) -> str:
    """The most frequent of five colours, transparent parts seen on white."""
    tiny = picture.resize((32, 32), Image.Resampling.BOX)
    if tiny.mode == "RGBA":
        white = Image.new("RGBA", tiny.size, "white")
        tiny = Image.alpha_composite(white, tiny).convert("RGB")
    palette = tiny.quantize(5)
    index, _count = Counter(palette.tobytes()).most_common(1)[0]
    red, green, blue = (palette.getpalette() or [])[index * 3 : index * 3 + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"
