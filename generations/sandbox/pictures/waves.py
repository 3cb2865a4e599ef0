"""Ink waves on paper, rolling under a disc of sun."""

import math

from PIL import Image

from generations.sandbox.pictures.canvas import Canvas, both
from generations.sandbox.pictures.palette import mix, rgb, shade
from generations.sandbox.pictures.texture import line, stretch


def waves(canvas: Canvas) -> None:
    random, palette = canvas.random, canvas.palette
    canvas.wash(canvas.cloud(3, 3, 5), 0.3)
    top = random.uniform(0.27, 0.4)
    disc = canvas.disc(
        canvas.width * random.choice((random.uniform(0.2, 0.4), random.uniform(0.6, 0.8))),
        canvas.height * (top - random.uniform(0.06, 0.14)),
        canvas.unit * random.uniform(0.08, 0.13),
    )
    canvas.paint(rgb(palette.inks[random.choice((2, 5))]), both(disc, _uneven(canvas)), 0.95)
    washes = [_uneven(canvas) for _ in range(3)]
    layers = random.choice((13, 15, 17))
    for layer in range(layers):
        _wave(canvas, layer / (layers - 1), top, washes[layer % 3])


def _wave(canvas: Canvas, near: float, top: float, wash: Image.Image) -> None:
    palette, height = canvas.palette, canvas.height
    contour = _contour(canvas, near, height * (top + (1.02 - top) * near**1.15))
    mask = canvas.below(contour)
    paper = shade(rgb(palette.paper), 1 - 0.08 * near)
    canvas.paint(paper, mask, 0.78 + 0.16 * near)
    fall = height * (0.035 + 0.085 * near)
    strength, floor = 0.72 + 0.3 * near, 0.08 + 0.12 * near
    ink = canvas.depth(contour, lambda d: math.exp(-d / fall) * strength + floor)
    colour = mix(rgb(palette.inks[2]), rgb(palette.inks[0]), 0.15 + 0.85 * near)
    canvas.paint(colour, both(mask, ink, wash), 0.95)
    width = canvas.unit * 0.0035
    edge = canvas.depth(contour, lambda d: math.exp(-((d / width) ** 2)))
    canvas.paint(shade(rgb(palette.inks[0]), 0.75), both(mask, edge, wash), 0.4)


def _contour(canvas: Canvas, near: float, base: float) -> list[float]:
    random = canvas.random
    swell = canvas.height * (0.016 + 0.045 * near)
    phase = random.uniform(0, 2 * math.pi)
    turns = (2.2 + 1.7 * (1 - near) + random.uniform(0, 0.5)) * canvas.width / canvas.height
    drift = line(random, canvas.columns, 2, 4)
    contour = []
    for place, drifted in enumerate(drift):
        at = (place / canvas.columns + drifted * 0.25) * turns * 2 * math.pi + phase
        crest = 0.75 * math.sin(at) + 0.25 * math.sin(2 * at + phase) + 0.6 * abs(math.sin(at / 2))
        contour.append(base - swell * crest + drifted * canvas.height * 0.06)
    return contour


def _uneven(canvas: Canvas) -> Image.Image:
    return stretch(canvas.cloud(7, 5, 5), 0.45, 1.25)
