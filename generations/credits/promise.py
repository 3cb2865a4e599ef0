"""Promising credits: writes that are guarded by the limits, in the caller's transaction.

Lock order: the member's day, their key's day, then the account. The limits stand in the guards
themselves, as they are at that moment: nothing is checked first and written after.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import F, QuerySet

from generations.core import clock, ids, statement
from generations.core.statement import Writes
from generations.credits import key_days, limits, writes
from generations.credits.key_days import Key
from generations.credits.models import Account, Hold, UserDay
from generations.teams.models import Membership, Project


@dataclass(frozen=True)
class Ask:
    """So many credits for one reference (a generation)."""

    reference: UUID
    amount: int


@dataclass(frozen=True)
class Promise:
    """Who asks for what, today. All of it is promised, or nothing."""

    membership: Membership
    mode: str
    day: date
    asks: Sequence[Ask]
    project: Project | None = None
    key: Key | None = None

    @property
    def total(self) -> int:
        return sum(ask.amount for ask in self.asks)


Given = UUID | str | int | date | None


class Conflict(Exception):
    """Neither promised nor refused in three tries, under locks: a bug, and nothing was written."""


def make(promise: Promise, beside: Writes) -> list[Hold]:
    """The holds, written together with what reads {holds} beside them.

    Raises Refusal, which names what binds; then nothing was written.
    """
    for _try in range(3):
        if holds := _write(promise, beside):
            return holds
        _refresh(promise.membership)
        standing = limits.now(promise.membership, promise.mode, promise.key)
        if refusal := standing.refusal(promise.total):
            raise refusal
        # Credits came back after the write had found none. Nobody moves them under these locks.
        _day_of(promise).select_for_update(no_key=True).first()
        Account.objects.select_for_update(no_key=True).get(pk=standing.account.pk)
    raise Conflict


def _refresh(membership: Membership) -> None:
    """The guards went by the limit as it is now. Raises PermissionDenied for who has just left."""
    try:
        membership.refresh_from_db(fields=["daily_limit"])
    except Membership.DoesNotExist:
        raise PermissionDenied from None


def _write(promise: Promise, beside: Writes) -> list[Hold]:
    """All or nothing. No holds: something bound, and what had been reserved was given back."""
    key = promise.key
    limited = key if key and key.daily_limit is not None else None
    if limited and not _reserve_key(promise, limited):
        return []
    now = clock.now()
    own = Writes(writes.PROMISE, {writes.ASKS: _asks(promise)}, _given(promise, now))
    passed, rows = statement.run(own + beside, writes.HELD)
    if not rows:
        if limited:
            key_days.give_back(promise.day, limited, promise.total)
        if passed:
            _day_of(promise).update(reserved=F("reserved") - promise.total)
        return []
    if key and not limited:
        key_days.reserve(_day(promise, has_key_days=rows[0][2]), key, promise.total)
    holds = [
        Hold(
            id=pk,
            account_id=account,
            user=promise.membership.user,
            project=promise.project,
            reference=ask.reference,
            api_key=key.id if key else None,
            day=promise.day,
            amount=ask.amount,
            created_at=now,
        )
        for (pk, account, _has), ask in zip(rows, promise.asks, strict=True)
    ]
    statement.mark_written(holds)
    return holds


def _reserve_key(promise: Promise, key: Key) -> bool:
    """A key with a limit of its own is asked first, under the lock of its owner's day."""
    nothing = Writes(writes.TODAY, given=_given(promise, clock.now()) | {"total": 0})
    passed, rows = statement.run(nothing, "SELECT has_key_days FROM {day} AS day")
    if not passed:
        return False
    return key_days.reserve(_day(promise, has_key_days=rows[0][0]), key, promise.total)


def _asks(promise: Promise) -> list[dict[str, Given]]:
    project, key = promise.project, promise.key
    same = {"project_id": project.pk if project else None, "api_key": key.id if key else None}
    return [
        {"id": n, "reference": ask.reference, "amount": ask.amount, **same}
        for n, ask in enumerate(promise.asks)
    ]


def _given(promise: Promise, now: datetime) -> dict[str, Given]:
    member = promise.membership
    return {
        "team": member.team_id,
        "user": member.user_id,
        "mode": str(promise.mode),
        "day": promise.day,
        "total": promise.total,
        "now": now,
    }


def _day(promise: Promise, *, has_key_days: bool) -> UserDay:
    """The day as it is known under its lock."""
    return UserDay(
        team_id=promise.membership.team_id,
        user_id=promise.membership.user_id,
        day=promise.day,
        mode=promise.mode,
        has_key_days=bool(has_key_days),
    )


def _day_of(promise: Promise) -> QuerySet[UserDay]:
    return UserDay.objects.for_team(promise.membership.team).filter(
        user=promise.membership.user_id, day=promise.day, mode=promise.mode
    )


RESOLVE_DAY = """
    UPDATE generations_userday SET reserved = reserved - %(amount)s, spent = spent + %(charged)s
    WHERE team_id = %(team)s AND user_id = %(user)s AND day = %(day)s AND mode = %(mode)s
    RETURNING has_key_days
"""


def resolve_days(account: Account, holds: Sequence[Hold], charged: int) -> None:
    """A member's day, and those of their keys: what was reserved ends, and this much is spent.

    The holds are of one member, day and account; more than one are all released.
    """
    first, amount = holds[0], sum(one.amount for one in holds)
    given: dict[str, Given] = {
        "team": ids.for_sql(account.team_id),
        "user": ids.for_sql(first.user_id),
        "day": first.day,
        "mode": account.mode,
        "amount": amount,
        "charged": charged,
    }
    with connection.cursor() as cursor:
        cursor.execute(RESOLVE_DAY, given)
        found = cursor.fetchone()
    if found and found[0]:
        of_keys: Counter[UUID] = Counter()
        for one in holds:
            if one.api_key:
                of_keys[one.api_key] += one.amount
        for key, part in of_keys.items():
            key_days.resolve(key, first.day, part, charged)
