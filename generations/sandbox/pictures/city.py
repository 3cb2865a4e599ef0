"""A city across the water at night: windows, lamps, and their light on the harbour."""

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from generations.sandbox.pictures.canvas import Canvas, both
from generations.sandbox.pictures.palette import Colour, mix, rgb, shade
from generations.sandbox.pictures.texture import line, stretch

WARM: tuple[Colour, ...] = ((255, 194, 122), (255, 217, 160), (247, 165, 106), (207, 230, 216))
NEON: tuple[Colour, ...] = ((255, 92, 138), (92, 214, 255), (255, 190, 92), (178, 122, 255))
Box = tuple[float, float, float, float]
NIGHT: tuple[Colour, ...] = ((11, 20, 36), (30, 52, 76), (84, 92, 118), (168, 132, 128))


def city(canvas: Canvas) -> None:
    random, palette = canvas.random, canvas.palette
    horizon = canvas.height * random.uniform(0.58, 0.68)
    sky = [mix(rgb(c), night, 0.45) for c, night in zip(palette.sky, NIGHT, strict=True)]
    places = (0.0, 0.5, 0.85, 1.0)
    share = horizon / canvas.height
    canvas.image = canvas.gradient([(p * share, c) for p, c in zip(places, sky, strict=True)])
    canvas.wash(canvas.cloud(2, 7, 5), 0.5)
    lights = random.choice((WARM, NEON))
    dark = mix(shade(rgb(palette.near), 0.55), NIGHT[0], 0.4)
    middle = canvas.width * random.uniform(0.3, 0.7)
    canvas.paint(lights[0], canvas.glow(middle, horizon, canvas.width * 0.6, 1.6), 0.35)
    for layer in range(3):
        near = layer / 2
        colour = mix(sky[2], dark, 0.35 + 0.6 * near)
        towers = _towers(canvas, horizon, near)
        canvas.paint(colour, _skyline(canvas, towers))
        for light in lights:
            windows = _windows(canvas, towers, near)
            canvas.paint(light, windows.filter(ImageFilter.GaussianBlur(canvas.unit * 0.004)), 0.5)
            canvas.paint(light, windows, 0.45 + 0.4 * near)
    _lamps(canvas, horizon, lights)
    _reflect(canvas, horizon, dark)


def _towers(canvas: Canvas, horizon: float, near: float) -> list[Box]:
    """Side by side, taller further away and in the middle."""
    random, unit = canvas.random, canvas.unit
    towers = []
    x = -unit * 0.05
    while x < canvas.width:
        wide = unit * random.uniform(0.035, 0.085) * (1.15 - 0.2 * near)
        middle = 1 - abs(2 * x / canvas.width - 1) ** 1.6
        tall = unit * random.uniform(0.06, 0.2 + 0.28 * middle) * (1.25 - 0.75 * near)
        towers.append((x, horizon - tall, x + wide, horizon))
        x += wide * random.uniform(0.85, 1.25)
    return towers


def _skyline(canvas: Canvas, towers: list[Box]) -> Image.Image:
    random, unit = canvas.random, canvas.unit

    def draw(brush: ImageDraw.ImageDraw, s: float) -> None:
        for left, top, right, floor in towers:
            brush.rectangle([left * s, top * s, right * s, floor * s], 255)
            if random.random() < 0.3:
                mast = (left + right) / 2
                brush.line([mast * s, top * s, mast * s, (top - unit * 0.03) * s], 255, 3)
                inset = (right - left) * 0.22
                step = top - unit * 0.012
                brush.rectangle([(left + inset) * s, step * s, (right - inset) * s, top * s], 255)

    return canvas.shape(draw)


def _windows(canvas: Canvas, towers: list[Box], near: float) -> Image.Image:
    random, unit = canvas.random, canvas.unit
    pitch = unit * (0.0085 + 0.004 * near)
    lit = 0.05 + 0.05 * near

    def draw(brush: ImageDraw.ImageDraw, s: float) -> None:
        for left, top, right, floor in towers:
            for row in range(1, int((floor - top) / pitch) - 1):
                for column in range(1, int((right - left) / pitch)):
                    if random.random() < lit:
                        x, y = left + column * pitch, top + row * pitch
                        brush.rectangle(
                            [x * s, y * s, (x + pitch * 0.42) * s, (y + pitch * 0.5) * s], 255
                        )

    return canvas.shape(draw)


def _lamps(canvas: Canvas, horizon: float, lights: tuple[Colour, ...]) -> None:
    random = canvas.random
    for _ in range(random.randrange(6, 10)):
        x = canvas.width * random.uniform(0.05, 0.95)
        y = horizon - canvas.unit * random.uniform(0.004, 0.05)
        colour = random.choice(lights)
        canvas.paint(colour, canvas.glow(x, y, canvas.unit * random.uniform(0.05, 0.1), 2.6), 0.8)
        canvas.paint((255, 250, 238), canvas.disc(x, y, canvas.unit * 0.0035))


def _reflect(canvas: Canvas, horizon: float, dark: Colour) -> None:
    """The picture above, upside down, row by row shifted by ripples, and darker."""
    shore, width = round(horizon), canvas.width
    deep = canvas.height - shore
    above = canvas.image.crop((0, max(0, shore - deep), width, shore))
    mirror = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, deep))
    mirror = mirror.filter(ImageFilter.BoxBlur((0, canvas.unit * 0.012)))
    shifts = line(canvas.random, deep, 26, 4)
    water = Image.new("RGB", (width, deep), dark)
    for y in range(deep):
        shift = round(shifts[y] * canvas.unit * (0.02 + 0.16 * y / deep))
        row = mirror.crop((0, y, width, y + 1))
        water.paste(ImageChops.offset(row, shift, 0), (0, y))
    canvas.image.paste(water, (0, shore))
    below = canvas.below([float(shore)] * canvas.columns)
    ripples = stretch(canvas.cloud(5, 90, 3), -0.25, 1.1)
    canvas.paint(dark, both(below, ripples), 0.6)
    span = float(deep)
    canvas.paint(dark, canvas.depth([horizon] * canvas.columns, lambda d: d / span), 0.45)
    quay = canvas.rectangle(0, shore - 2, width, shore + canvas.unit * 0.004)
    canvas.paint(dark, quay, 0.8)
