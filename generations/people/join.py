"""Coming in by an invitation."""

from django.db import transaction

from generations.people import register
from generations.teams import invite
from generations.teams.models import Membership, User


def join(token: str, user: User) -> Membership:
    """A person with an account joins. Raises invite.NotValid."""
    return invite.accept(token, user)


@transaction.atomic
def join_as_newcomer(token: str, *, email: str, name: str, password: str) -> Membership:
    """A new person joins: user and membership, or neither.

    Raises invite.NotValid and register.EmailTaken. An address that the invitation names counts
    as vouched for by who invited.
    """
    invitation = invite.find(token)
    if invitation is None:
        raise invite.NotValid(invite.explain(token))
    user = register.register(
        email=invitation.email or email,
        name=name,
        password=password,
        is_verified=bool(invitation.email),
    )
    return invite.accept(token, user)
