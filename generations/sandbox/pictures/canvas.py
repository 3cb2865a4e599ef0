"""A picture while it is painted: masks of one channel, and colours laid through them."""

from collections.abc import Callable, Sequence
from random import Random

from PIL import Image, ImageChops, ImageDraw

from generations.sandbox.pictures.palette import Colour, Palette, rgb
from generations.sandbox.pictures.texture import cloud, mottle, stretch

Point = tuple[float, float]
FINE = 2  # masks are drawn twice as large and reduced: smooth edges
STEP = 2  # pixels between the points of a contour


class Canvas:
    def __init__(self, width: int, height: int, random: Random, palette: Palette) -> None:
        self.width, self.height = width, height
        self.size = (width, height)
        self.unit = min(width, height)
        self.random = random
        self.palette = palette
        self.image = Image.new("RGB", self.size, rgb(palette.paper))

    @property
    def columns(self) -> int:
        """How many points a contour from edge to edge has."""
        return self.width // STEP + 2

    def paint(self, colour: Colour | Image.Image, mask: Image.Image, strength: float = 1.0) -> None:
        box = mask.getbbox()  # most masks cover little: a quarter of all the time
        if box is None:
            return
        if isinstance(colour, Image.Image):
            colour = colour.crop(box)
        self.image.paste(colour, box, stretch(mask.crop(box), 0, strength))

    def wash(self, noise: Image.Image, strength: float) -> None:
        """Uneven, like watercolour, all over."""
        self.image = mottle(self.image, noise, strength)

    def cloud(self, across: float, down: float, octaves: int = 4) -> Image.Image:
        return cloud(self.random, self.size, (across, down), octaves)

    def gradient(self, stops: Sequence[tuple[float, Colour]]) -> Image.Image:
        """From top to bottom; places from 0 to 1."""
        column = Image.new("RGB", (1, self.height))
        column.putdata([_at(stops, y / max(1, self.height - 1)) for y in range(self.height)])
        return column.resize(self.size)

    def sky(self, horizon: float) -> None:
        """The palette's sky from the top down to the horizon, and its last colour below."""
        colours = [rgb(text) for text in self.palette.sky]
        places = (0.0, 0.48, 0.82, 1.0)
        stops = [(place * horizon, c) for place, c in zip(places, colours, strict=True)]
        self.image = self.gradient(stops)

    def shape(self, draw: Callable[[ImageDraw.ImageDraw, float], None]) -> Image.Image:
        """A mask of what `draw(brush, scale)` draws in white, smooth at the edges."""
        large = Image.new("L", (self.width * FINE, self.height * FINE))
        draw(ImageDraw.Draw(large), float(FINE))
        return large.reduce(FINE)

    def polygon(self, points: Sequence[Point]) -> Image.Image:
        return self.shape(lambda brush, s: brush.polygon([(x * s, y * s) for x, y in points], 255))

    def ellipse(self, left: float, top: float, right: float, bottom: float) -> Image.Image:
        box = (left, top, right, bottom)
        return self.shape(lambda brush, s: brush.ellipse([side * s for side in box], 255))

    def rectangle(self, left: float, top: float, right: float, bottom: float) -> Image.Image:
        box = (left, top, right, bottom)
        return self.shape(lambda brush, s: brush.rectangle([side * s for side in box], 255))

    def disc(self, x: float, y: float, radius: float) -> Image.Image:
        return self.ellipse(x - radius, y - radius, x + radius, y + radius)

    def below(self, contour: Sequence[float]) -> Image.Image:
        """Everything under a contour of heights in pixels, one for each column."""
        points = [(float(place * STEP), y) for place, y in enumerate(contour)]
        right, floor = float(self.width + STEP), float(self.height + 2)
        return self.polygon([(0.0, floor), *points, (right, points[-1][1]), (right, floor)])

    def depth(self, contour: Sequence[float], profile: Callable[[float], float]) -> Image.Image:
        """A mask by how far below the contour a point lies: `profile(pixels)` gives 0 to 1."""
        height = self.height // STEP + 1
        column = Image.new("L", (1, height))
        column.putdata([round(255 * min(1, max(0, profile(y * STEP)))) for y in range(height)])
        field = Image.new("L", (len(contour), height))
        for place, y in enumerate(contour):
            field.paste(column, (place, round(y / STEP)))
        box = (0, 0, self.width / STEP, self.height / STEP)
        return field.resize(self.size, Image.Resampling.BILINEAR, box=box)

    def glow(self, x: float, y: float, radius: float, power: float = 2.0) -> Image.Image:
        """A soft light, brightest in its middle, gone at the radius."""
        # Pillow's gradient reaches 180 where the circle touches the edge of its square.
        fall = [round(255 * max(0, 1 - v / 180) ** power) for v in range(256)]
        side = max(4, round(radius * 2))
        spot = Image.radial_gradient("L").point(fall)
        spot = spot.resize((side, side), Image.Resampling.BICUBIC)
        mask = Image.new("L", self.size)
        mask.paste(spot, (round(x - radius), round(y - radius)))
        return mask

    def sun(self, x: float, y: float, radius: float, colour: Colour, halo: float = 0.55) -> None:
        self.paint(colour, self.glow(x, y, radius * 7), halo)
        self.paint(colour, self.disc(x, y, radius), 0.97)


def both(first: Image.Image, *others: Image.Image) -> Image.Image:
    """Where all masks are."""
    for other in others:
        first = ImageChops.multiply(first, other)
    return first


def without(mask: Image.Image, other: Image.Image) -> Image.Image:
    return ImageChops.multiply(mask, ImageChops.invert(other))


def _at(stops: Sequence[tuple[float, Colour]], place: float) -> Colour:
    before = stops[0]
    for stop in stops:
        if place <= stop[0]:
            share = (place - before[0]) / ((stop[0] - before[0]) or 1)
            red, green, blue = (
                round(a + (b - a) * share) for a, b in zip(before[1], stop[1], strict=True)
            )
            return red, green, blue
        before = stop
    return before[1]
