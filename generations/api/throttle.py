"""How many requests a member's scripts may make: a sliding minute, counted in the database.

The minute before counts for the share of it that the last 60 seconds still cover. All keys of one
member share one window, and so no key of theirs can have more: the plan's limit is per user.
Reading has a window of its own, ten times as wide, because polling is part of the protocol.
"""

from dataclasses import dataclass
from enum import Enum

from django.db.models import F
from django.http import HttpResponseBase

from generations.api.auth import Caller
from generations.api.models import RateWindow
from generations.core import clock
from generations.credits.accounts import wallet

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

    def write(self, response: HttpResponseBase) -> None:
        """A refusal that resets later has written its own moment already."""
        response.headers.setdefault("X-RateLimit-Limit", str(self.limit))
        response.headers.setdefault("X-RateLimit-Remaining", str(self.remaining))
        response.headers.setdefault("X-RateLimit-Reset", str(self.resets_at))


def for_nobody() -> Rate:
    """A caller without a key has no requests."""
    return Rate(0, 0, _now() + MINUTE)


def count(caller: Caller, kind: Kind) -> Rate:
    """Count this request, unless the limit is reached: then it is not counted, only refused.

    Exact for any number of parallel requests: the increment is guarded by the limit.
    """
    now = _now()
    limit = _limit(caller, kind)
    if limit is None:
        return Rate(UNLIMITED, UNLIMITED, now + MINUTE)
    minute, second = divmod(now, MINUTE)
    principal = f"member:{caller.membership.pk.hex}:{caller.mode}:{kind.value}"
    rows = RateWindow.objects.filter(principal=principal)
    counts = dict(rows.filter(minute__in=(minute - 1, minute)).values_list("minute", "count"))
    before, used = counts.get(minute - 1, 0), counts.get(minute, 0)
    room = limit - -(-before * (MINUTE - second) // MINUTE)
    if minute not in counts:
        row = RateWindow(principal=principal, minute=minute)
        RateWindow.objects.bulk_create([row], ignore_conflicts=True)
    if rows.filter(minute=minute, count__lt=room).update(count=F("count") + 1):
        remaining = max(0, room - used - 1)
        resets = (minute + 1) * MINUTE if remaining else _frees_at(limit, before, used + 1, minute)
        return Rate(limit, remaining, resets)
    # Refused because of parallel requests that are not in what was read above: they fill it.
    frees = _frees_at(limit, before, max(used, room), minute)
    return Rate(limit, 0, frees, is_exceeded=True, retry_after=max(1, frees - now))


def forget_windows() -> int:
    """Sweep step: windows that no sliding minute covers any more. Returns how many."""
    return RateWindow.objects.filter(minute__lt=_now() // MINUTE - 2).delete()[0]


def _limit(caller: Caller, kind: Kind) -> int | None:
    plan = wallet(caller.membership.team, caller.mode).plan
    if plan is None or plan.requests_per_minute is None:
        return None
    return plan.requests_per_minute * WIDTH[kind]


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
