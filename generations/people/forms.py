"""Shapes of coming in: the first person, a colleague, somebody who was given a team."""

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from generations.teams import days
from generations.teams.models import User


class PersonForm(forms.Form):
    """Name, e-mail, and a password that is not a common one nor like the other two."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        # What a password manager keeps the password with.
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("Ten characters or more."),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> None:
        cleaned = super().clean() or {}
        person = User(name=cleaned.get("name", ""), email=cleaned.get("email", ""))
        _check_password(self, person)


class SetUpForm(PersonForm):
    team_name = forms.CharField(
        label=_("Team name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    # Filled in from the browser's clock, without which a team's days are those of UTC.
    time_zone = forms.CharField(
        required=False, widget=forms.HiddenInput(attrs={"data-timezone": ""})
    )

    def clean_time_zone(self) -> str:
        name = str(self.cleaned_data["time_zone"])
        return name if name in days.zone_names() else "UTC"


class JoinForm(PersonForm):
    """With an address in the invitation the person cannot take another."""

    def __init__(self, *args: object, bound_email: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if bound_email:
            self.initial["email"] = bound_email
            self.fields["email"].disabled = True


class PasswordForm(forms.Form):
    password = PersonForm.base_fields["password"]

    def __init__(self, *args: object, person: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.person = person

    def clean(self) -> None:
        super().clean()
        _check_password(self, self.person)


def _check_password(form: forms.Form, person: User) -> None:
    if password := form.cleaned_data.get("password"):
        try:
            password_validation.validate_password(password, person)
        except forms.ValidationError as error:
            form.add_error("password", error)
