"""allauth's forms, in this hub's words."""

from collections.abc import Mapping
from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.utils.translation import gettext_lazy as _

E_MAIL = _("E-mail")
LENGTH = _("Ten characters or more, and not a common word.")


class InOurWords:
    """Mixed into a form: our labels, none of them twice, and the cursor where writing begins."""

    labels: Mapping[str, Any] = {}
    autocomplete: Mapping[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            if name in self.autocomplete:
                field.widget.attrs["autocomplete"] = self.autocomplete[name]
        # After a mistake a password is what has to be written again.
        secret = (each for each in fields.values() if isinstance(each.widget, forms.PasswordInput))
        is_bound: bool = self.is_bound  # type: ignore[attr-defined]
        first = next(secret if is_bound else iter(fields.values()), None)
        if first:
            first.widget.attrs["autofocus"] = True


class LoginForm(InOurWords, allauth.LoginForm):  # type: ignore[misc]
    labels = {"login": E_MAIL}
    autocomplete = {"login": "username"}


class AddEmailForm(InOurWords, allauth.AddEmailForm):  # type: ignore[misc]
    labels = {"email": _("Another e-mail")}


class ResetPasswordForm(InOurWords, allauth.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": E_MAIL}
    autocomplete = {"email": "username"}


class ReauthenticateForm(InOurWords, allauth.ReauthenticateForm):  # type: ignore[misc]
    pass


class NewPassword(InOurWords):
    """Asked for twice; what it must be like is said in one sentence, before it is refused."""

    labels = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = LENGTH  # type: ignore[attr-defined]


class ChangePasswordForm(NewPassword, allauth.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(NewPassword, allauth.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordFromKeyForm(NewPassword, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    pass
