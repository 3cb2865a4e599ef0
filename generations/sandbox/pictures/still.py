"""A still life: stoneware on a table, light from the left."""

import math
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageFilter

from generations.sandbox.pictures.canvas import Canvas, both
from generations.sandbox.pictures.palette import Colour, mix, rgb, shade
from generations.sandbox.pictures.texture import stretch

Knots = Sequence[tuple[float, float]]

# Half widths from the rim (0) down to the foot (1), as a share of the widest.
VESSELS: dict[str, tuple[float, float, Knots]] = {  # height, half width, in units
    "bottle": (
        0.48,
        0.085,
        ((0, 0.27), (0.05, 0.22), (0.34, 0.24), (0.5, 0.62), (0.6, 0.86), (0.95, 0.9), (1, 0.8)),
    ),
    "bowl": (
        0.16,
        0.14,
        ((0, 1.25), (0.08, 1.22), (0.5, 1.0), (0.85, 0.5), (0.9, 0.42), (1, 0.44)),
    ),
    "jug": (
        0.33,
        0.11,
        ((0, 0.62), (0.05, 0.58), (0.22, 0.5), (0.5, 0.92), (0.75, 0.95), (1, 0.66)),
    ),
    "cup": (0.20, 0.085, ((0, 0.80), (0.04, 0.80), (0.9, 0.84), (1, 0.78))),
    "vase": (
        0.44,
        0.10,
        ((0, 0.42), (0.06, 0.34), (0.18, 0.30), (0.45, 0.95), (0.7, 0.85), (1, 0.45)),
    ),
}
SOFTNESS = 0.06  # of the profile, as a share of the height
ROUNDNESS = 0.13  # of a foot and a rim seen from slightly above


def still(canvas: Canvas) -> None:
    random, palette = canvas.random, canvas.palette
    horizon = canvas.height * random.uniform(0.58, 0.66)
    wall = mix(rgb(palette.paper), rgb(palette.far), random.uniform(0.25, 0.7))
    table = shade(mix(rgb(palette.inks[3]), rgb(palette.paper), 0.3), 0.82)
    canvas.image = Image.new("RGB", canvas.size, wall)
    canvas.wash(canvas.cloud(4, 9, 5), 0.5)
    canvas.paint(shade(wall, 0.72), _sideways(canvas), 0.5)
    canvas.paint(table, canvas.below([horizon] * canvas.columns))
    canvas.paint(
        shade(table, 0.7), both(_sideways(canvas), canvas.below([horizon] * canvas.columns)), 0.5
    )
    kinds = list(VESSELS)
    random.shuffle(kinds)
    count = random.choice((3, 4, 5)) if canvas.width >= canvas.height else random.choice((2, 3, 4))
    inks = [*palette.inks[1:], palette.paper, palette.mist]
    random.shuffle(inks)
    places = sorted((random.uniform(0.12, 0.30), n) for n in range(count))
    spread = 0.62 if canvas.width >= canvas.height else 0.56
    for depth, n in places:
        x = canvas.width * 0.5 + canvas.width * spread * ((n + 0.5) / count - 0.5)
        foot = horizon + (canvas.height - horizon) * (depth * 1.6)
        _vessel(canvas, x, foot, kinds[n], rgb(inks[n]))
    canvas.wash(canvas.cloud(40, 40, 2), 0.12)


def _sideways(canvas: Canvas) -> Image.Image:
    """Darker to the right."""
    return Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90).resize(canvas.size)


def _vessel(canvas: Canvas, x: float, foot: float, kind: str, colour: Colour) -> None:
    height, half, knots = VESSELS[kind]
    size = canvas.random.uniform(1.05, 1.3) * canvas.unit
    tall, half = height * size, half * size
    rim = foot - tall
    _shadow(canvas, x, foot, half)
    body = canvas.polygon(_outline(x, rim, tall, half, knots))
    # Light and shade: a lit column, stretched row by row to the width of the vessel.
    light = _round_light(canvas, x, rim, tall, half, knots)
    canvas.paint(shade(colour, 0.42), body)
    grain = stretch(canvas.cloud(9, 22, 4), 0.80, 1.15)
    canvas.paint(shade(colour, 1.12), both(body, light, grain))
    mouth = half * _width(knots, 0.0)
    flat = mouth * ROUNDNESS
    opening = canvas.ellipse(x - mouth, rim - flat, x + mouth, rim + flat)
    hollow = mouth * 0.93
    inner = canvas.ellipse(x - hollow, rim - flat * 0.80, x + hollow, rim + flat * 0.86)
    canvas.paint(shade(colour, 1.1), opening, 0.92)
    canvas.paint(shade(colour, 0.40), inner)


def _shadow(canvas: Canvas, x: float, foot: float, half: float) -> None:
    left, right = x - half * 0.7, x + half * 2.1
    shadow = canvas.ellipse(left, foot - half * 0.15, right, foot + half * 0.28)
    canvas.paint((26, 22, 24), shadow.filter(ImageFilter.GaussianBlur(half * 0.14)), 0.42)


def _outline(
    x: float, rim: float, tall: float, half: float, knots: Knots
) -> list[tuple[float, float]]:
    left, right = [], []
    for step in range(61):
        down = step / 60
        wide = half * _width(knots, down)
        left.append((x - wide, rim + tall * down))
        right.append((x + wide, rim + tall * down))
    wide = half * _width(knots, 1.0)
    turns = [step * math.pi / 20 for step in range(1, 20)]
    bottom = [(x - wide * math.cos(t), rim + tall + wide * ROUNDNESS * math.sin(t)) for t in turns]
    return [*left, *bottom, *reversed(right)]


def _round_light(
    canvas: Canvas, x: float, rim: float, tall: float, half: float, knots: Knots
) -> Image.Image:
    column = Image.new("L", (128, 1))
    column.putdata([round(255 * _lit((place - 63.5) / 63.5)) for place in range(128)])
    field = Image.new("L", canvas.size)
    for y in range(max(0, int(rim) - 1), min(canvas.height, int(rim + tall + half * 0.2) + 2)):
        wide = half * _width(knots, min(1.0, max(0.0, (y - rim) / tall)))
        row = column.resize((max(2, round(wide * 2 + 2)), 1), Image.Resampling.BILINEAR)
        field.paste(row, (round(x - wide - 1), y))
    return field.filter(ImageFilter.BoxBlur(canvas.unit * 0.0015))


def _lit(across: float) -> float:
    """How bright a cylinder is, from -1 at its left edge to 1 at its right."""
    facing = math.sqrt(max(0.0, 1 - across * across))
    return min(1.0, max(0.0, 0.72 * facing - 0.50 * across + 0.06))


def _width(knots: Knots, down: float) -> float:
    """The mean of a short stretch of the profile: no corners, as on a wheel."""
    near = [min(1.0, max(0.0, down + shift * SOFTNESS)) for shift in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    return sum(_straight(knots, place) for place in near) / len(near)


def _straight(knots: Knots, down: float) -> float:
    for (above, first), (below, second) in pairwise(knots):
        if down <= below:
            return first + (second - first) * (down - above) / (below - above)
    return knots[-1][1]
