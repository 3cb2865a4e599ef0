"""A one-time link by which somebody who was given a team sets a password."""

from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare

from generations.core import crypto
from generations.teams.models import User

LIFE = 7 * 24 * 3600  # seconds
SALT = "people.welcome"


def token(user: User) -> str:
    """Signed with the user and a mark of their present password: a new password ends it."""
    return signing.dumps([str(user.pk), _mark(user)], salt=SALT)


def find(candidate: str) -> User | None:
    """Whose link it is, while it is good."""
    try:
        key, mark = signing.loads(candidate, salt=SALT, max_age=LIFE)
        user = User.objects.filter(pk=UUID(key), is_active=True).first()
    except (signing.BadSignature, ValueError):
        return None
    return user if user and constant_time_compare(mark, _mark(user)) else None


@transaction.atomic
def set_password(candidate: str, password: str) -> User | None:
    """Use the link up. None where it is not good (any more): of two at once one wins."""
    user = find(candidate)
    if user is None:
        return None
    old = user.password
    user.set_password(password)
    changed = User.objects.filter(pk=user.pk, password=old).update(password=user.password)
    return user if changed else None


def _mark(user: User) -> str:
    return crypto.derive(user.password, "welcome link")[:16]
