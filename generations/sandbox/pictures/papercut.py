"""Sheets of coloured paper, cut out and laid over one another."""

from PIL import Image, ImageChops, ImageFilter

from generations.sandbox.pictures.canvas import Canvas
from generations.sandbox.pictures.palette import Colour, mix, rgb, shade
from generations.sandbox.pictures.texture import contrast

SHEETS = 8


def papercut(canvas: Canvas) -> None:
    random = canvas.random
    relief = _relief(canvas)
    colours = _colours(canvas)
    canvas.image = Image.new("RGB", canvas.size, colours[0])
    fibres = canvas.cloud(canvas.width / 10, canvas.height / 10, 2)
    levels = [value for value, count in enumerate(relief.histogram()) if count]
    low, high = levels[0], levels[-1]
    shift = round(canvas.unit * 0.008)
    for sheet in range(1, SHEETS):
        level = low + (high - low) * (sheet + random.uniform(-0.12, 0.12)) / SHEETS
        mask = _cut(canvas, relief, level)
        shadow = _moved(mask, shift, shift * 2)
        soft = shadow.filter(ImageFilter.GaussianBlur(canvas.unit * 0.011))
        canvas.paint(shade(colours[sheet - 1], 0.30), soft, 0.62)
        canvas.paint(colours[sheet], mask)
        rim = ImageChops.subtract(mask, _moved(mask, 1, 2))
        canvas.paint(mix(colours[sheet], (255, 255, 255), 0.5), rim, 0.5)
    canvas.wash(fibres, 0.22)
    canvas.wash(canvas.cloud(3, 3, 3), 0.2)


def _relief(canvas: Canvas) -> Image.Image:
    """Hills and hollows: a bowl in the middle, or a landscape that rises."""
    random = canvas.random
    noise = contrast(canvas.cloud(1.7, 1.7, 3), 1.4)
    if random.random() < 0.55:
        form = Image.radial_gradient("L").resize(canvas.size, Image.Resampling.BICUBIC)
        return Image.blend(noise, form, 0.52)
    form = Image.linear_gradient("L").resize(canvas.size)
    return Image.blend(noise, form, 0.42)


def _cut(canvas: Canvas, relief: Image.Image, level: float) -> Image.Image:
    """Everything above the level; blurred and sharpened again, so that the edge runs smooth."""
    raw = relief.point([255 if value > level else 0 for value in range(256)])
    soft = raw.filter(ImageFilter.BoxBlur(canvas.unit * 0.008))
    soft = soft.filter(ImageFilter.BoxBlur(canvas.unit * 0.006))
    return contrast(soft, max(3.0, canvas.unit * 0.012))


def _moved(mask: Image.Image, right: int, down: int) -> Image.Image:
    """Shifted, with nothing coming in at the edges."""
    moved = mask.copy()
    moved.paste(mask, (right, down))
    return moved


def _colours(canvas: Canvas) -> list[Colour]:
    """From the deepest sheet to the top one."""
    palette = canvas.palette
    stops = [*(rgb(ink) for ink in palette.inks[:5]), rgb(palette.sky[2])]
    steps = []
    for sheet in range(SHEETS):
        at = sheet / (SHEETS - 1) * (len(stops) - 1)
        left = min(len(stops) - 2, int(at))
        steps.append(mix(stops[left], stops[left + 1], at - left))
    return steps if canvas.random.random() < 0.7 else steps[::-1]
