"""How many requests a member's scripts may make: a sliding minute, counted in the database.

The minute before counts for the share of it that the last 60 seconds still cover. All keys of one
member share one window: the plan's limit is per user. A key with a tighter limit of its own has a
second window; a request takes a place in both or in none, and is told of the one that binds.
Reading has a window of its own, ten times as wide, because polling is part of the protocol.
"""

from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from django.db import connection, transaction
from django.http import HttpResponseBase

from generations.api.auth import Caller
from generations.api.models import RateWindow
from generations.core import clock
from generations.core.statement import UNHURRIED
from generations.credits import allowance
from generations.teams.allowance import is_wider

MINUTE = 60
UNLIMITED = 1_000_000  # stands in the headers where the plan knows no limit


class Kind(Enum):
    WRITE = "write"
    READ = "read"


WIDTH = {Kind.WRITE: 1, Kind.READ: 10}


@dataclass(frozen=True)
class Rate:
    """What stands in the three headers; `resets_at` in Unix seconds."""

    limit: int
    remaining: int
    resets_at: int
    is_exceeded: bool = False
    retry_after: int = 0  # seconds
    is_of_key: bool = False  # the limit is the API key's own, not the member's

    def write(self, response: HttpResponseBase) -> None:
        """A refusal that resets later has written its own moment already."""
        response.headers.setdefault("X-RateLimit-Limit", str(self.limit))
        response.headers.setdefault("X-RateLimit-Remaining", str(self.remaining))
        response.headers.setdefault("X-RateLimit-Reset", str(self.resets_at))


def for_nobody() -> Rate:
    """A caller without a key has no requests."""
    return Rate(0, 0, _now() + MINUTE)


# Counts where there is room, and tells how many there are now and were in the minute before. The
# cast: PostgreSQL would take the principal for text here and for varchar where it is compared.
COUNT = """
    INSERT INTO generations_ratewindow AS kept (principal, minute, count)
    SELECT CAST(%(principal)s AS varchar), %(minute)s, 1 {unhurried} WHERE {room} >= 1
    ON CONFLICT (principal, minute) DO UPDATE SET count = kept.count + 1
    WHERE kept.count < {room}
    RETURNING count, {before}
"""
BEFORE = """(SELECT coalesce(max(count), 0) FROM generations_ratewindow
    WHERE principal = %(principal)s AND minute = %(minute)s - 1)"""
# The share of it that the last sixty seconds still cover, rounded up.
ROOM = f"(%(limit)s - ({BEFORE} * %(left)s + {MINUTE - 1}) / {MINUTE})"  # constants


@cache
def _counted() -> str:
    """A minute that is counted anew after a crash harms nobody: it does not wait for the disk."""
    unhurried = f"FROM {UNHURRIED}" if connection.vendor == "postgresql" else ""
    return COUNT.format(room=ROOM, before=BEFORE, unhurried=unhurried)


def count(caller: Caller, kind: Kind) -> Rate:
    """Count this request, unless a limit is reached: then it is not counted, only refused.

    Exact for any number of parallel requests: the increment is guarded by the limit.
    """
    limit, own = _limit(caller), caller.api_key.requests_per_minute
    members = f"member:{caller.membership.pk.hex}:{caller.mode}:{kind.value}"
    if own is None or not is_wider(limit, own):
        return _count(members, limit, kind)
    with transaction.atomic():
        # The key's window stays locked until both are counted, or neither.
        of_key = replace(
            _count(f"key:{caller.api_key.pk.hex}:{kind.value}", own, kind), is_of_key=True
        )
        if of_key.is_exceeded:
            return of_key
        of_member = _count(members, limit, kind)
        transaction.set_rollback(of_member.is_exceeded)
    return min(of_member, of_key, key=lambda rate: (not rate.is_exceeded, rate.remaining))


def _count(principal: str, per_minute: int | None, kind: Kind) -> Rate:
    now = _now()
    if per_minute is None:
        return Rate(UNLIMITED, UNLIMITED, now + MINUTE)
    limit = per_minute * WIDTH[kind]
    minute, second = divmod(now, MINUTE)
    given: dict[str, str | int] = {
        "principal": principal,
        "minute": minute,
        "limit": limit,
        "left": MINUTE - second,
    }
    with connection.cursor() as cursor:
        cursor.execute(_counted(), given)
        counted = cursor.fetchone()
    if counted:
        used, before = counted
        remaining = max(0, limit - -(-before * (MINUTE - second) // MINUTE) - used)
        resets = (minute + 1) * MINUTE if remaining else _frees_at(limit, before, used, minute)
        return Rate(limit, remaining, resets)
    rows = RateWindow.objects.filter(principal=principal, minute__in=(minute - 1, minute))
    counts = dict(rows.values_list("minute", "count"))
    frees = _frees_at(limit, counts.get(minute - 1, 0), counts.get(minute, 0), minute)
    return Rate(limit, 0, frees, is_exceeded=True, retry_after=max(1, frees - now))


def forget_windows() -> int:
    """Sweep step: windows that no sliding minute covers any more. Returns how many."""
    return RateWindow.objects.filter(minute__lt=_now() // MINUTE - 2).delete()[0]


def _limit(caller: Caller) -> int | None:
    """The plan's, tightened by the member's own; writing requests a minute."""
    return allowance.of_member(caller.membership, caller.mode).requests_per_minute


def _frees_at(limit: int, before: int, used: int, minute: int) -> int:
    """The first second at which one more request fits, if none is made until then."""
    start = minute * MINUTE
    if used < limit:
        share = MINUTE * (limit - 1 - used) // before if before else MINUTE
        return start + MINUTE - min(share, MINUTE)
    share = max(0, MINUTE * (limit - 1) // used) if used else 0
    return start + 2 * MINUTE - share


def _now() -> int:
    return int(clock.now().timestamp())
