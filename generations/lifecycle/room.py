"""How much more a shared key may take now, what binds it, and when that frees."""

from datetime import datetime, timedelta

from django.db.models import Max

from generations.core import clock
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle import key_day, line
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.states import AT_UPSTREAM, Status, Wait
from generations.teams import days

TYPICAL_SECONDS = 20
SAMPLE = 20
STOPPED = {
    KeyState.PAUSED: Wait.PAUSED,
    KeyState.REJECTED: Wait.REJECTED,
    KeyState.EXHAUSTED: Wait.EXHAUSTED,
}


def room(key: UpstreamKey) -> tuple[int, Wait]:
    """How many more the key may take now, and why no more than that."""
    if key.removed_at or key.state != KeyState.ACTIVE:
        return 0, STOPPED.get(KeyState(key.state), Wait.PAUSED)
    if not key.is_openable:
        return 0, Wait.UNOPENED
    if key.is_blocked:
        return 0, Wait.BLOCKED
    running = Generation.objects.filter(upstream_key=key, status__in=AT_UPSTREAM).count()
    if running >= key.concurrent:
        return 0, Wait.CONCURRENCY
    recent = Attempt.objects.filter(upstream_key=key, claimed_at__gt=clock.after(-60)).count()
    if recent >= key.per_minute or key.is_spent_for_now:
        return 0, Wait.RATE
    bounds = [
        (key.concurrent - running, Wait.CONCURRENCY),
        (key.per_minute - recent, Wait.RATE),
    ]
    left = left_today(key)
    if left is not None:
        bounds.append((max(0, left), Wait.KEY_DAY))
    return min(bounds, key=lambda bound: bound[0])


def left_today(key: UpstreamKey) -> int | None:
    """How many pictures the shared key's own daily figure still has room for; None: no figure."""
    day = key_day.of(key)
    if day is None:
        return None
    if not day.is_in_credits:
        return day.left
    dearest = line.waiting_for(key).aggregate(most=Max("most"))["most"] or 1
    return int(day.left // dearest)


def slots(key: UpstreamKey, each: int) -> list[float]:
    """For each slot of the key, in how many seconds it comes free, where a picture takes `each`."""
    taken = Generation.objects.filter(upstream_key=key, status__in=AT_UPSTREAM)
    now = clock.now()
    # What takes longer than usual may end at any moment.
    left = [
        max(1.0, each - (now - claimed_at).total_seconds())
        for claimed_at in taken.values_list("claimed_at", flat=True)
        if claimed_at
    ]
    return [0.0] * max(0, key.concurrent - len(left)) + sorted(left)


def earliest(key: UpstreamKey, reason: Wait) -> float:
    """In how many seconds the key lets go of what binds, where that is not its slots."""
    moment = {
        Wait.BLOCKED: key.blocked_until,
        Wait.KEY_DAY: days.next_midnight(key.team),
        Wait.RATE: clock.now() + timedelta(seconds=60),
    }.get(reason)
    if reason == Wait.RATE:
        recent = Attempt.objects.filter(upstream_key=key, claimed_at__gt=clock.after(-60))
        if oldest := recent.order_by("claimed_at").values_list("claimed_at", flat=True).first():
            moment = oldest + timedelta(seconds=60)
        if key.is_spent_for_now:
            moment = key.rate_resets_at
    return float(seconds_until(moment) or 0)


def expected_seconds(key: UpstreamKey) -> int:
    """How long this key's pictures lately took from claim to end; a guess before the first."""
    recent = Generation.objects.filter(upstream_key=key, status=Status.COMPLETED, is_late=False)
    spans = sorted(
        (end - start).total_seconds()
        for start, end in recent.order_by("-id").values_list("claimed_at", "finished_at")[:SAMPLE]
        if start and end
    )
    return max(1, round(spans[len(spans) // 2])) if spans else TYPICAL_SECONDS


def seconds_until(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    return max(0, round((moment - clock.now()) / timedelta(seconds=1)))
