"""What a report is narrowed to. Everything is optional; what does not parse is said."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generations.credits.models import EntryKind, UserDay
from generations.reports import period
from generations.reports.figures import NONE, Wanted
from generations.reports.period import Period
from generations.reports.usage import main_mode
from generations.teams.access import RIGHTS, Right, sees_all_spend
from generations.teams.models import Membership, Project, Team, User
from generations.teams.modes import Mode

ANY_KIND, OPEN = "all", "open"
KINDS = [
    (EntryKind.SETTLE.value, _("Charges")),
    (OPEN, _("Held now")),
    (EntryKind.GRANT.value, _("Grants")),
    (ANY_KIND, _("Everything")),
]
LOSSES = (EntryKind.LOSS.value, _("Paid, not charged"))  # the team's, and nobody's own
GROUPS = [("members", _("Members")), ("projects", _("Projects")), ("prompts", _("Prompts"))]


class UsageForm(forms.Form):
    """The filters of the usage page and its CSV. Nobody without the right sees others' spend."""

    month = forms.CharField(label=_("Days"), required=False, max_length=7)
    by = forms.ChoiceField(required=False, choices=GROUPS)

    def __init__(self, data: Any, *, membership: Membership) -> None:
        super().__init__(data)
        self.membership, self.team = membership, membership.team
        self.sees_all, self.main_mode = sees_all_spend(membership), main_mode(membership.team)
        self.periods, self.groups = period.choices(self.team), GROUPS
        self.people = {str(user.pk): user for user in _people(self.team)} if self.sees_all else {}
        if self.sees_all:
            names = [(key, str(user)) for key, user in self.people.items()]
            everybody = ("", _("all %(count)d") % {"count": len(names)})
            self.fields["user"] = _choice([everybody, *names])
        rows = Project.objects.for_team(self.team).order_by("name")
        self.projects = {str(project.pk): project for project in rows}
        titles = [(key, project.name) for key, project in self.projects.items()]
        self.fields["project"] = _choice([("", _("all")), *titles, (NONE, _("none"))])
        self.fields["mode"] = _choice([(Mode.LIVE, _("left out")), (Mode.TEST, _("only"))])

    def clean_month(self) -> Period | None:
        text = self.cleaned_data["month"]
        if text == period.LAST_DAYS:
            return period.fortnight(self.team)
        try:
            return period.month(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(_("A month is written like 2026-11.")) from error

    def wanted(self) -> Wanted:
        """After is_valid(). What was not understood does not narrow."""
        chosen = self.cleaned_data
        user = self.people.get(chosen.get("user", "")) if self.sees_all else self.membership.user
        project = chosen.get("project") or ""
        return Wanted(
            period=chosen.get("month") or period.this_month(self.team),
            mode=Mode(chosen.get("mode") or self.main_mode),
            user=user,
            project=self.projects.get(project, NONE if project == NONE else None),
            by=chosen.get("by") or "members",
        )


def _choice(choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, choices=choices)


def _people(team: Team) -> list[User]:
    """Who may spend, and who spent."""
    may_spend = [role for role, rights in RIGHTS.items() if Right.SPEND in rights]
    members = Membership.objects.for_team(team).filter(role__in=may_spend).values("user")
    spenders = UserDay.objects.for_team(team).values("user")
    known = User.objects.filter(Q(pk__in=members) | Q(pk__in=spenders))
    return list(known.order_by("name"))


class NamedField(forms.UUIDField):
    """The identifier of a project or a prompt, or the word for none at all."""

    def to_python(self, value: Any) -> Any:
        return NONE if value == NONE else super().to_python(value)


class BatchesField(forms.CharField):
    """Identifiers of batches, with commas between them."""

    def to_python(self, value: Any) -> Any:
        try:
            return [UUID(each) for each in (value or "").split(",") if each]
        except ValueError as error:
            raise forms.ValidationError(_("There is no such batch.")) from error


class EntriesForm(forms.Form):
    day = forms.DateField(label=_("Day"), required=False)
    first = forms.DateField(label=_("From"), required=False)
    last = forms.DateField(label=_("To"), required=False)
    user = forms.UUIDField(required=False)
    reference = forms.UUIDField(required=False)
    project = NamedField(required=False)
    prompt = NamedField(required=False)
    batch = BatchesField(required=False)
    key = forms.UUIDField(required=False)
    series = forms.UUIDField(required=False)
    mode = forms.ChoiceField(required=False, choices=Mode.choices)
    kind = forms.ChoiceField(
        required=False,
        choices=[(ANY_KIND, _("Everything")), (OPEN, _("Held now")), *EntryKind.choices],
    )
