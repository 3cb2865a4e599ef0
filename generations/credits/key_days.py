"""The day of an API key that has a limit of its own: an exact figure beside its owner's day.

Only such keys have a row, made by the first promise of the day from what the key holds and has
spent by then. All that moves it first locks the owner's UserDay, whose `has_key_days` says whether
there is any row to move; so a key without a limit costs no statement.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from generations.credits.models import ApiKeyDay, Hold, UserDay
from generations.teams.models import Team


@dataclass(frozen=True)
class Key:
    """An API key as far as credits know one. `daily_limit` in credits; None: none of its own."""

    id: UUID
    name: str
    daily_limit: int | None = None


def figures(team: Team, key: Key, day: date) -> tuple[int, int]:
    """What the key has spent and what is reserved for it. One query; two before its first row."""
    rows = ApiKeyDay.objects.for_team(team).filter(api_key=key.id, day=day)
    return rows.values_list("spent", "reserved").first() or _summed(key.id, day)


def reserve(day: UserDay, key: Key, total: int) -> bool:
    """Whether the key's own limit lets so many credits through; then they are reserved.

    Call it with the day's row locked, and `has_key_days` as it is under that lock.
    """
    if not (day.has_key_days or key.daily_limit is not None):
        return True
    rows = ApiKeyDay.objects.filter(api_key=key.id, day=day.day)
    room = Q() if key.daily_limit is None else Q(_used__lte=key.daily_limit - total)
    counted = rows.alias(_used=F("reserved") + F("spent")).filter(room)
    if day.has_key_days and counted.update(reserved=F("reserved") + total):
        return True
    if key.daily_limit is None:
        return True  # set by nobody, or just now: this request began before
    return not rows.exists() and _begin(day, key, key.daily_limit, total)


def give_back(day: date, key: Key, total: int) -> None:
    """Undo reserve(), under the same lock."""
    rows = ApiKeyDay.objects.filter(api_key=key.id, day=day)
    rows.update(reserved=F("reserved") - total)


def resolve(key: UUID, day: date, amount: int, charged: int) -> None:
    """What was reserved ends, and this much is spent; under the lock of the member's day."""
    rows = ApiKeyDay.objects.filter(api_key=key, day=day)
    rows.update(reserved=F("reserved") - amount, spent=F("spent") + charged)


def audit() -> Iterator[str]:
    """One sentence for each row that is not the sum of its key's holds, or that nobody moves."""
    moved = UserDay.objects.filter(has_key_days=True)
    flagged = set(moved.values_list("team_id", "user_id", "day", "mode"))
    for row in ApiKeyDay.objects.iterator(chunk_size=2000):
        expected = _summed(row.api_key, row.day)
        if (row.spent, row.reserved) != expected:
            yield (
                f"key day {row.pk}: spent {row.spent}, reserved {row.reserved}; its holds sum to "
                f"{expected[0]}, {expected[1]}"
            )
        hold = Hold.objects.filter(api_key=row.api_key, day=row.day).select_related("account")
        for each in hold[:1]:
            if (row.team_id, each.user_id, row.day, each.account.mode) not in flagged:
                yield f"key day {row.pk}: its member's day does not know of it"


def _begin(day: UserDay, key: Key, limit: int, total: int) -> bool:
    """The row of a key whose limit was set in the middle of a day counts what was held before."""
    spent, reserved = _summed(key.id, day.day)
    if spent + reserved + total > limit:
        return False
    ApiKeyDay.objects.create(
        team_id=day.team_id, api_key=key.id, day=day.day, spent=spent, reserved=reserved + total
    )
    if not day.has_key_days:
        rows = UserDay.objects.filter(team=day.team_id, user=day.user_id, day=day.day)
        rows.filter(mode=day.mode).update(has_key_days=True)
    return True


def _summed(key: UUID, day: date) -> tuple[int, int]:
    sums = Hold.objects.filter(api_key=key, day=day).aggregate(
        spent=Coalesce(Sum("charged"), 0),
        reserved=Coalesce(Sum("amount", filter=Q(resolved_at=None)), 0),
    )
    return sums["spent"], sums["reserved"]
