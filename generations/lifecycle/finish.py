"""Ends: failed, cancelled, and the charge of a completed picture. Money moves with the state."""

from django.utils.translation import gettext as _

from generations.core import clock
from generations.credits import ledger
from generations.lifecycle import moves
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Failure, Status


def fail(generation: Generation, failure: Failure, message: str = "") -> bool:
    """End it uncharged, inside the caller's transaction. False where it had moved on.

    What the upstream had already finished, and therefore bills, is booked as our loss.
    """
    was_finished = generation.status == Status.STORING
    moved = moves.move(
        generation,
        Status.FAILED,
        message or str(failure.label),
        failure=failure,
        message=message[:300],
        finished_at=clock.database_now(),
    )
    if moved:
        give_back(generation, str(failure.label))
        if was_finished:
            lose(generation, _("Finished upstream, not delivered"))
    return moved


def give_back(generation: Generation, reason: str) -> None:
    """What the row holds now: credit may have come for it since `generation` was read."""
    current = Generation.objects.select_related("hold__account").get(pk=generation.pk)
    if current.hold:
        ledger.release(current.hold, reason)


def cost_of(generation: Generation) -> int:
    """What the upstream says it took; where it says nothing sensible, the likely price."""
    cost = generation.result_cost
    return generation.likely if cost is None else cost


def lose(generation: Generation, reason: str) -> None:
    cost = cost_of(generation)
    if cost:
        ledger.lose(generation.team, generation.mode, cost, generation.pk, reason)
