"""The line before a shared key: whose turn it is, why one waits, and for about how long."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from generations.core import clock
from generations.credits.accounts import wallet
from generations.keys.models import DailyUnit, KeyState, UpstreamKey
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.states import ACTIVE, AT_UPSTREAM, AttemptState, Status, Wait
from generations.teams import days

TYPICAL_SECONDS = 20
SAMPLE = 20
MEMORY = 3600.0  # seconds


@dataclass(frozen=True)
class Place:
    """Where a waiting generation stands: 1 is next. None where no turn can be told."""

    position: int | None
    seconds: int | None
    reason: Wait


def waiting(key_id: UUID) -> QuerySet[Generation]:
    """Funded, due and not yet sent, oldest first (identifiers are in order of time)."""
    due = Q(due_at=None) | Q(due_at__lte=clock.database_now())
    return Generation.objects.filter(
        due, upstream_key_id=key_id, status=Status.QUEUED, hold__isnull=False
    ).order_by("id")


def in_turn(key: UpstreamKey, most: int | None = None) -> list[UUID]:
    """The next generations to send over this key, fairly: people by turn, then age.

    The next turn goes to whoever has the fewest running and, among those, was served longest
    ago. Nobody gets more at once than the plan allows one person (its "concurrent jobs").
    """
    lines: dict[UUID, deque[UUID]] = defaultdict(deque)
    for author, generation in waiting(key.pk).values_list("author_id", "id"):
        lines[author].append(generation)
    turns = _turns(key, lines)
    allowed = wallet(key.team, key.mode).plan
    ceiling = allowed.concurrent if allowed else None
    chosen: list[UUID] = []
    while turns and (most is None or len(chosen) < most):
        author = min(turns, key=lambda person: turns[person])
        running, served = turns[author]
        if most is not None and ceiling is not None and running >= ceiling:
            del turns[author]
            continue
        chosen.append(lines[author].popleft())
        # Counting up `running` passes the turn on; `served` breaks ties by who waited longest.
        turns[author] = (running + 1, served)
        if not lines[author]:
            del turns[author]
    return chosen


def _turns(key: UpstreamKey, authors: Iterable[UUID]) -> dict[UUID, tuple[int, float]]:
    """For each author with somebody in line: how many run now, and when one was last claimed.

    Claims of more than an hour ago count as never: nobody remembers whose turn it was.
    """
    theirs = Generation.objects.filter(upstream_key=key, author_id__in=list(authors))
    running = dict(theirs.filter(status__in=ACTIVE).values_list("author_id").annotate(Count("id")))
    served = dict(
        theirs.filter(claimed_at__gt=clock.after(-MEMORY))
        .values_list("author_id")
        .annotate(Max("claimed_at"))
    )
    return {
        author: (running.get(author, 0), served[author].timestamp() if author in served else 0.0)
        for author in authors
    }


def room(key: UpstreamKey) -> tuple[int, Wait]:
    """How many more the key may take now and, where that is none, why."""
    states = {
        KeyState.PAUSED: Wait.PAUSED,
        KeyState.REJECTED: Wait.REJECTED,
        KeyState.EXHAUSTED: Wait.EXHAUSTED,
    }
    if key.removed_at or key.state != KeyState.ACTIVE:
        return 0, states.get(KeyState(key.state), Wait.PAUSED)
    if key.blocked_until and key.blocked_until > clock.now():
        return 0, Wait.BLOCKED
    running = Generation.objects.filter(upstream_key=key, status__in=AT_UPSTREAM).count()
    if running >= key.concurrent:
        return 0, Wait.CONCURRENCY
    recent = Attempt.objects.filter(upstream_key=key, claimed_at__gt=clock.after(-60)).count()
    if recent >= key.requests_per_minute:
        return 0, Wait.RATE
    free = min(key.concurrent - running, key.requests_per_minute - recent)
    left = left_today(key)
    if left is not None and left <= 0:
        return 0, Wait.KEY_DAY
    return min(free, left) if left is not None else free, Wait.TURN


def left_today(key: UpstreamKey) -> int | None:
    """How many pictures the shared key's own daily figure still has room for; None: no figure.

    The day is the team's. Attempts that were surely not taken by the upstream do not count; where
    the figure is in credits, each counts what it was charged or may still cost.
    """
    if key.daily_limit is None:
        return None
    since = days.starts_at(key.team, days.today(key.team))
    taken = Attempt.objects.filter(upstream_key=key, claimed_at__gte=since).exclude(
        state__in=[AttemptState.NOT_SENT, AttemptState.REFUSED]
    )
    if key.daily_unit == DailyUnit.JOBS:
        return max(0, key.daily_limit - taken.count())
    cost = Coalesce("generation__charged", "generation__most")
    left = key.daily_limit - (taken.aggregate(total=Sum(cost))["total"] or 0)
    dearest = waiting(key.pk).aggregate(most=Max("most"))["most"] or 1
    return max(0, left // dearest)


def place(generation: Generation) -> Place:
    """Position, expected wait in seconds and reason of one queued generation."""
    if generation.hold_id is None or generation.wait == Wait.RETRY:
        return Place(None, seconds_until(generation.due_at), Wait(generation.wait))
    return places(generation.upstream_key).get(generation.id, Place(None, None, Wait.TURN))


def places(key: UpstreamKey) -> dict[UUID, Place]:
    """Every funded generation waiting for this key, in the order in which they will be sent."""
    free, reason = room(key)
    each = expected_seconds(key)
    stopped = reason in {Wait.PAUSED, Wait.REJECTED, Wait.EXHAUSTED}
    found = {}
    for position, generation_id in enumerate(in_turn(key), start=1):
        rounds = -(-(position - free) // key.concurrent) if position > free else 0
        seconds = None if stopped else rounds * each
        found[generation_id] = Place(position, seconds, reason if rounds else Wait.TURN)
    return found


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
