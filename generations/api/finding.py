"""Finding a generation by the id that a script was given."""

from uuid import UUID

from django.db.models import Q

from generations.api import errors
from generations.api.auth import Caller
from generations.lifecycle.models import Generation


def find(caller: Caller, text: str) -> Generation:
    """The team's own, of the key's mode, and not another member's private picture.

    Raises ApiError (404), the same for all others.
    """
    try:
        wanted = UUID(text)
    except ValueError:
        raise errors.not_found() from None
    is_open = Q(author=caller.membership.user_id) | ~Q(image__is_private=True)
    generation = (
        Generation.objects.for_team(caller.membership.team)
        .filter(is_open, pk=wanted, mode=caller.mode)
        .first()
    )
    if generation is None:
        raise errors.not_found()
    return generation
