"""The shared key's own day: what its daily figure still has room for.

The day is the team's. Attempts that were surely not taken by the upstream do not count; where the
figure is in credits, each counts what it was charged or may still cost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from generations.keys.models import DailyUnit, UpstreamKey
from generations.lifecycle.models import Attempt
from generations.lifecycle.states import AttemptState
from generations.teams import days
from generations.teams.models import Team


@dataclass(frozen=True)
class KeyDay:
    """In the key's own unit: pictures or credits."""

    key: UpstreamKey
    limit: int
    spent: int
    held: int

    @property
    def left(self) -> int:
        return max(0, self.limit - self.spent - self.held)

    @property
    def is_in_credits(self) -> bool:
        return self.key.daily_unit == DailyUnit.CREDITS


def of(key: UpstreamKey) -> KeyDay | None:
    """None where the key has no daily figure."""
    found = of_each(key.team, [key])
    return found[0] if found else None


def of_each(team: Team, keys: Iterable[UpstreamKey]) -> list[KeyDay]:
    """Of those that have a daily figure. One query, or none."""
    limited = [key for key in keys if key.daily_limit is not None]
    taken = _taken(team, limited) if limited else {}
    return [_day(key, *taken.get(key.pk, (0, 0, 0, 0))) for key in limited]


def _day(key: UpstreamKey, ended: int, running: int, charged: int, promised: int) -> KeyDay:
    is_jobs = key.daily_unit == DailyUnit.JOBS
    spent, held = (ended, running) if is_jobs else (charged, promised)
    return KeyDay(key, key.daily_limit or 0, spent, held)


def _taken(team: Team, keys: list[UpstreamKey]) -> dict[UUID, tuple[int, int, int, int]]:
    """By key: attempts with and without a charge so far, and what those cost and may cost."""
    since = days.starts_at(team, days.today(team))
    rows: QuerySet[Attempt] = Attempt.objects.filter(upstream_key__in=keys, claimed_at__gte=since)
    counted = rows.exclude(state__in=[AttemptState.NOT_SENT, AttemptState.REFUSED])
    is_ended = Q(generation__charged__isnull=False)
    figures = counted.values_list("upstream_key").annotate(
        ended=Count("id", filter=is_ended),
        running=Count("id", filter=~is_ended),
        charged=Coalesce(Sum("generation__charged"), 0),
        promised=Coalesce(Sum(F("generation__most"), filter=~is_ended), 0),
    )
    return {key: tuple(row) for key, *row in figures}
