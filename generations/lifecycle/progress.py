"""How far a series is: its pictures by state, what they cost, and when the last one ends."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from generations.core import clock
from generations.credits import prices
from generations.credits.prices import Price
from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle import cancel, line
from generations.lifecycle.models import Generation, Generations, Series
from generations.lifecycle.places import places
from generations.lifecycle.room import expected_seconds
from generations.lifecycle.standstill import Standstill, standstills
from generations.lifecycle.states import ACTIVE, FINAL, Status

LONGEST = 2000  # in a line: two of the longest series. Past that no end is told.


@dataclass(frozen=True)
class Progress:
    """Counts of pictures; credits of what was charged and of what is held at this moment."""

    series: Series
    waiting: int = 0
    unfunded: int = 0  # of those that wait, without a hold: for the reset
    drawing: int = 0
    finished: int = 0
    failed: int = 0
    cancelled: int = 0
    charged: int = 0
    held: int = 0
    held_by_waiting: int = 0
    starts_at: datetime | None = None  # the first that waits for a moment: the daily reset
    ends_at: datetime | None = None  # None: over, or not known
    standstill: Standstill | None = None  # it waits, and no key can be used

    @property
    def total(self) -> int:
        return self.waiting + self.drawing + self.finished + self.failed + self.cancelled

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """The states that there are: its name, its word and how many pictures."""
        parts = [
            ("finished", _("finished"), self.finished),
            ("failed", _("failed"), self.failed),
            ("cancelled", _("cancelled"), self.cancelled),
            ("drawing", _("drawing"), self.drawing),
            ("waiting", _("paused") if self.is_paused else _("waiting"), self.waiting),
        ]
        return [part for part in parts if part[2]]

    @property
    def is_over(self) -> bool:
        return not (self.waiting or self.drawing)

    @property
    def is_paused(self) -> bool:
        return bool(self.series.paused_at and self.waiting)

    @cached_property
    def undo_until(self) -> datetime | None:
        """Until when all of the last press can be taken back."""
        held_back = cancel.undoable(_of([self.series]))
        return held_back.aggregate(until=Min("due_at"))["until"] if self.waiting else None

    @property
    def next_at(self) -> datetime | None:
        """When what waits for credit is looked at again, where that is not now."""
        is_later = self.starts_at is not None and self.starts_at > clock.now()
        return self.starts_at if is_later else None

    @property
    def undo_seconds(self) -> int:
        """How many of them are left."""
        return ceil((self.undo_until - clock.now()).total_seconds()) if self.undo_until else 0

    @cached_property
    def again(self) -> int:
        """How many failed and were not tried again by anybody."""
        return again(self.series).count() if self.failed else 0

    @cached_property
    def price_again(self) -> Price:
        first = again(self.series).first()
        if first is None:
            return Price(0, 0)
        return prices.estimate(first.width, first.height, first.quality).times(self.again)


def of(series: Series) -> Progress:
    return of_each([series])[0]


def of_each(all_of: Sequence[Series]) -> list[Progress]:
    """One query for the counts; for each team and mode that some of them wait in, its keys and,
    where one can be used, its line.
    """
    if not all_of:
        return []
    counted = {row.pop("batch__series"): row for row in _counted(all_of)}
    under_way = [series for series in all_of if _may_end(series, counted.get(series.pk))]
    ends = _ends(under_way) if under_way else {}
    stopped = _standstills(series for series in under_way if counted[series.pk]["waiting"])
    return [
        Progress(
            series,
            ends_at=ends.get(series.pk),
            standstill=stopped.get(series.pk),
            **counted.get(series.pk, {}),
        )
        for series in all_of
    ]


def of_those(*rows: Generations) -> list[Progress]:
    """The series that some of a team's generations stand in, oldest first."""
    ids: set[UUID] = set()
    for each in rows:
        in_series = each.exclude(batch__series=None).order_by()
        ids.update(filter(None, in_series.values_list("batch__series", flat=True).distinct()))
    found = Series.objects.filter(pk__in=ids).select_related("author").order_by("id")
    return of_each(list(found))


def again(series: Series) -> QuerySet[Generation]:
    """What failed and was not tried again, oldest first."""
    return _of([series]).filter(status=Status.FAILED, retries=None).order_by("id")


def standing(all_of: Sequence[Series]) -> QuerySet[Generation]:
    """Each picture once: not what ended and was tried again in the same series."""
    tried_again = _of(all_of).exclude(retry_of=None).values("retry_of")
    ended = Q(status__in=[Status.FAILED, Status.CANCELLED], pk__in=tried_again)
    return _of(all_of).exclude(ended)


def _of(all_of: Sequence[Series]) -> QuerySet[Generation]:
    return Generation.objects.filter(batch__series__in=[series.pk for series in all_of])


def _counted(all_of: Sequence[Series]) -> Iterator[dict[str, Any]]:
    is_waiting = Q(status=Status.QUEUED)
    is_held = Q(hold__isnull=False, hold__resolved_at=None)

    def count(state: Q) -> Count:
        return Count("id", filter=state)

    rows = standing(all_of).values("batch__series").order_by("batch__series")
    counted = rows.annotate(
        waiting=count(is_waiting),
        unfunded=count(is_waiting & Q(hold=None)),
        drawing=count(Q(status__in=ACTIVE)),
        finished=count(Q(status=Status.COMPLETED)),
        failed=count(Q(status=Status.FAILED)),
        cancelled=count(Q(status=Status.CANCELLED)),
        charged=Sum("charged", default=0),
        held=Sum("most", filter=is_held, default=0),
        held_by_waiting=Sum("most", filter=is_held & is_waiting, default=0),
        starts_at=Min("due_at", filter=is_waiting & Q(hold=None)),
    )
    yield from (dict(row) for row in counted)


def _may_end(series: Series, row: dict[str, Any] | None) -> bool:
    """Whether its end can be told: not of what is paused or waits for credit, in no line."""
    if not row or row["unfunded"] or (series.paused_at and row["waiting"]):
        return False
    return bool(row["waiting"] or row["drawing"])


def _standstills(waiting: Iterable[Series]) -> dict[UUID, Standstill]:
    """Of those that wait, the ones that no key can take from, and why."""
    found: dict[UUID, Standstill] = {}
    lines: dict[tuple[UUID, str], list[UpstreamKey]] = {}
    for series in waiting:
        which = (series.team_id, series.mode)
        if which not in lines:
            lines[which] = list(upstream.in_line(*which))
        for each in standstills(lines[which], {series.mode}):
            found[series.pk] = each
    return found


def _ends(all_of: Sequence[Series]) -> dict[UUID, datetime]:
    """When the last of each ends, if nothing more comes; without those where it is not known."""
    rows = list(
        _of(all_of)
        .exclude(status__in=FINAL)
        .values_list("batch__series", "upstream_key", "pk", "status", "team", "mode")
    )
    until: dict[UUID, int | None] = {}  # seconds, of what waits
    each: dict[UUID, int] = {}
    for key in UpstreamKey.objects.filter(pk__in={row[1] for row in rows}):
        each[key.pk] = expected_seconds(key)
    for team_id, mode in {(team, mode) for *_row, at, team, mode in rows if at == Status.QUEUED}:
        if line.waiting(team_id, mode)[: LONGEST + 1].count() <= LONGEST:
            until |= {pk: place.seconds for pk, place in places(team_id, mode).items()}
    found: dict[UUID, list[int | None]] = defaultdict(list)
    for series, key_id, pk, status, *_line in rows:
        starts = until.get(pk) if status == Status.QUEUED else 0
        found[series].append(None if starts is None else starts + each[key_id])
    return {
        series: clock.now() + timedelta(seconds=max(known))
        for series, ends in found.items()
        if len(known := [end for end in ends if end is not None]) == len(ends)
    }
