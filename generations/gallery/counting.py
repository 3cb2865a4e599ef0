"""How many pictures there are, and what they cost, without counting what nobody reads."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from generations.lifecycle.models import Image, Images
from generations.teams.modes import Mode

MOST = 1000  # pictures; beyond it nothing is counted


@dataclass(frozen=True)
class Figures:
    """Credits of practice stand apart from real ones."""

    pictures: int
    credits: int = 0
    practised: int = 0
    is_all: bool = True  # not all: there are more pictures, and the credits are not known

    @classmethod
    def of(cls, images: Iterable[Image]) -> Self:
        return cls.sum((image.generation.mode, image.generation.charged) for image in images)

    @classmethod
    def sum(cls, charged: Iterable[tuple[str, int | None]]) -> Self:
        """Of the mode and the credits of each picture."""
        sums: Counter[str] = Counter()
        pictures = 0
        for mode, credits in charged:
            pictures += 1
            sums[mode] += credits or 0
        return cls(pictures, sums[Mode.LIVE], sums[Mode.TEST])


def count(images: Images) -> Figures:
    """At most two queries, which read at most MOST rows each, whatever there is."""
    if number(images) is None:
        return Figures(MOST, is_all=False)
    charged = _ordered(images).values_list("generation__mode", "generation__charged")
    return Figures.sum(charged[:MOST])


def number(images: Images) -> int | None:
    """How many there are; None beyond MOST."""
    found = len(_ordered(images).values_list("pk")[: MOST + 1])
    return found if found <= MOST else None


def _ordered(images: Images) -> Images:
    """As the indexes are: without an order a database begins anywhere, and with many hands."""
    return images.order_by("-created_at", "-pk")
