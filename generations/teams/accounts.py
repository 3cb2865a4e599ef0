"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come by invitation or by the set-up link, never by an open form."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("That e-mail and password do not match."),
        "duplicate_email": _("You have this e-mail address already."),
        "email_taken": _("Somebody already uses this e-mail address."),
        "cannot_remove_primary_email": _("The e-mail address in use cannot be removed."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
