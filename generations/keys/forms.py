"""Shapes of the two kinds of keys. A secret field never comes back filled in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from generations.core import http
from generations.keys.models import Transport
from generations.providers import registry
from generations.teams.models import Project, Team
from generations.teams.modes import Mode


class SecretInput(forms.PasswordInput):
    """Never filled in by the page, nor by the browser."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"}, render_value=False)


class SecretForm(forms.Form):
    """The secrets of a shared key, as they are given first and as they are replaced."""

    api_key = forms.CharField(
        label=_("Key"),
        max_length=500,
        widget=SecretInput,
        help_text=_("Sealed at once and never shown again."),
    )
    webhook_secret = forms.CharField(
        label=_("Webhook secret, if the upstream gave you one"),
        max_length=500,
        required=False,
        widget=SecretInput,
        help_text=_("Without it the hub asks for each result, instead of being told."),
    )


class RotationForm(SecretForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["api_key"].label = _("New key")
        self.fields["webhook_secret"].label = _("New webhook secret")
        self.fields["webhook_secret"].help_text = _("Left empty, the present one stays.")


class UpstreamKeyForm(SecretForm):
    name = forms.CharField(label=_("Name"), max_length=60)
    provider = forms.ChoiceField(label=_("Upstream"))
    requests_per_minute = forms.IntegerField(
        label=_("Requests a minute"), min_value=1, max_value=100_000, initial=30
    )
    concurrent = forms.IntegerField(
        label=_("Pictures at once"), min_value=1, max_value=1_000, initial=3
    )
    daily_limit = forms.IntegerField(
        label=_("Pictures a day, if limited"), min_value=1, max_value=10**9, required=False
    )
    transport = forms.ChoiceField(label=_("Spoken with"), choices=Transport.choices)
    base_url = forms.URLField(
        label=_("Address"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=_("Leave it empty for the upstream’s own. It cannot be changed later."),
    )

    field_order = ["provider", "name", "api_key", "webhook_secret"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        provider = self.fields["provider"]
        if isinstance(provider, forms.ChoiceField):
            # Every team has its practice key from the first day on.
            choices = registry.choices()
            provider.choices = [(s, name) for s, name in choices if not registry.get(s).is_practice]

    def clean_base_url(self) -> str:
        address = str(self.cleaned_data["base_url"])
        if address:
            try:
                http.check_url(address)
            except http.NotAllowed as error:
                raise forms.ValidationError(str(error)) from error
        return address


class ApiKeyForm(forms.Form):
    LIVES = [
        ("", _("never")),
        ("30", _("in 30 days")),
        ("90", _("in 90 days")),
        ("365", _("in a year")),
    ]

    name = forms.CharField(label=_("What will use it"), max_length=60)
    mode = forms.ChoiceField(label=_("For"), choices=Mode.choices, initial=Mode.TEST)
    days = forms.TypedChoiceField(
        label=_("Expires"), choices=LIVES, required=False, coerce=int, empty_value=None
    )
    project = forms.ModelChoiceField(
        label=_("Project"), queryset=Project.objects.none(), required=False, empty_label=_("None")
    )

    def __init__(self, *args: object, team: Team, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        project = self.fields["project"]
        if isinstance(project, forms.ModelChoiceField):
            project.queryset = Project.objects.for_team(team).filter(is_archived=False)
            if not project.queryset.exists():
                del self.fields["project"]
