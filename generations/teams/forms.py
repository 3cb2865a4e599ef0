"""Shapes of what people fill in about a team and themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from generations.teams import days
from generations.teams.models import Role, Team, Theme, Waits

INVITABLE = [(role.value, role.label) for role in Role if role != Role.OWNER]


class InvitationForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=INVITABLE, initial=Role.MEMBER)
    email = forms.EmailField(
        label=_("E-mail, if only this address may join"), required=False, max_length=254
    )


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Team name"), max_length=80)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_(
            "A day and its limits begin at midnight there. A change applies from the next midnight."
        ),
    )

    waits_for = forms.ChoiceField(
        label=_("A picture that no longer fits today’s credits"),
        choices=Waits.choices,
        required=False,
        help_text=_("The composer says so before the click. Scripts wait only when they ask to."),
    )

    def __init__(self, *args: object, team: Team, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.initial = {
            "name": team.name,
            "time_zone": team.time_zone,
            "waits_for": team.waits_for,
            **self.initial,
        }
        names = {team.time_zone, *days.zone_names()}
        zones = self.fields["time_zone"]
        if isinstance(zones, forms.ChoiceField):
            zones.choices = [(name, name.replace("_", " ")) for name in sorted(names)]


class ProjectForm(forms.Form):
    """Its field has another id than the team's name, which stands on the same page."""

    name = forms.CharField(
        label=_("New project"), max_length=80, widget=forms.TextInput(attrs={"id": "project-name"})
    )


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    theme = forms.ChoiceField(label=_("Colours"), choices=Theme.choices)
