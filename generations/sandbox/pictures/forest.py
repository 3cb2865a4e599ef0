"""Trunks in fog, one row behind the other, with a low light between them."""

import math

from PIL import Image, ImageDraw, ImageFilter

from generations.sandbox.pictures.canvas import Canvas, both
from generations.sandbox.pictures.palette import mix, rgb, shade
from generations.sandbox.pictures.texture import stretch

ROWS = 6


def forest(canvas: Canvas) -> None:
    random, palette = canvas.random, canvas.palette
    fog = mix(rgb(palette.mist), rgb(palette.sky[1]), 0.35)
    upper = mix(rgb(palette.sky[1]), rgb(palette.sky[0]), 0.4)
    floor = mix(rgb(palette.far), rgb(palette.near), 0.45)
    canvas.image = canvas.gradient([(0.0, upper), (0.5, fog), (0.8, fog), (1.0, floor)])
    canvas.wash(canvas.cloud(3, 3, 4), 0.4)
    x, y = canvas.width * random.uniform(0.3, 0.7), canvas.height * random.uniform(0.25, 0.45)
    light = rgb(palette.sun)
    canvas.paint(light, canvas.glow(x, y, canvas.unit * 0.62, 1.7), 0.85)
    texture = stretch(canvas.cloud(30, 9, 4), 0.7, 1.25)
    for row in range(ROWS):
        near = row / (ROWS - 1)
        colour = mix(mix(fog, rgb(palette.far), 0.5), shade(rgb(palette.near), 0.9), near**1.2)
        trees = _trees(canvas, near)
        if row < 2:
            trees = trees.filter(ImageFilter.GaussianBlur(canvas.unit * 0.0022 * (2 - row)))
        canvas.paint(colour, both(trees, texture), 0.55 + 0.45 * near)
        _ground(canvas, near, colour)
        canvas.paint(light, canvas.glow(x, y, canvas.unit * 0.42, 2.2), 0.30 * (1 - near))


def _trees(canvas: Canvas, near: float) -> Image.Image:
    random = canvas.random
    count = round((17 - 12 * near) * max(0.6, canvas.width / canvas.height))
    floor = canvas.height * (0.80 + 0.22 * near)
    trunks = []
    for tree in range(count):
        x = canvas.width * (tree + random.uniform(0.05, 0.95)) / count
        wide = canvas.unit * (0.005 + 0.019 * near) * random.uniform(0.6, 1.4)
        trunks.append((x, wide, random.uniform(-0.03, 0.03), random.uniform(0, 6)))
    bare = [
        (trunk, random.uniform(0.08, 0.7), random.choice((-1, 1)), random.uniform(0.4, 1.0))
        for trunk in trunks
        for _ in range(random.randrange(4, 10))
    ]

    def draw(brush: ImageDraw.ImageDraw, s: float) -> None:
        for x, wide, lean, phase in trunks:
            left, right = [], []
            for step in range(13):
                up = step / 12
                y = floor * (1 - up) - 4 * up
                middle = x + lean * canvas.width * up + wide * 0.5 * math.sin(up * 5 + phase)
                half = wide * (1 - 0.5 * up) + wide * 0.9 * math.exp(-up * 26)
                left.append(((middle - half) * s, y * s))
                right.append(((middle + half) * s, y * s))
            brush.polygon([*left, *reversed(right)], 255)
        for (x, wide, lean, phase), up, side, size in bare:
            middle = x + lean * canvas.width * up + wide * 0.5 * math.sin(up * 5 + phase)
            y = floor * (1 - up)
            reach = wide * 7 * size * (1 - 0.5 * up)
            elbow = (middle + side * reach * 0.55, y - reach * 0.10)
            tip = (middle + side * reach, y - reach * 0.42)
            thick = max(1, round(wide * 0.30 * s))
            brush.line([(middle * s, y * s), (elbow[0] * s, elbow[1] * s)], 255, thick)
            brush.line(
                [(elbow[0] * s, elbow[1] * s), (tip[0] * s, tip[1] * s)], 255, max(1, thick // 2)
            )

    return canvas.shape(draw)


def _ground(canvas: Canvas, near: float, colour: tuple[int, int, int]) -> None:
    random, height = canvas.random, canvas.height
    base, swell = height * (0.79 + 0.2 * near), height * 0.014
    phase = random.uniform(0, 6)
    contour = [
        base + swell * math.sin(place * 9 / canvas.columns + phase)
        for place in range(canvas.columns)
    ]
    soft = canvas.below(contour).filter(ImageFilter.GaussianBlur(canvas.unit * 0.012))
    canvas.paint(mix(colour, rgb(canvas.palette.mist), 0.3 * (1 - near)), soft, 0.6)
