"""What the sweep does for this slice: everything that a lost message or a dead worker left.

Each step reads rows by the database's clock and only nudges; the doors themselves decide. A row
that was nudged is not nudged again for a while, so that a stopped cluster meets no flood.
"""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from generations.core import clock
from generations.core.queue.wake import wake
from generations.credits import ledger
from generations.credits.models import Account, Hold
from generations.credits.refusals import Refusal
from generations.keys import upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle import line, moves
from generations.lifecycle.finish import fail
from generations.lifecycle.models import Generation, IdempotencyRecord
from generations.lifecycle.states import FINAL, AttemptState, Failure, Status, Wait
from generations.lifecycle.store import storable
from generations.teams.models import Membership

BATCH = 500
NUDGE_AGAIN = 10.0
MOST_CRASHES = 5
LONGEST_WAIT = 24 * 3600.0


def end_leases() -> int:
    """Submissions whose worker died: back into the line if surely not sent, else unknown."""
    expired = Generation.objects.filter(
        status=Status.SUBMITTING, lease_until__lt=clock.database_now()
    )
    return sum(_end_lease(generation) for generation in expired[:BATCH])


def _end_lease(generation: Generation) -> bool:
    with transaction.atomic():
        attempt = generation.attempts.get(n=generation.attempt)
        if attempt.state != AttemptState.OPEN or attempt.sends:
            deadline = clock.after(settings.DEADLINES["unknown"])
            return moves.move(generation, Status.UNKNOWN, deadline=deadline)
        generation.attempts.filter(pk=attempt.pk, state=AttemptState.OPEN).update(
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
    now = clock.database_now()
    idle = Q(lease_until=None) | Q(lease_until__lt=now)
    rows = Generation.objects.filter(storable() & idle).filter(Q(due_at=None) | Q(due_at__lte=now))
    for generation in rows.filter(status=Status.STORING, deadline__lte=now)[:BATCH]:
        with transaction.atomic():
            fail(generation, Failure.LOST)
    crashed = rows.filter(status=Status.STORING, lease_until__lt=now)
    for generation in crashed.filter(crashes__gte=MOST_CRASHES)[:BATCH]:
        with transaction.atomic():
            fail(generation, Failure.CRASHED)
    crashed.update(crashes=F("crashes") + 1, lease_until=None)
    ids = list(rows.values_list("id", flat=True)[:BATCH])
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
    """Generations that waited for a daily limit: hold for them, one by one, oldest first."""
    due = Generation.objects.filter(
        status=Status.QUEUED, hold=None, due_at__lte=clock.database_now()
    ).order_by("id")
    return sum(_fund(generation) for generation in due.select_related("team")[:BATCH])


def _fund(generation: Generation) -> bool:
    membership = Membership.objects.filter(
        team_id=generation.team_id, user_id=generation.author_id
    ).first()
    with transaction.atomic():
        rows = Generation.objects.select_for_update().filter(
            pk=generation.pk, status=Status.QUEUED, hold=None
        )
        if not rows.exists():
            return False
        if membership is None:
            return fail(generation, Failure.NO_KEY)
        try:
            with transaction.atomic():
                [held] = ledger.hold(
                    membership,
                    generation.mode,
                    [ledger.Ask(generation.pk, generation.most)],
                    project=generation.project,
                    api_key=generation.api_key_id,
                )
        except Refusal as refusal:
            rows.update(due_at=refusal.frees_at or clock.after(NUDGE_AGAIN))
            return False
        rows.update(hold=held, wait=Wait.TURN, due_at=None)
        wake(moves.DISPATCH, generation.upstream_key_id)
        return True


def end_old_waits() -> int:
    """Funded generations that no key could send for a day: their credits are wanted elsewhere."""
    old = Generation.objects.filter(
        status=Status.QUEUED, hold__created_at__lt=clock.after(-LONGEST_WAIT)
    )
    ended = 0
    for generation in old[:BATCH]:
        with transaction.atomic():
            ended += fail(generation, Failure.WAITED)
    return ended


def revive_keys() -> int:
    """Keys that ran out of credit upstream are tried again once their pause is over."""
    due = UpstreamKey.objects.filter(
        state=KeyState.EXHAUSTED, blocked_until__lte=clock.database_now()
    )
    for key in due:
        upstream.mark(key, KeyState.ACTIVE)
    return len(due)


def check_holds() -> int:
    """Every open hold belongs to a generation under way, and nothing final holds credits.

    A difference is a bug: the account is frozen rather than guessed at.
    """
    under_way = Generation.objects.exclude(status__in=FINAL).values("hold")
    orphans = Hold.objects.filter(resolved_at=None).exclude(pk__in=under_way)
    accounts = list(Account.objects.filter(holds__in=orphans).distinct())
    for account in accounts:
        ledger.freeze(account)
    return len(accounts)


def forget_idempotency() -> int:
    rows = IdempotencyRecord.objects.filter(expires_at__lt=clock.database_now())
    return rows.delete()[0]


def _wake_all(task: str, ids: Iterable[UUID]) -> int:
    woken = 0
    for each in ids:
        wake(task, each)
        woken += 1
    return woken
