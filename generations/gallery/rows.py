"""Pictures laid out in rows of one height, at their true proportions.

A row is made of groups: on a wide screen its groups stand side by side, on a phone each is a row
of its own. Widths follow from the proportions alone (gallery.css), so that nothing moves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from generations.lifecycle.models import Image

FULL = 2.2  # the widths of a group's pictures, in heights
TOO_WIDE = 3.1
ROW = 4.2
USUAL_ROW = 5.2
UNIT = 2000  # of the drawing units in which `ui.picture` gives its width


@dataclass(frozen=True)
class Group:
    images: tuple[Image, ...]

    @property
    def ratio(self) -> float:
        return sum(image.width / image.height for image in self.images)

    @property
    def is_full(self) -> bool:
        return self.ratio >= FULL - 0.5

    @property
    def space(self) -> str:
        """What is empty beside the pictures of a group that is not full, in drawing units."""
        return str(round(max(0.0, FULL - self.ratio) * UNIT)) if not self.is_full else ""


@dataclass(frozen=True)
class Row:
    groups: tuple[Group, ...]

    @property
    def ratio(self) -> float:
        return sum(group.ratio for group in self.groups)

    @property
    def is_full(self) -> bool:
        return self.ratio >= ROW

    @property
    def space(self) -> str:
        """For the groups that are missing, in drawing units; empty where none is."""
        return "" if self.is_full else str(round((USUAL_ROW - self.ratio) * UNIT))


@dataclass(frozen=True)
class Day:
    day: date
    rows: list[Row]
    continues: bool = False  # its beginning was on the page before


def days(images: Iterable[Image], zone: ZoneInfo, last_seen: date | None = None) -> list[Day]:
    """Newest first, as they come, by their day in the team's zone."""

    def day_of(image: Image) -> date:
        return image.created_at.astimezone(zone).date()

    return [
        Day(day, rows(list(of_day)), day == last_seen) for day, of_day in groupby(images, day_of)
    ]


def rows(images: Sequence[Image]) -> list[Row]:
    found: list[Row] = []
    for group in groups(images):
        if found and not found[-1].is_full:
            found[-1] = Row((*found[-1].groups, group))
        else:
            found.append(Row((group,)))
    return found


def groups(images: Sequence[Image]) -> list[Group]:
    """Greedy: a group is closed when it is wide enough, or the next picture makes it too wide."""
    found: list[Group] = []
    current: tuple[Image, ...] = ()
    for image in images:
        wider = Group((*current, image))
        if current and Group(current).is_full and wider.ratio > TOO_WIDE:
            found.append(Group(current))
            wider = Group((image,))
        current = wider.images
        if wider.ratio >= FULL:
            found.append(wider)
            current = ()
    return found + ([Group(current)] if current else [])


def without_ragged_end(found: list[Day]) -> list[Day]:
    """Less the last row if it is not full: its pictures begin the next page instead."""
    last = found[-1]
    if last.rows[-1].is_full or len(last.rows) == 1:
        return found
    return [*found[:-1], Day(last.day, last.rows[:-1], last.continues)]


def last_of(found: list[Day]) -> Image:
    return found[-1].rows[-1].groups[-1].images[-1]
