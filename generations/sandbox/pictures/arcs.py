"""A poster of discs, halves and rings, printed one ink over the other."""

from PIL import Image, ImageChops

from generations.sandbox.pictures.canvas import Canvas, both, without
from generations.sandbox.pictures.palette import Colour, mix, rgb
from generations.sandbox.pictures.texture import stretch


def arcs(canvas: Canvas) -> None:
    random, palette, unit = canvas.random, canvas.palette, canvas.unit
    canvas.wash(canvas.cloud(3, 3, 5), 0.3)
    inks = [rgb(ink) for ink in palette.inks]
    random.shuffle(inks)
    x, floor = canvas.width * random.uniform(0.42, 0.58), canvas.height * random.uniform(0.57, 0.64)
    reach = unit * random.uniform(0.21, 0.27)
    _print(canvas, canvas.disc(x, floor - reach * random.uniform(0.7, 1.0), reach * 0.86), inks[0])
    _print(canvas, _half(canvas, x, floor, reach * 1.25, 0), inks[1])
    side = random.choice((-1, 1))
    _print(canvas, _half(canvas, x + side * reach, floor, reach * 0.72, 180), inks[2])
    ring = canvas.disc(x - side * reach * 0.95, floor - reach * 0.1, reach * 0.58)
    hole = canvas.disc(x - side * reach * 0.95, floor - reach * 0.1, reach * 0.36)
    _print(canvas, without(ring, hole), inks[3])
    _print(
        canvas, canvas.disc(x + side * reach * 1.35, floor - reach * 1.75, reach * 0.24), inks[4]
    )
    if random.random() < 0.5:
        _print(canvas, canvas.below([floor + reach * 1.25] * canvas.columns), inks[5])
    _bar(canvas, floor + reach * 1.25, inks[5])


def _half(canvas: Canvas, x: float, y: float, radius: float, turn: int) -> Image.Image:
    """The lower half of a disc, or with a turn of 180 degrees the upper."""
    return canvas.shape(
        lambda brush, s: brush.pieslice(
            [(x - radius) * s, (y - radius) * s, (x + radius) * s, (y + radius) * s],
            turn, turn + 180, 255)
    )  # fmt: skip


def _bar(canvas: Canvas, y: float, ink: Colour) -> None:
    mask = canvas.rectangle(0, y, canvas.width, y + canvas.unit * 0.012)
    _print(canvas, mask, ink)


def _print(canvas: Canvas, mask: Image.Image, ink: Colour) -> None:
    """Half cover, half glaze: where two inks meet, both are seen."""
    worn = both(mask, stretch(canvas.cloud(20, 20), 0.80, 1.12))
    glaze = ImageChops.multiply(canvas.image, Image.new("RGB", canvas.size, ink))
    cover = Image.blend(glaze, Image.new("RGB", canvas.size, mix(ink, (255, 255, 255), 0.03)), 0.62)
    canvas.paint(cover, worn)
