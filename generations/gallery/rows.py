"""Pictures laid out in rows of one height, at their true proportions.

A row is made of groups: on a wide screen its groups stand side by side, on a phone each is a row
of its own. Widths follow from the proportions alone (gallery.css), so that nothing moves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from generations.gallery.counting import Figures
from generations.lifecycle.models import Image

FULL = 2.2  # the widths of a group's pictures, in heights
TOO_WIDE = 3.1
ROW = 4.2
USUAL_ROW = 5.2
FEW = 3  # pictures a day: with fewer, months stand in the margin
UNIT = 2000  # of the drawing units in which `ui.picture` gives its width


@dataclass(frozen=True)
class Seen:
    """What a page ended with, as an address says it: 2026-11-19, or 2026-11 for a month."""

    day: date
    is_month: bool = False

    @property
    def name(self) -> str:
        return f"{self.day:%Y-%m}" if self.is_month else self.day.isoformat()

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        try:
            if len(text) == len("2026-11"):
                return cls(date.fromisoformat(f"{text}-01"), is_month=True)
            return cls(date.fromisoformat(text))
        except ValueError:
            return None


@dataclass(frozen=True)
class Print:
    """A picture in its row. `sizes` is how wide it will be, for the browser's choice of a file."""

    image: Image
    sizes: str
    is_first: bool


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
    is_first: bool = False  # of a page: seen before anybody scrolls

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

    @property
    def laid(self) -> list[tuple[Group, list[Print]]]:
        row = self.ratio if self.is_full else USUAL_ROW
        return [
            (group, [Print(each, _sizes(each, row, group), self.is_first) for each in group.images])
            for group in self.groups
        ]


@dataclass(frozen=True)
class Day:
    """A day's pictures; or a month's, named by its first day, where there are few on each day."""

    day: date
    rows: list[Row]
    continues: bool = False  # its beginning was on the page before
    figures: Figures | None = None
    is_month: bool = False

    @property
    def images(self) -> list[Image]:
        return [image for row in self.rows for group in row.groups for image in group.images]

    @property
    def named(self) -> set[UUID]:
        """The first of each person's, and the first that all may see after a private one."""
        made = [(image.author_id, image.is_private) for image in self.images]
        pairs = zip([None, *made], made, self.images, strict=False)
        return {image.pk for last, here, image in pairs if last != here}


def days(images: Sequence[Image], zone: ZoneInfo, seen: Seen | None = None) -> list[Day]:
    """Newest first, as they come, by their day in the team's zone.

    `seen` is what the page before ended with; without one, few pictures a day make it months.
    """

    def day_of(image: Image) -> date:
        return image.created_at.astimezone(zone).date()

    by_month = seen.is_month if seen else _is_sparse(len(images), len(set(map(day_of, images))))

    def title_of(image: Image) -> date:
        return day_of(image).replace(day=1) if by_month else day_of(image)

    return [
        Day(
            title,
            rows(pictures),
            continues=bool(seen and seen.day == title),
            figures=Figures.of(pictures),
            is_month=by_month,
        )
        for title, of_title in groupby(images, title_of)
        if (pictures := list(of_title))
    ]


def _is_sparse(pictures: int, days: int) -> bool:
    return days > 1 and pictures < FEW * days


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


def marked(found: list[Day]) -> list[Day]:
    """The same, its first row marked as such."""
    first, *others = found
    row, *below = first.rows
    return [replace(first, rows=[replace(row, is_first=True), *below]), *others]


def without_ragged_end(found: list[Day]) -> list[Day]:
    """Less the last row if it is not full: its pictures begin the next page instead."""
    last = found[-1]
    if last.rows[-1].is_full or len(last.rows) == 1:
        return found
    return [*found[:-1], replace(last, rows=last.rows[:-1])]


def _sizes(image: Image, row: float, group: Group) -> str:
    """A row is nine tenths of a wide screen, at most 92rem; a group the whole of a phone."""
    ratio = image.width / image.height
    in_group = ratio / (group.ratio if group.is_full else FULL)
    narrow, wide, most = in_group * 100, ratio / row * 90, ratio / row * 1472
    return f"(width <= 47.5rem) {narrow:.0f}vw, min({wide:.0f}vw, {most:.0f}px)"
