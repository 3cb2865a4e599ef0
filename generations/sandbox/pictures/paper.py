"""The last touch: a vignette, the grain of the paper, and the mark that says where it is from."""

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from generations.sandbox.pictures.canvas import Canvas
from generations.sandbox.pictures.texture import contrast

DARKEST_CORNER = 0.86
FIBRES = 16  # pixels between the lumps of the paper


def finish(canvas: Canvas) -> Image.Image:
    image = ImageChops.multiply(canvas.image, _vignette(canvas.size))
    lumps = canvas.cloud(canvas.width / FIBRES, canvas.height / FIBRES, 2)
    grain = ImageChops.add(contrast(_speckle(canvas), 0.17), contrast(lumps, 0.12), 1, -128)
    image = ImageChops.soft_light(image, Image.merge("RGB", (grain, grain, grain)))
    _mark(image)
    return image


def _vignette(size: tuple[int, int]) -> Image.Image:
    fade = [round(255 * (1 - (1 - DARKEST_CORNER) * (v / 255) ** 2.4)) for v in range(256)]
    mask = Image.radial_gradient("L").point(fade).resize(size, Image.Resampling.BICUBIC)
    return Image.merge("RGB", (mask, mask, mask))


def _speckle(canvas: Canvas) -> Image.Image:
    """Fine grain with a little body: one speck for each pixel, and one for every four."""
    width, height = canvas.size
    fine = Image.frombytes("L", canvas.size, canvas.random.randbytes(width * height))
    half = (width // 2 + 1, height // 2 + 1)
    body = Image.frombytes("L", half, canvas.random.randbytes(half[0] * half[1]))
    return Image.blend(fine, body.resize(canvas.size, Image.Resampling.BICUBIC), 0.55)


def _mark(image: Image.Image) -> None:
    unit = min(image.size)
    font = ImageFont.load_default(max(9, round(unit * 0.016)))
    margin = unit * 0.022
    place = (image.width - margin, image.height - margin)
    corner = image.crop(
        (int(image.width - unit * 0.12), int(image.height - unit * 0.05), *image.size)
    )
    is_light = sum(ImageStat.Stat(corner).mean) > 3 * 130
    ink = (30, 26, 22, 150) if is_light else (255, 252, 244, 180)
    ImageDraw.Draw(image, "RGBA").text(place, "sandbox", ink, font, anchor="rs")
