"""Cancelling: free before it is sent, impossible after, because the upstream has no cancel.

Undoing is cancelling all of one press, while nothing of it is sent yet on purpose.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from generations.core import clock
from generations.credits import ledger
from generations.credits.models import Hold
from generations.lifecycle import moves
from generations.lifecycle.finish import give_back
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Status, Wait
from generations.teams.models import User


class TooLate(Exception):
    """It is already at the upstream, or has ended."""


def cancel(generation: Generation, actor: User) -> None:
    """End a queued generation and return its hold. Cancelling twice is once. Raises TooLate."""
    with transaction.atomic():
        current = Generation.objects.select_for_update(no_key=True).get(pk=generation.pk)
        if current.status == Status.CANCELLED:
            return
        moved = current.status == Status.QUEUED and moves.move(
            current, Status.CANCELLED, _by(actor), finished_at=clock.database_now()
        )
        if not moved:
            raise TooLate
        give_back(current, _("Cancelled"))


def cancel_all(generations: QuerySet[Generation], actor: User) -> int:
    """End those that still wait, all in one transaction; what was sent goes on. How many."""
    with transaction.atomic():
        return _end(_locked(generations.filter(status=Status.QUEUED)), actor)


def undo(generations: QuerySet[Generation], actor: User) -> int:
    """Take back the press that is not a few seconds old: all of it, or TooLate.

    Undoing twice is once. Returns how many pictures are not made.
    """
    with transaction.atomic():
        found = _locked(undoable(generations))
        if not found and generations.exclude(status=Status.CANCELLED).exists():
            raise TooLate
        return _end(found, actor)


def undoable(generations: QuerySet[Generation]) -> QuerySet[Generation]:
    """Held back for a moment. By the clock that the dispatcher claims by: never both."""
    waits = {"status": Status.QUEUED, "wait": Wait.UNDO}
    return generations.filter(due_at__gt=clock.database_now(), **waits)


def _locked(generations: QuerySet[Generation]) -> list[Generation]:
    """Without their holds: what is joined to a row that was waited for is read before the wait."""
    return list(generations.order_by("id").select_for_update(of=("self",), no_key=True))


def _end(generations: list[Generation], actor: User) -> int:
    if generations:
        finished_at = clock.database_now()
        moves.move_all(generations, Status.CANCELLED, _by(actor), finished_at=finished_at)
        held = [generation.hold_id for generation in generations if generation.hold_id]
        ledger.release_all(list(Hold.objects.filter(pk__in=held).order_by("pk")), _("Cancelled"))
    return len(generations)


def _by(actor: User) -> str:
    return _("by {name}").format(name=actor)
