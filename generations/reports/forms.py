"""What a report is narrowed to. Everything is optional; what does not parse is said."""

from django import forms
from django.utils.translation import gettext_lazy as _

from generations.credits.models import EntryKind
from generations.reports import period
from generations.reports.period import Period
from generations.teams.models import Team
from generations.teams.modes import Mode

ANY_KIND = "all"


class UsageForm(forms.Form):
    month = forms.CharField(label=_("Days"), required=False, max_length=7)
    mode = forms.ChoiceField(label=_("Credits"), required=False, choices=Mode.choices)

    def clean_month(self) -> Period | None:
        text = self.cleaned_data["month"]
        if not text:
            return None
        try:
            return period.month(text)
        except ValueError as error:
            raise forms.ValidationError(_("A month is written like 2026-11.")) from error

    def period(self, team: Team) -> Period:
        chosen = self.cleaned_data.get("month")
        return chosen if isinstance(chosen, Period) else period.fortnight(team)


class EntriesForm(forms.Form):
    day = forms.DateField(label=_("Day"), required=False)
    first = forms.DateField(label=_("From"), required=False)
    last = forms.DateField(label=_("To"), required=False)
    user = forms.UUIDField(required=False)
    reference = forms.UUIDField(required=False)
    project = forms.UUIDField(required=False)
    mode = forms.ChoiceField(required=False, choices=Mode.choices)
    kind = forms.ChoiceField(
        required=False, choices=[(ANY_KIND, _("Everything")), *EntryKind.choices]
    )
