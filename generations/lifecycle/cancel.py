"""Cancelling: free before it is sent, impossible after, because the upstream has no cancel."""

from django.db import transaction
from django.utils.translation import gettext as _

from generations.core import clock
from generations.lifecycle import moves
from generations.lifecycle.finish import give_back
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Status
from generations.teams.models import User


class TooLate(Exception):
    """It is already at the upstream, or has ended."""


def cancel(generation: Generation, actor: User) -> None:
    """End a queued generation and return its hold. Cancelling twice is once. Raises TooLate."""
    with transaction.atomic():
        current = Generation.objects.select_for_update(no_key=True).get(pk=generation.pk)
        if current.status == Status.CANCELLED:
            return
        note = _("by {name}").format(name=actor)
        moved = current.status == Status.QUEUED and moves.move(
            current, Status.CANCELLED, note, finished_at=clock.database_now()
        )
        if not moved:
            raise TooLate
        give_back(current, _("Cancelled"))
