"""A new person: a user with an e-mail address that allauth knows."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from generations.teams.models import User


class EmailTaken(ValueError):
    """Somebody already uses this address. The message may be shown."""


def register(*, email: str, name: str, password: str | None, is_verified: bool) -> User:
    """Create the user and their address in one transaction. Raises EmailTaken.

    Without a password the person can sign in only after a link let them set one. `is_verified`
    says whether somebody has vouched that the address is theirs. Who comes first runs the hub.
    """
    try:
        with transaction.atomic():
            is_first = not User.objects.exists()
            user = User.objects.create_user(email, password, name=name, is_staff=is_first)
            EmailAddress.objects.create(
                user=user, email=user.email, verified=is_verified, primary=True
            )
    except IntegrityError as error:
        raise EmailTaken(_("Somebody already uses this e-mail address.")) from error
    return user
