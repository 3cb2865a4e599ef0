"""Looking after all that is due, of all teams, in one task: the upstreams are asked by threads.

An upstream that hangs holds some of these threads, but no worker of its own and nobody's turn.
"""

import logging
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from generations.core import clock, ids
from generations.core.queue import lease
from generations.lifecycle.dispatch import CLAIM_FOR, THREADS, Parcel, land, send_all
from generations.lifecycle.look import Question, hear, resolve, take
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Status

logger = logging.getLogger(__name__)

LEASE = "look"
PAUSE = 1.0  # seconds, until what became due meanwhile is seen
RESOLVE_AGAIN = 10.0
BATCH = 500
# Requests at a time: a key, or a team with many of them, that hangs leaves the rest to others.
PER_KEY = 4
PER_TEAM = 16

Flying = dict[Future[Any], Question | Parcel]


def due() -> QuerySet[Generation]:
    """Polls that are due, and unknown outcomes whose deadline has come."""
    now = clock.database_now()
    return Generation.objects.filter(
        Q(status=Status.PROCESSING, due_at__lte=now)
        | Q(Q(due_at=None) | Q(due_at__lte=now), status=Status.UNKNOWN, deadline__lte=now)
    )


def look_all() -> None:
    """Do what is due, going on while anything flies. One at a time: a second one has no work."""
    holder = ids.token()
    if not lease.take(LEASE, holder, _term()):
        return
    started = time.monotonic()
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            flying = _begin({}, pool)
            while flying:
                landed, _rest = wait(flying, PAUSE, return_when=FIRST_COMPLETED)
                for future in landed:
                    _end(flying.pop(future), future)
                is_ours = lease.take(LEASE, holder, _term())
                if is_ours and time.monotonic() - started < CLAIM_FOR:
                    flying |= _begin(flying, pool)
    finally:
        lease.give_back(LEASE, holder)


def _term() -> float:
    """Seconds, as for the sweep that wakes us; the lease is taken anew after each pause."""
    return float(settings.DEADLINES["sweep"] * 3)


def _begin(flying: Flying, pool: ThreadPoolExecutor) -> Flying:
    """Send what is due and has room, the longest due first."""
    begun: Flying = {}
    keys = Counter(each.attempt.upstream_key_id for each in flying.values())
    teams = Counter(each.attempt.upstream_key.team_id for each in flying.values())
    rows = due().exclude(pk__in=[each.attempt.generation_id for each in flying.values()])
    # Those without room are left out here, too: their rows must not fill the batch.
    rows = rows.exclude(upstream_key__in=_full(keys, PER_KEY)).exclude(
        team__in=_full(teams, PER_TEAM)
    )
    for generation in rows.select_related("upstream_key").order_by("due_at")[:BATCH]:
        if len(flying) + len(begun) >= THREADS:
            break
        key, team = generation.upstream_key_id, generation.team_id
        if keys[key] < PER_KEY and teams[team] < PER_TEAM:
            new = _begin_one(generation, pool)
            begun |= new
            keys[key] += len(new)
            teams[team] += len(new)
    return begun


def _full(counts: Counter[UUID], most: int) -> list[UUID]:
    return [each for each, count in counts.items() if count >= most]


def _begin_one(generation: Generation, pool: ThreadPoolExecutor) -> Flying:
    try:
        if generation.status == Status.PROCESSING:
            question = take(generation)
            return {pool.submit(question.ask): question} if question else {}
        Generation.objects.filter(pk=generation.pk, status=Status.UNKNOWN).update(
            due_at=clock.after(RESOLVE_AGAIN)
        )
        attempt = resolve(generation)
        return {**send_all([attempt], pool)} if attempt else {}
    except Exception:  # the boundary: a bad row does not hold up the others, and is due again
        logger.exception("Generation %s could not be looked after.", generation.pk)
        return {}


def _end(flown: Question | Parcel, future: Future[Any]) -> None:
    try:
        if isinstance(flown, Question):
            hear(flown, future.result)
        else:
            land([(flown, future)])
    except Exception:  # the boundary, as above
        logger.exception("Attempt %s could not be looked after.", flown.attempt.pk)
