"""How many pictures there are, and what they cost, without counting what nobody reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from generations.lifecycle.models import Image, Images

MOST = 1000  # pictures; beyond it nothing is counted


@dataclass(frozen=True)
class Figures:
    pictures: int
    credits: int
    is_all: bool = True  # not all: there are more pictures, and the credits are not known

    @classmethod
    def of(cls, images: Iterable[Image]) -> Self:
        charged = [image.generation.charged or 0 for image in images]
        return cls(len(charged), sum(charged))


def count(images: Images) -> Figures:
    """At most two queries, which read at most MOST rows each, whatever there is."""
    pictures = number(images)
    if pictures is None:
        return Figures(MOST, 0, is_all=False)
    charged = _ordered(images).values_list("generation__charged", flat=True)
    return Figures(pictures, sum(credits or 0 for credits in charged[:MOST]))


def number(images: Images) -> int | None:
    """How many there are; None beyond MOST."""
    found = len(_ordered(images).values_list("pk")[: MOST + 1])
    return found if found <= MOST else None


def _ordered(images: Images) -> Images:
    """As the indexes are: without an order a database begins anywhere, and with many hands."""
    return images.order_by("-created_at", "-pk")
