"""A low sun or moon over water, its light on the ripples, and sometimes a sail."""

from PIL import Image, ImageDraw, ImageFilter

from generations.sandbox.pictures.canvas import Canvas, both
from generations.sandbox.pictures.palette import mix, rgb, shade
from generations.sandbox.pictures.texture import stretch

RIPPLES = 420


def sea(canvas: Canvas) -> None:
    random = canvas.random
    horizon = canvas.height * random.uniform(0.56, 0.66)
    canvas.sky(horizon / canvas.height)
    canvas.wash(canvas.cloud(1.5, 9, 5), 0.5)
    x = canvas.width * random.choice((0.5, 0.36, 0.64))
    radius = canvas.unit * random.uniform(0.09, 0.14)
    _orb(canvas, x, horizon - radius * random.uniform(1.3, 2.4), radius)
    _water(canvas, horizon)
    _ripples(canvas, horizon, x)
    if random.random() < 0.6:
        side = 1 if x < canvas.width / 2 else -1
        _boat(canvas, x + side * canvas.width * random.uniform(0.14, 0.26), horizon)


def _orb(canvas: Canvas, x: float, y: float, radius: float) -> None:
    colour = rgb(canvas.palette.sun)
    canvas.paint(colour, canvas.glow(x, y, radius * 4.5, 2.4), 0.6)
    disc = canvas.disc(x, y, radius)
    canvas.paint(colour, disc)
    canvas.paint(shade(colour, 0.82), both(disc, stretch(canvas.cloud(14, 14), -0.6, 1.3)), 0.5)
    # A band of cloud across its lower half.
    left, right = x - radius * 2.6, x + radius * 2.2
    band = canvas.ellipse(left, y + radius * 0.42, right, y + radius * 0.62)
    soft = band.filter(ImageFilter.GaussianBlur(radius * 0.05))
    canvas.paint(rgb(canvas.palette.sky[2]), soft, 0.55)


def _water(canvas: Canvas, horizon: float) -> None:
    palette = canvas.palette
    near = shade(rgb(palette.near), 0.9)
    place = horizon / canvas.height
    stops = [
        (place, mix(rgb(palette.sky[3]), rgb(palette.far), 0.55)),
        (place + 0.3 * (1 - place), mix(rgb(palette.far), near, 0.5)),
        (1.0, near),
    ]
    canvas.paint(canvas.gradient(stops), canvas.below([horizon] * canvas.columns))
    canvas.wash(canvas.cloud(3, 50, 3), 0.25)


def _ripples(canvas: Canvas, horizon: float, x: float) -> None:
    palette = canvas.palette
    canvas.paint(shade(rgb(palette.near), 0.7), _strokes(canvas, horizon, None), 0.3)
    canvas.paint(rgb(palette.sky[2]), _strokes(canvas, horizon, None), 0.28)
    path = _strokes(canvas, horizon, x)
    canvas.paint(rgb(palette.sun), path.filter(ImageFilter.GaussianBlur(canvas.unit * 0.012)), 0.6)
    canvas.paint(rgb(palette.sun), path, 0.85)


def _strokes(canvas: Canvas, horizon: float, x: float | None) -> Image.Image:
    """Lens-shaped strokes, wider towards us; around `x`, or everywhere."""
    random, unit, width = canvas.random, canvas.unit, canvas.width

    def draw(brush: ImageDraw.ImageDraw, s: float) -> None:
        for _ in range(RIPPLES):
            deep = random.random() ** 1.5
            y = horizon + (canvas.height - horizon) * deep
            if x is None:
                middle, length = random.uniform(0, width), unit * (0.02 + 0.10 * deep)
            else:
                spread = unit * (0.018 + 0.11 * deep)
                middle = random.gauss(x, spread * 0.62)
                length = unit * (0.008 + 0.05 * deep) * random.uniform(0.5, 1.4)
            thick = unit * (0.0008 + 0.0038 * deep)
            brush.ellipse(
                [(middle - length) * s, (y - thick) * s, (middle + length) * s, (y + thick) * s],
                255,
            )

    return canvas.shape(draw)


def _boat(canvas: Canvas, x: float, horizon: float) -> None:
    size = canvas.unit * canvas.random.uniform(0.045, 0.075)
    y = horizon + size * 0.55
    dark = shade(rgb(canvas.palette.near), 0.6)
    sails = [
        [(0.04, -0.1), (0.04, -1.75), (0.62, -0.22)],
        [(-0.04, -0.14), (-0.04, -1.5), (-0.5, -0.24)],
    ]
    hull = [(-0.75, -0.08), (0.8, -0.1), (0.55, 0.14), (-0.55, 0.14)]
    for points, colour in (
        (hull, dark),
        *((s, mix(dark, rgb(canvas.palette.sun), 0.22)) for s in sails),
    ):
        canvas.paint(colour, canvas.polygon([(x + a * size, y + b * size) for a, b in points]))
    mirror = [(x - 0.6 * size, y + 0.2 * size), (x + 0.6 * size, y + 0.2 * size),
              (x + 0.1 * size, y + 1.5 * size)]  # fmt: skip
    soft = canvas.polygon(mirror).filter(ImageFilter.GaussianBlur(size * 0.09))
    canvas.paint(dark, soft, 0.4)
