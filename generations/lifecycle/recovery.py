"""What the sweep does for this slice: everything that a lost message or a dead worker left.

Each step reads rows by the database's clock and only nudges; the doors themselves decide. A row
that was nudged is not nudged again for a while, so that a stopped cluster meets no flood.
"""

import logging
import time
from collections.abc import Callable, Iterable
from itertools import islice, takewhile
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from generations.core import clock
from generations.core.queue.wake import nudge
from generations.credits import ledger
from generations.credits.models import Account, Hold
from generations.keys import upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle import line, look_all, moves
from generations.lifecycle.finish import fail
from generations.lifecycle.fund import fund, look_again
from generations.lifecycle.models import Generation, IdempotencyRecord
from generations.lifecycle.room import room
from generations.lifecycle.states import (
    FINAL,
    LONGEST_UNFUNDED,
    LONGEST_WAIT,
    AttemptState,
    Failure,
    Status,
    Wait,
)
from generations.lifecycle.store import give_up_crashed, give_up_lost, late, storing

logger = logging.getLogger(__name__)

BATCH = 500
NUDGE_AGAIN = 10.0
MOST_CRASHES = 5
FUNDING = 1.0  # seconds of a round: the sweep's other steps have their turn


def end_leases() -> int:
    """Submissions whose worker died: back into the line if surely not sent, else unknown."""
    expired = Generation.objects.filter(
        status=Status.SUBMITTING, lease_until__lt=clock.database_now()
    )
    return _each(expired[:BATCH], _end_lease)


def _end_lease(found: Generation) -> bool:
    # Read anew under the lock: a slow worker may be marking it as sent at this moment.
    generation = (
        Generation.objects.select_for_update(no_key=True)
        .filter(pk=found.pk, status=Status.SUBMITTING, lease_until__lt=clock.database_now())
        .first()
    )
    if generation is None:
        return False
    attempt = generation.attempts.get(n=generation.attempt)
    if attempt.state != AttemptState.OPEN or attempt.sends:
        deadline = clock.after(settings.DEADLINES["unknown"])
        return moves.move(generation, Status.UNKNOWN, deadline=deadline)
    generation.attempts.filter(pk=attempt.pk).update(
        state=AttemptState.NOT_SENT, ended_at=clock.database_now()
    )
    if generation.crashes + 1 >= MOST_CRASHES:
        return fail(generation, Failure.CRASHED)
    return moves.move(generation, Status.QUEUED, wait=Wait.TURN, crashes=F("crashes") + 1)


def poll() -> int:
    """One message for all that is due at the upstreams."""
    return int(look_all.due().exists() and nudge(moves.LOOK_ALL))


def store_again() -> int:
    """Pictures whose store task died or failed for now; past the deadline they are lost."""
    return sum(_store_again(rows) for rows in (storing(), late()))


def _store_again(rows: QuerySet[Generation]) -> int:
    now = clock.database_now()
    idle = rows.filter(Q(lease_until=None) | Q(lease_until__lt=now))
    _each(idle.filter(deadline__lte=now)[:BATCH], give_up_lost)
    crashed = idle.filter(lease_until__lt=now)
    _each(crashed.filter(crashes__gte=MOST_CRASHES)[:BATCH], give_up_crashed)
    crashed.update(crashes=F("crashes") + 1, lease_until=None)
    due = idle.filter(Q(due_at=None) | Q(due_at__lte=now))
    ids = list(due.values_list("id", flat=True)[:BATCH])
    Generation.objects.filter(id__in=ids).update(due_at=clock.after(NUDGE_AGAIN))
    return _wake_all(moves.STORE, ids)


def send_waiting() -> int:
    """Lines in which somebody waits whom a key has room for."""
    waiting = Generation.objects.filter(status=Status.QUEUED, hold__isnull=False)
    ready = [
        key.pk
        for team_id, mode in waiting.values_list("team", "mode").distinct()
        for key in _taking(team_id, mode)
    ]
    return _wake_all(moves.DISPATCH, ready)


def _taking(team_id: UUID, mode: str) -> list[UpstreamKey]:
    """One key of the line that may take from it, or none: its wake-up serves all of them."""
    active = upstream.in_line(team_id, mode).filter(state=KeyState.ACTIVE)
    may = (key for key in active if room(key)[0] > 0 and line.waiting_for(key).exists())
    return list(islice(may, 1))


def fund_team(team: UUID) -> int:
    """When a team's wallet has more: at once what the sweep would find soon."""
    look_again(team)
    return fund_waiting(team)


def fund_waiting(team: UUID | None = None) -> int:
    """Generations that waited for credit, and may be due: hold for them one by one, oldest first.

    For about a second; what is left is still due in the next round.
    Who is refused is not asked again this round: the same limit binds all that person's jobs, or
    all that came by one API key.
    """
    due = Generation.objects.filter(
        status=Status.QUEUED, hold=None, due_at__lte=clock.database_now()
    ).order_by("id")
    if team is not None:
        due = due.filter(team=team)
    refused: set[tuple[UUID, UUID, str, UUID | None]] = set()

    def fund_one(generation: Generation) -> bool:
        spender = (
            generation.team_id,
            generation.author_id,
            generation.mode,
            generation.api_key_id,
        )
        if spender in refused:
            return False
        funded = fund(generation)
        if not funded and not generation.is_final:
            refused.add(spender)
        return funded

    end = time.monotonic() + FUNDING
    return _each(takewhile(lambda _row: time.monotonic() < end, due[:BATCH]), fund_one)


def end_old_waits() -> int:
    """Generations that no key could send for a day, or no limit would fund for three."""
    queued = Generation.objects.filter(status=Status.QUEUED)
    unsent = queued.filter(hold__created_at__lt=clock.after(-LONGEST_WAIT))
    unfunded = queued.filter(hold=None, created_at__lt=clock.after(-LONGEST_UNFUNDED))
    return sum(_end_waits(rows) for rows in (unsent, unfunded))


def _end_waits(rows: QuerySet[Generation]) -> int:
    def end(found: Generation) -> bool:
        # Read anew under the lock: credit may be coming at this moment.
        still = rows.select_for_update(of=("self",), no_key=True).filter(pk=found.pk).first()
        return still is not None and fail(still, Failure.WAITED)

    return _each(rows[:BATCH], end)


def revive_keys() -> int:
    """Keys that ran out of credit upstream are tried again once their pause is over."""
    is_over = Q(blocked_until=None) | Q(blocked_until__lte=clock.database_now())
    due = UpstreamKey.objects.filter(is_over, state=KeyState.EXHAUSTED)
    for key in due:
        upstream.mark(key, KeyState.ACTIVE)
    return len(due)


def check_holds() -> int:
    """Every open hold belongs to a generation under way, and nothing final holds credits.

    A difference is a bug: the account is frozen rather than guessed at.
    """
    # Without the unfunded ones: NOT IN a list that holds a NULL is never true.
    under_way = Generation.objects.exclude(status__in=FINAL).exclude(hold=None).values("hold")
    orphans = Hold.objects.filter(resolved_at=None).exclude(pk__in=under_way)
    accounts = list(Account.objects.filter(holds__in=orphans).distinct())
    for account in accounts:
        logger.error("Account %s is frozen: it holds credits for no job under way.", account.pk)
        ledger.freeze(account)
    return len(accounts)


def forget_idempotency() -> int:
    rows = IdempotencyRecord.objects.filter(expires_at__lt=clock.database_now())
    return rows.delete()[0]


def _wake_all(task: str, ids: Iterable[UUID]) -> int:
    return sum(nudge(task, each) for each in ids)


def _each(rows: Iterable[Generation], step: Callable[[Generation], bool]) -> int:
    """One transaction for each row, so that a bad one does not hold up the others."""
    done = 0
    for generation in rows:
        try:
            with transaction.atomic():
                done += step(generation)
        except Exception:  # the boundary: logged, and the next round sees the row again
            logger.exception("The sweep could not mend generation %s.", generation.pk)
    return done
