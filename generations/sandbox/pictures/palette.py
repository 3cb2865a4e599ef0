"""Colours by mood: words of the prompt choose, or chance does."""

import re
from dataclasses import dataclass
from random import Random

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """Six-digit colours. `sky` runs from the zenith down to the horizon."""

    words: str
    scenes: str  # words that suggest the mood less strongly
    sky: tuple[str, str, str, str]
    far: str
    near: str
    mist: str
    sun: str
    paper: str
    inks: tuple[str, str, str, str, str, str]
    is_night: bool = False


MOODS = (
    Palette(
        "dusk evening twilight purple violet lavender plum",
        "romantic",
        ("2e3a5c", "a8738a", "eeb18c", "f9dcb2"),
        "b98a93", "171d35", "f0bd9c", "fff0cf", "f1e2d3",
        ("3b2a4d", "7a4a6b", "b56576", "e29578", "f2c9a1", "4b6584"),
    ),
    Palette(
        "day morning calm soft pastel spring quiet green moss sage",
        "forest garden meadow fern leaf tea",
        ("7fa3a8", "c9cdb9", "f2dcb4", "f7e6c6"),
        "9fb2ab", "1b3238", "f0e3c6", "fff6df", "ece6d6",
        ("2f4a3c", "5f7469", "9aa79a", "c9a06c", "c0876d", "35493f"),
    ),
    Palette(
        "dawn blue clear fresh clean airy",
        "sea ocean wave sky harbour",
        ("27445f", "7f9aa3", "e6c9a0", "f6dfb5"),
        "8a9fa3", "10222e", "e9d0ab", "fff1d0", "efe6d3",
        ("122a44", "274a5a", "4d7391", "86a58b", "d9c79a", "dd6f52"),
    ),
    Palette(
        "night midnight moonlit dark star stars starry neon cyberpunk",
        "moon city street",
        ("0d1424", "26365a", "6c6f94", "b592a0"),
        "58618a", "070b16", "8c85a8", "f3ead7", "dbe0ea",
        ("101a33", "26365a", "4f5d8f", "8c85a8", "c9b6c4", "f0c27b"),
        is_night=True,
    ),
    Palette(
        "sunset red fire autumn fall orange warm terracotta copper rust",
        "mars volcano canyon fox",
        ("5b2f3d", "b85c4d", "eda261", "f8d08e"),
        "c4705a", "2a1220", "f2b67a", "ffe9b8", "f2e2c8",
        ("512f2a", "8f3b35", "c45f43", "d98f4f", "e8bd7a", "3d4d4a"),
    ),
    Palette(
        "fog foggy mist misty grey gray winter snow snowy ice cold monochrome silver rain",
        "birch minimal minimalist stoneware",
        ("b7c3c9", "dcd9d0", "efe5d6", "f6eee0"),
        "b9c1c2", "2b3338", "f1eadd", "fffaf0", "efece4",
        ("2b3338", "56666d", "7f8c8f", "a9b0a8", "c9bfae", "b97f5f"),
    ),
    Palette(
        "gold golden sunny summer noon honey yellow wheat harvest light",
        "sun desert sand dune sahara",
        ("8fb0b5", "e3d3ab", "f3d79a", "f8e4b8"),
        "d3b27c", "4a3320", "f6dfae", "fff4d2", "f1e5c9",
        ("4a3320", "8a6a35", "c08a3e", "e2ab4e", "efd08c", "3e5f58"),
    ),
    Palette(
        "teal turquoise lagoon tropical emerald northern petrol",
        "jungle lake aurora fjord",
        ("0f3a46", "2f7f80", "a5c7a6", "f0e2b6"),
        "7fa79a", "08252c", "d9e0bd", "fdf3cf", "e8ebdd",
        ("0b2f38", "1f5a5e", "3f8f86", "8dbf9e", "e0d6a4", "e0785a"),
    ),
    Palette(
        "rose pink blossom cherry sakura dream dreamy candy coral",
        "peony bouquet love",
        ("6f6a94", "d59aa6", "f3c3b0", "fbe3cf"),
        "cf9ea5", "3a2340", "f6d2c4", "fff2e2", "f6e8e0",
        ("3a2340", "7d4867", "c46a80", "e79a96", "f4c9b8", "6c8f86"),
    ),
)  # fmt: skip


def choose(prompt: str, random: Random) -> Palette:
    """The mood that most words of the prompt ask for; of equals, and of none, chance takes one."""
    said = set(re.findall(r"[a-z]+", prompt.lower()))
    scores = [
        2 * len(said & set(mood.words.split())) + len(said & set(mood.scenes.split()))
        for mood in MOODS
    ]
    best = [mood for mood, score in zip(MOODS, scores, strict=True) if score == max(scores)]
    return random.choice(best)


def rgb(text: str) -> Colour:
    value = int(text, 16)
    return value >> 16, value >> 8 & 255, value & 255


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of the second colour, 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def shade(colour: Colour, factor: float) -> Colour:
    """Darker below 1, lighter above."""
    red, green, blue = (min(255, max(0, round(part * factor))) for part in colour)
    return red, green, blue
