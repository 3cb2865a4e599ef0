"""Finding a generation by the id that a script was given."""

from uuid import UUID

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
    membership = caller.membership
    visible = Generation.objects.for_team(membership.team).seen_by(membership.user)
    generation = visible.filter(pk=wanted, mode=caller.mode).first()
    if generation is None:
        raise errors.not_found()
    return generation
