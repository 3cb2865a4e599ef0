"""Noise, in one dimension and in two; the only source of chance is the Random that is given."""

from collections.abc import Sequence
from random import Random

from PIL import Image, ImageChops

COARSE = 3  # two-dimensional noise is made at a third of the size: it is soft anyway


def cloud(
    random: Random, size: tuple[int, int], cells: tuple[float, float], octaves: int = 4
) -> Image.Image:
    """Soft noise, mode L, around 128; `cells` is how many lumps fit across and down."""
    width, height = (max(8, side // COARSE) for side in size)
    total = Image.new("L", (width, height))
    for octave in range(octaves):
        across, down = (max(2, min(512, int(cell * 2**octave)) + 3) for cell in cells)
        speck = Image.frombytes("L", (across, down), random.randbytes(across * down))
        layer = speck.resize((width, height), Image.Resampling.BICUBIC)
        # Each octave weighs half of the one before: a running mean keeps it within eight bits.
        weight = 0.5**octave / (2 - 0.5**octave)
        total = Image.blend(total, layer, weight)
    return total.resize(size, Image.Resampling.BICUBIC)


def stretch(image: Image.Image, low: float, high: float) -> Image.Image:
    """Mode L mapped from 0..255 to low..high, where 1 is white; what falls outside is cut."""
    span = high - low
    return image.point([min(255, max(0, round((low + span * v / 255) * 255))) for v in range(256)])


def contrast(image: Image.Image, factor: float) -> Image.Image:
    """Around the middle."""
    return image.point([min(255, max(0, round(128 + (v - 128) * factor))) for v in range(256)])


def mottle(image: Image.Image, noise: Image.Image, strength: float) -> Image.Image:
    """Lighten and darken an RGB image by noise."""
    soft = contrast(noise, strength)
    return ImageChops.soft_light(image, Image.merge("RGB", (soft, soft, soft)))


def line(
    random: Random,
    count: int,
    lumps: float,
    octaves: int = 6,
    gain: float = 0.5,
    *,
    sharp: bool = False,
) -> list[float]:
    """`count` heights around 0, about -0.5 to 0.5; `sharp` has crests like mountains."""
    heights = [0.0] * count
    weight, total = 1.0, 0.0
    for octave in range(octaves):
        knots = [random.random() for _ in range(int(lumps * 2**octave) + 3)]
        step = lumps * 2**octave / max(1, count - 1)
        for place in range(count):
            value = _between(knots, place * step)
            heights[place] += weight * (1 - abs(2 * value - 1) if sharp else value)
        total += weight
        weight *= gain
    middle = sum(heights) / count
    return [(height - middle) / total for height in heights]


def _between(knots: Sequence[float], at: float) -> float:
    left = int(at)
    part = at - left
    part = part * part * (3 - 2 * part)
    return knots[left] * (1 - part) + knots[left + 1] * part
