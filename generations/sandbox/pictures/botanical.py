"""Pressed plants: stems with leaves, ferns and berries, before a paper sun."""

import math
from collections.abc import Callable

from PIL import ImageDraw, ImageFilter

from generations.sandbox.pictures.canvas import Canvas, Point, both
from generations.sandbox.pictures.palette import mix, rgb, shade
from generations.sandbox.pictures.texture import stretch

KINDS = ("leaf", "fern", "leaf", "berry", "grass")


def botanical(canvas: Canvas) -> None:
    random, palette = canvas.random, canvas.palette
    is_print = palette.is_night or random.random() < 0.25  # light plants on a dark ground
    ground = mix(rgb(palette.inks[0]), rgb(palette.near), 0.3) if is_print else rgb(palette.paper)
    canvas.image = canvas.gradient([(0.0, ground), (1.0, shade(ground, 0.88))])
    canvas.wash(canvas.cloud(2, 2, 5), 0.4)
    if not is_print and random.random() < 0.75:
        radius = canvas.unit * random.uniform(0.17, 0.25)
        disc = canvas.disc(
            canvas.width * random.uniform(0.3, 0.7),
            canvas.height * random.uniform(0.26, 0.36),
            radius,
        )
        worn = stretch(canvas.cloud(9, 9), 0.7, 1.2)
        canvas.paint(rgb(palette.inks[random.choice((3, 4, 5))]), both(disc, worn), 0.9)
    stems = round(random.choice((6, 7, 8)) * max(1.0, canvas.width / canvas.height))
    start = random.randrange(len(KINDS))
    for stem in range(stems):
        near = stem / (stems - 1)
        ink = rgb(palette.inks[(stem * 2 + start) % 6 if is_print else (stem + start) % 5])
        colour = mix(rgb(palette.paper), ink, 0.32) if is_print else shade(ink, 0.95)
        _plant(canvas, stem, near, KINDS[(stem + start) % len(KINDS)], colour)


def _plant(canvas: Canvas, stem: int, near: float, kind: str, colour: tuple[int, int, int]) -> None:
    random, width, height = canvas.random, canvas.width, canvas.height
    foot = width * (0.10 + 0.80 * ((stem * 0.618 + random.uniform(-0.03, 0.03)) % 1))
    top = height * (0.09 + random.uniform(0, 0.3) * (1.1 - 0.4 * near))
    head = foot + random.uniform(-0.22, 0.22) * canvas.unit
    bend = foot + random.uniform(-0.1, 0.1) * canvas.unit

    def at(up: float) -> Point:
        a, b, c = (1 - up) ** 2, 2 * up * (1 - up), up * up
        return (a * foot + b * bend + c * head, a * height * 1.04 + b * height * 0.62 + c * top)

    shapes = [_stalk(canvas, at), *_leaves(canvas, kind, at)]

    def draw(brush: ImageDraw.ImageDraw, s: float) -> None:
        for points in shapes:
            brush.polygon([(x * s, y * s) for x, y in points], 255)

    mask = canvas.shape(draw)
    if near < 0.35:
        mask = mask.filter(ImageFilter.GaussianBlur(canvas.unit * 0.0035 * (1 - near)))
    watery = stretch(canvas.cloud(6, 6), 0.62, 1.25)
    canvas.paint(colour, both(mask, watery), 0.50 + 0.46 * near)


def _stalk(canvas: Canvas, at: Callable[[float], Point]) -> list[Point]:
    left, right = [], []
    for step in range(41):
        up = step / 40
        x, y = at(up)
        half = canvas.unit * 0.0042 * (1 - 0.75 * up)
        left.append((x - half, y))
        right.append((x + half, y))
    return [*left, *reversed(right)]


def _leaves(canvas: Canvas, kind: str, at: Callable[[float], Point]) -> list[list[Point]]:
    random, unit = canvas.random, canvas.unit
    count = {"fern": 34, "leaf": 13, "berry": 16, "grass": 8}[kind]
    shapes = []
    for place in range(count):
        up = 0.16 + 0.82 * place / (count - 1)
        angle = _direction(at, up)
        for side in (-1, 1):
            if kind == "fern":
                long = unit * 0.135 * math.sin(math.pi * min(1, up * 0.95 + 0.05)) ** 0.8
                shapes.append(
                    leaf(at(up), angle + side * 1.12, long * (1.1 - up * 0.55), unit * 0.0105)
                )
            elif kind == "leaf" and (place + (side > 0)) % 2:
                long = unit * 0.20 * (1.15 - up * 0.75) * random.uniform(0.85, 1.15)
                wide = unit * 0.038 * (1.2 - up * 0.7)
                shapes.append(leaf(at(up), angle + side * random.uniform(0.62, 0.77), long, wide))
            elif kind == "berry":
                long = unit * 0.075 * (1.2 - up * 0.6) * random.uniform(0.6, 1.3)
                turn = angle + side * 0.7
                x, y = at(up)
                shapes.append(leaf((x, y), turn, long, unit * 0.0022))
                end = (x + long * math.cos(turn), y + long * math.sin(turn))
                shapes.append(_round(end, unit * random.uniform(0.008, 0.015)))
            elif kind == "grass":
                long = unit * 0.34 * (1.1 - up * 0.8)
                shapes.append(leaf(at(up), angle + side * 0.30, long, unit * 0.008))
    shapes.append(leaf(at(1.0), _direction(at, 0.98), unit * 0.09, unit * 0.016))
    return shapes


def _direction(at: Callable[[float], Point], up: float) -> float:
    (x, y), (a, b) = at(up), at(min(1.0, up + 0.01))
    return math.atan2(b - y, a - x)


def leaf(foot: Point, angle: float, long: float, wide: float) -> list[Point]:
    """A slightly bent blade, pointed at both ends."""
    cosine, sine = math.cos(angle), math.sin(angle)
    edges: list[Point] = []
    for step in (*range(17), *range(16, -1, -1)):
        along = step / 16
        half = wide * math.sin(math.pi * along**0.8) * (1 - 0.25 * along)
        across = 0.16 * long * math.sin(along * 1.6) * 0.6 + (half if len(edges) < 17 else -half)
        a = along * long
        edges.append((foot[0] + a * cosine - across * sine, foot[1] + a * sine + across * cosine))
    return edges


def _round(middle: Point, radius: float) -> list[Point]:
    turns = [step * math.pi / 10 for step in range(20)]
    return [(middle[0] + radius * math.cos(t), middle[1] + radius * math.sin(t)) for t in turns]
