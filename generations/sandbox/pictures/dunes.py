"""Dunes: one side in the light, the other in shadow, and a crest between them."""

import math

from PIL import Image

from generations.sandbox.pictures.canvas import Canvas, both
from generations.sandbox.pictures.palette import mix, rgb, shade
from generations.sandbox.pictures.texture import line

CRESTS = (0.68, 0.25, 0.8, 0.42, 0.12, 0.6)


def dunes(canvas: Canvas) -> None:
    random, palette = canvas.random, canvas.palette
    horizon = random.uniform(0.36, 0.46)
    canvas.sky(horizon + 0.05)
    canvas.wash(canvas.cloud(2, 8, 5), 0.3)
    x = canvas.width * random.uniform(0.15, 0.4)
    y = canvas.height * random.uniform(0.14, 0.24)
    canvas.sun(x, y, canvas.unit * random.uniform(0.035, 0.07), rgb(palette.sun), 0.5)
    layers = random.choice((5, 6))
    turn = random.randrange(len(CRESTS))
    for layer in range(layers):
        crest = CRESTS[(layer + turn) % len(CRESTS)] + random.uniform(-0.05, 0.05)
        _dune(canvas, layer / (layers - 1), horizon, crest)
    canvas.wash(canvas.cloud(5, 26, 4), 0.2)


def _dune(canvas: Canvas, near: float, horizon: float, crest: float) -> None:
    palette = canvas.palette
    contour = _contour(canvas, near, horizon, crest)
    mask = canvas.below(contour)
    haze = (1 - near) ** 1.5 * 0.5
    sunny = mix(rgb(palette.mist), rgb(palette.inks[3]), 0.25 + 0.45 * near)
    dark = mix(rgb(palette.far), rgb(palette.near), 0.25 + 0.55 * near)
    canvas.paint(mix(sunny, rgb(palette.sky[3]), haze), mask)
    reach = canvas.height * 0.4
    lower = canvas.depth(contour, lambda d: min(1, d / reach))
    canvas.paint(shade(sunny, 0.66), both(mask, lower), 0.75 * (1 - haze))
    shadow = both(mask, canvas.polygon(_lee(canvas, contour, crest)))
    canvas.paint(mix(dark, rgb(palette.sky[3]), haze), shadow, 0.94)
    lift = canvas.depth(contour, lambda d: min(1, d / reach))
    canvas.paint(mix(dark, sunny, 0.5), both(shadow, lift), 0.5)
    ripples = _ripples(canvas, contour, near)
    canvas.paint(shade(sunny, 0.6), both(mask, ripples), 0.12 + 0.1 * near)
    width = canvas.unit * 0.003
    rim = canvas.depth(contour, lambda d: math.exp(-((d / width) ** 2)))
    canvas.paint(rgb(palette.sun), both(mask, rim), 0.35)


def _contour(canvas: Canvas, near: float, horizon: float, crest: float) -> list[float]:
    random = canvas.random
    rise = 0.10 + 0.13 * near
    windward, leeward = random.uniform(0.55, 0.75), random.uniform(0.42, 0.62)
    base = horizon + 0.03 + 0.52 * near**1.1
    phase = random.uniform(0, 6)
    contour = []
    for place in range(canvas.columns):
        x = place / (canvas.columns - 1)
        if x < crest:
            sharp = max(0.0, 1 - (crest - x) / windward) ** 1.5
        else:
            sharp = max(0.0, 1 - (x - crest) / leeward) ** 1.7
        contour.append((base - rise * sharp + 0.010 * math.sin(x * 7 + phase)) * canvas.height)
    return contour


def _lee(canvas: Canvas, contour: list[float], crest: float) -> list[tuple[float, float]]:
    """The side away from the sun: from the crest down along a bent line, and all to its right."""
    random, width, height = canvas.random, canvas.width, canvas.height
    top = contour[min(len(contour) - 1, max(0, round(crest * (len(contour) - 1))))]
    phase, lean = random.uniform(0, 6), random.uniform(0.5, 0.95)
    wander = line(random, 41, 3, 3)
    points = []
    for step in range(41):
        down = step / 40 * (height * 1.02 - top) / height
        bend = (
            0.035 * (math.sin(down * 14 + phase) - math.sin(phase)) + 0.04 * wander[step] * down * 8
        )
        points.append(((crest + down * lean + bend) * width, top + down * height))
    return [
        (crest * width, top - 2),
        *points,
        (width * 2.0, height * 1.02),
        (width * 2.0, top - height),
    ]


def _ripples(canvas: Canvas, contour: list[float], near: float) -> Image.Image:
    pitch = canvas.height * (0.007 + 0.012 * near)
    return canvas.depth(
        contour, lambda d: (0.5 + 0.5 * math.sin(2 * math.pi * d / pitch)) * min(1, d / 40)
    )
