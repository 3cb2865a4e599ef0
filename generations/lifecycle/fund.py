"""Credits for what waits for them: at the reset by the sweep, or before by who asked."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from generations.core import clock
from generations.core.queue.wake import wake
from generations.credits import ledger, limits
from generations.credits.limits import Standing
from generations.credits.models import Account, AccountKind, Hold
from generations.credits.refusals import Refusal
from generations.lifecycle import key_limits, moves
from generations.lifecycle.finish import fail
from generations.lifecycle.models import Batch, Generation, Generations
from generations.lifecycle.states import WAITS, Failure, Status, Wait
from generations.teams.models import Membership

ASK_AGAIN = 600.0  # seconds, for credit that has no known time of coming
A_ROUND = 500  # generations


def fund(generation: Generation) -> bool:
    """Hold for one, or note for all of this person's when to ask again, or end it."""
    rows = Generation.objects.filter(pk=generation.pk, status=Status.QUEUED, hold=None)
    membership = _membership(generation)
    if membership is None or not rows.select_for_update(no_key=True).exists():
        return membership is None and fail(generation, Failure.NO_KEY)
    try:
        with transaction.atomic():
            [held] = _hold(membership, [generation])
    except Refusal as refusal:
        _put_off(generation, refusal)
        return False
    _enqueue([(generation, held)])
    return True


def look_again(team: UUID | None = None) -> int:
    """Sweep step: whatever waits for a wallet that has credit for it is due now. How many.

    Credit comes by a grant, or back from a job that took less or none.
    """
    waiting = waiting_for_wallets(team).filter(due_at__gt=clock.database_now())
    found = 0
    for account in _with_credit(waiting):
        theirs = waiting.filter(team=account.team_id, mode=account.mode)
        covered = Q(most__lte=account.left) if account.is_enforced else Q()
        found += _change(theirs.filter(covered), due_at=clock.database_now())
    return found


def waiting_for_wallets(team: UUID | None = None) -> Generations:
    """Of one team, or of all."""
    rows = Generation.objects.filter(status=Status.QUEUED, hold=None, wait=Wait.WALLET)
    return rows if team is None else rows.filter(team=team)


def _with_credit(waiting: Generations) -> "QuerySet[Account]":
    """The wallets of those that wait, where anything is left."""
    wallets = Account.objects.filter(kind=AccountKind.WALLET, frozen_at=None)
    has_more = Q(is_enforced=False) | Q(posted__gt=F("held"))
    return wallets.filter(has_more, team__in=waiting.order_by().values("team"))


def fitting(standing: Standing, most: int) -> int | None:
    """For how many pictures of this price there is credit now; None: for any number."""
    return None if standing.can_spend is None else standing.can_spend // most


def start(batch: Batch) -> int:
    """Hold now for as many of the batch as fit, oldest first; the rest goes on waiting.

    Returns how many. Raises Refusal where not one fits; twice is once.
    """
    with transaction.atomic():
        unfunded = batch.generations.filter(status=Status.QUEUED, hold=None).order_by("id")
        waiting = list(unfunded.select_for_update(of=("self",), no_key=True))
        membership = _membership(waiting[0]) if waiting else None
        if membership is None:
            return 0
        standing = limits.now(membership, batch.mode, key_limits.spender(waiting[0].api_key))
        count = fitting(standing, waiting[0].most)
        # Where nothing fits the hold of one says why.
        chosen = waiting if count is None else waiting[: max(1, count)]
        _enqueue(list(zip(chosen, _hold(membership, chosen), strict=True)))
    return len(chosen)


def _membership(generation: Generation) -> Membership | None:
    members = Membership.objects.filter(team_id=generation.team_id, user_id=generation.author_id)
    return members.select_related("team", "user").first()


def _hold(membership: Membership, generations: list[Generation]) -> list[Hold]:
    """All of one batch, with one project and one API key."""
    first = generations[0]
    return ledger.hold(
        membership,
        first.mode,
        [ledger.Ask(generation.pk, generation.most) for generation in generations],
        project=first.project,
        api_key=key_limits.spender(first.api_key),
    )


def _enqueue(funded: Sequence[tuple[Generation, Hold]]) -> None:
    """Into the line; one message for each key that they were meant for."""
    for generation, held in funded:
        rows = Generation.objects.filter(pk=generation.pk)
        rows.update(hold=held, wait=Wait.TURN, due_at=None)
    for key in {generation.upstream_key_id for generation, _held in funded}:
        wake(moves.DISPATCH, key)


def _put_off(generation: Generation, refusal: Refusal) -> None:
    """Until the limit frees, for all of this person's that are due: the same one binds them all.

    But that of an API key binds only what came by this key; and what is more than the whole limit
    ends here, and says nothing of the others.
    """
    theirs = Q(api_key=generation.api_key_id) if refusal.binds == "key" else Q()
    if refusal.frees_at and not refusal.ends_for(generation.most):
        fail(generation, Failure.WAITED, refusal.message)
        return
    due = Generation.objects.filter(
        theirs,
        # This one is locked already: what is older has its turn in the next round.
        pk__gte=generation.pk,
        status=Status.QUEUED,
        hold=None,
        team_id=generation.team_id,
        author_id=generation.author_id,
        mode=generation.mode,
        due_at__lte=clock.database_now(),
    )
    _change(
        due,
        due_at=refusal.frees_at or clock.after(ASK_AGAIN),
        wait=WAITS.get(refusal.binds, generation.wait),
    )


def _change(rows: Generations, **changes: object) -> int:
    """Several that wait, the oldest first: locked by id, as a cancel locks them. How many."""
    with transaction.atomic():
        locked = rows.order_by("id").select_for_update(of=("self",), no_key=True)
        ids = list(locked.values_list("pk", flat=True)[:A_ROUND])
        return Generation.objects.filter(pk__in=ids).update(**changes)
