"""Mountains behind mountains, with mist between them."""

from PIL import Image

from generations.sandbox.pictures.canvas import Canvas, both
from generations.sandbox.pictures.palette import mix, rgb
from generations.sandbox.pictures.texture import line, stretch


def ridges(canvas: Canvas) -> None:
    random, palette = canvas.random, canvas.palette
    horizon = random.uniform(0.32, 0.42)
    canvas.sky(horizon + 0.25)
    canvas.wash(canvas.cloud(1.6, 7, 5), 0.35)
    radius = canvas.unit * random.uniform(0.035, 0.06)
    canvas.sun(
        canvas.width * random.uniform(0.22, 0.78),
        canvas.height * random.uniform(0.17, horizon - 0.05),
        radius,
        rgb(palette.sun),
    )
    layers = random.choice((6, 7, 8))
    steepness = random.uniform(0.15, 0.22)
    textures = [canvas.cloud(9, 14), canvas.cloud(6, 11)]
    for layer in range(layers):
        _ridge(canvas, layer / (layers - 1), horizon, steepness, textures[layer % 2])
    canvas.wash(textures[0], 0.22)


def _ridge(
    canvas: Canvas, near: float, horizon: float, steepness: float, texture: Image.Image
) -> None:
    """`near` runs from 0, at the horizon, to 1."""
    random, palette, height = canvas.random, canvas.palette, canvas.height
    shape = line(random, canvas.columns, 2.0 + 1.6 * (1 - near), 7, sharp=near < 0.8)
    tilt = random.uniform(-0.08, 0.08)
    base = height * (horizon + 0.02 + 0.60 * near**1.25)
    rise = height * steepness * (0.55 + 0.9 * near)
    contour = [
        base - rise * y + height * tilt * (place / len(shape) - 0.5)
        for place, y in enumerate(shape)
    ]
    mask = canvas.below(contour)
    canvas.paint(mix(rgb(palette.far), rgb(palette.near), near**0.9), mask)
    thickness = height * (0.10 + 0.13 * near)
    rising = canvas.depth(contour, lambda d: min(1, d / thickness) ** 0.9)
    mist = both(mask, rising, stretch(texture, 0.55, 1.25))
    canvas.paint(rgb(palette.mist), mist, 0.86 - 0.55 * near)
