"""From words to a motif, a palette and a picture."""

import re
from collections.abc import Callable
from random import Random

from PIL import Image

from generations.sandbox.pictures.arcs import arcs
from generations.sandbox.pictures.botanical import botanical
from generations.sandbox.pictures.canvas import Canvas
from generations.sandbox.pictures.city import city
from generations.sandbox.pictures.dunes import dunes
from generations.sandbox.pictures.forest import forest
from generations.sandbox.pictures.palette import choose
from generations.sandbox.pictures.paper import finish
from generations.sandbox.pictures.papercut import papercut
from generations.sandbox.pictures.ridges import ridges
from generations.sandbox.pictures.sea import sea
from generations.sandbox.pictures.still import still
from generations.sandbox.pictures.waves import waves

MOTIFS: dict[str, Callable[[Canvas], None]] = {
    "hill hills mountain mountains ridge ridges ridgeline ridgelines valley alps peak peaks "
    "landscape range volcano highlands fjord cliff cliffs": ridges,
    "wave waves surf storm ink tide": waves,
    "sea ocean moon boat sail ship lake coast island beach lighthouse horizon": sea,
    "dune dunes desert sand sahara mars": dunes,
    "city neon street skyline harbour harbor bridge tower towers skyscraper car cars cyberpunk "
    "downtown quay port": city,
    "forest tree trees pine pines birch wood woods woodland grove fox deer": forest,
    "leaf leaves plant plants flower flowers fern ferns garden herb herbs botanical meadow "
    "bouquet rose": botanical,
    "vase stoneware bottle bowl jug cup mug teapot pottery ceramic ceramics table kitchen "
    "product perfume fruit coffee tea": still,
    "paper papercut cut layers layered canyon cave topographic map terrain": papercut,
    "geometric bauhaus poster circle circles abstract logo shapes arcs architecture modernist "
    "minimalist": arcs,
}


def draw(prompt: str, width: int, height: int, version: str, seed: int) -> Image.Image:
    """A picture of this size in pixels, mode RGB; equal arguments give an equal picture."""
    random = Random(f"{prompt}|{version}|{seed}")  # noqa: S311  # the same every time
    canvas = Canvas(width, height, random, choose(prompt, random))
    _motif(prompt)(canvas)
    return finish(canvas)


def _motif(prompt: str) -> Callable[[Canvas], None]:
    """The motif of the first telling word; without one, the prompt itself decides."""
    for word in re.findall(r"[a-z]+", prompt.lower()):
        for words, motif in MOTIFS.items():
            if word in words.split():
                return motif
    return Random(prompt).choice(list(MOTIFS.values()))  # noqa: S311
