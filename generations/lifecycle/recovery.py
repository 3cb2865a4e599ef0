"""What the sweep does for this slice: everything that a lost message or a dead worker left.

Each step reads rows by the database's clock and only nudges; the doors themselves decide. A row
that was nudged is not nudged again for a while, so that a stopped cluster meets no flood.
"""

import logging
from collections.abc import Callable, Iterable
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from generations.core import clock
from generations.core.queue.wake import nudge, wake
from generations.credits import ledger
from generations.credits.models import Account, Hold
from generations.credits.refusals import Refusal
from generations.keys import upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle import line, moves
from generations.lifecycle.finish import fail
from generations.lifecycle.models import Generation, IdempotencyRecord
from generations.lifecycle.states import FINAL, AttemptState, Failure, Status, Wait
from generations.lifecycle.store import give_up_crashed, give_up_lost, late, storing
from generations.teams.models import Membership

logger = logging.getLogger(__name__)

BATCH = 500
NUDGE_AGAIN = 10.0
MOST_CRASHES = 5
LONGEST_WAIT = 24 * 3600.0
LONGEST_UNFUNDED = 3 * LONGEST_WAIT
ASK_AGAIN = 600.0  # seconds, for credit that has no known time of coming


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
    """Polls that are due, and unknown outcomes whose deadline has come."""
    now = clock.database_now()
    due = Q(status=Status.PROCESSING, due_at__lte=now) | Q(
        Q(due_at=None) | Q(due_at__lte=now), status=Status.UNKNOWN, deadline__lte=now
    )
    ids = list(
        Generation.objects.filter(due).order_by("due_at").values_list("id", flat=True)[:BATCH]
    )
    # A poll moves its own `due_at`; an unknown one is held back here.
    Generation.objects.filter(id__in=ids, status=Status.UNKNOWN).update(
        due_at=clock.after(NUDGE_AGAIN)
    )
    return _wake_all(moves.LOOK, ids)


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
    """Shared keys that have both room and somebody in line."""
    keys = UpstreamKey.objects.filter(state=KeyState.ACTIVE, removed_at=None)
    waiting = Generation.objects.filter(status=Status.QUEUED, hold__isnull=False)
    ids = waiting.filter(upstream_key__in=keys).values_list("upstream_key", flat=True).distinct()
    ready = [
        key.pk
        for key in UpstreamKey.objects.filter(pk__in=list(ids))
        if line.room(key)[0] > 0 and line.waiting(key.pk).exists()
    ]
    return _wake_all(moves.DISPATCH, ready)


def fund_waiting() -> int:
    """Generations that waited for a daily limit: hold for them, one by one, oldest first.

    Who is refused is not asked again this round: the same limit binds all that person's jobs.
    """
    due = Generation.objects.filter(
        status=Status.QUEUED, hold=None, due_at__lte=clock.database_now()
    ).order_by("id")
    refused: set[tuple[UUID, UUID, str]] = set()

    def fund(generation: Generation) -> bool:
        spender = (generation.team_id, generation.author_id, generation.mode)
        if spender in refused:
            return False
        funded = _fund(generation)
        if not funded:
            refused.add(spender)
        return funded

    return _each(due[:BATCH], fund)


def _fund(generation: Generation) -> bool:
    """Hold for one, or note for all of this person's when to ask again, or end it."""
    rows = Generation.objects.filter(pk=generation.pk, status=Status.QUEUED, hold=None)
    membership = Membership.objects.filter(
        team_id=generation.team_id, user_id=generation.author_id
    ).first()
    if membership is None or not rows.select_for_update(no_key=True).exists():
        return membership is None and fail(generation, Failure.NO_KEY)
    ask = ledger.Ask(generation.pk, generation.most)
    try:
        with transaction.atomic():
            [held] = ledger.hold(
                membership,
                generation.mode,
                [ask],
                project=generation.project,
                api_key=generation.api_key_id,
            )
    except Refusal as refusal:
        if refusal.frees_at and not refusal.ends_for(generation.most):
            fail(generation, Failure.WAITED, refusal.message)
        Generation.objects.filter(
            status=Status.QUEUED,
            hold=None,
            team_id=generation.team_id,
            author_id=generation.author_id,
            mode=generation.mode,
            due_at__lte=clock.database_now(),
        ).update(due_at=refusal.frees_at or clock.after(ASK_AGAIN))
        return False
    rows.update(hold=held, wait=Wait.TURN, due_at=None)
    wake(moves.DISPATCH, generation.upstream_key_id)
    return True


def end_old_waits() -> int:
    """Generations that no key could send for a day, or no limit would fund for three."""
    queued = Generation.objects.filter(status=Status.QUEUED)
    unsent = queued.filter(hold__created_at__lt=clock.after(-LONGEST_WAIT))
    unfunded = queued.filter(hold=None, created_at__lt=clock.after(-LONGEST_UNFUNDED))
    return sum(
        _each(rows[:BATCH], lambda generation: fail(generation, Failure.WAITED))
        for rows in (unsent, unfunded)
    )


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
