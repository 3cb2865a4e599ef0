"""Shapes of what is booked by hand."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generations.credits.allowance import granted
from generations.credits.models import Plan
from generations.credits.payments import Paid
from generations.credits.refusals import grouped
from generations.teams.allowance import Allowance, is_wider
from generations.teams.modes import Mode

MOST = 10**12  # credits


class GrantForm(forms.Form):
    prefix = "grant"

    credits = forms.IntegerField(label=_("Credits"), min_value=1, max_value=MOST)
    mode = forms.ChoiceField(label=_("Wallet"), choices=Mode.choices, initial=Mode.LIVE)
    money = forms.DecimalField(
        label=_("Money paid"), required=False, min_value=0, max_digits=12, decimal_places=2
    )
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        max_length=3,
        validators=[RegexValidator("^[A-Z]{3}$", _("Three letters, such as EUR."))],
        widget=forms.TextInput(attrs={"size": 3, "autocapitalize": "characters"}),
    )
    invoice = forms.CharField(label=_("Invoice number"), required=False, max_length=60)
    reason = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(self, data: Any = None, *, currency: str = "") -> None:
        """`currency` is what the team paid in before."""
        if data is not None:
            data = data.copy()
            data["grant-currency"] = data.get("grant-currency", "").strip().upper()
        super().__init__(data, initial={"currency": currency})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("money") is not None and not given.get("currency"):
            self.add_error("currency", _("Say in which currency, such as EUR."))
        return given

    def paid(self) -> Paid:
        """After is_valid(). A currency without money says nothing."""
        given = self.cleaned_data
        money = given["money"]
        return Paid(money, given["currency"] if money is not None else "", given["invoice"])


class AdjustmentForm(forms.Form):
    prefix = "adjustment"

    credits = forms.IntegerField(
        label=_("Credits to add, or with a minus to take"), min_value=-MOST, max_value=MOST
    )
    mode = forms.ChoiceField(label=_("Wallet"), choices=Mode.choices, initial=Mode.LIVE)
    reason = forms.CharField(label=_("Why"), max_length=200)


class SeenForm(forms.Form):
    """The last line of the history that the sender of a form has seen."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)


OF_PLAN = _("The plan grants {limit}.")


class LimitFields(forms.Form):
    """Three limits. What stood there when the page was opened comes along, see `seen_allowance`."""

    daily_limit = forms.IntegerField(
        label=_("Credits a day"), required=False, min_value=0, max_value=MOST
    )
    concurrent = forms.IntegerField(
        label=_("Pictures at once"), required=False, min_value=1, max_value=10_000
    )
    requests_per_minute = forms.IntegerField(
        label=_("Requests a minute"), required=False, min_value=1, max_value=100_000
    )
    seen = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def allowance(self) -> Allowance:
        """After is_valid()."""
        return Allowance(**{name: self.cleaned_data[name] for name in asdict(Allowance())})

    def seen_allowance(self) -> Allowance | None:
        """After is_valid(): the limits that stood on the page when it was opened."""
        said: list[str] = self.cleaned_data["seen"].split("/")
        names = list(asdict(Allowance()))
        if len(said) != len(names) or not all(part.isdecimal() or not part for part in said):
            return None
        return Allowance(
            **{name: int(part) if part else None for name, part in zip(names, said, strict=True)}
        )

    @staticmethod
    def written(limits: Allowance) -> dict[str, Any]:
        """As the fields begin."""
        figures = asdict(limits)
        seen = "/".join("" if limit is None else str(limit) for limit in figures.values())
        return figures | {"seen": seen}


class LimitsForm(LimitFields):
    """The own limits of a member or of an API key. Empty means: as what stands above grants."""

    def __init__(
        self,
        data: Any,
        *,
        own: Allowance,
        most: Allowance,
        grants: Any = OF_PLAN,
    ) -> None:
        """`most` is what stands above, and `grants` the sentence for a limit of it."""
        super().__init__(data, initial=self.written(own))
        for name, limit in asdict(most).items():
            said = gettext("The plan sets no limit.")
            if limit is not None:
                said = str(grants).format(limit=grouped(limit))
                if (mine := asdict(own)[name]) is not None and is_wider(mine, limit):
                    said += " " + gettext("The wider {mine} set here gives nothing more.").format(
                        mine=grouped(mine)
                    )
            self.fields[name].help_text = said


class PlanForm(LimitFields):
    """What a plan is called and grants each member. Empty means: no limit."""

    name = forms.CharField(label=_("Name"), max_length=60)

    field_order = ["name"]

    def __init__(self, data: Any, *, plan: Plan | None = None, is_new: bool = False) -> None:
        """`plan` is the one that is changed, or whose figures a new one begins with."""
        initial = self.written(granted(plan)) if plan else {}
        name = gettext("Custom") if is_new else str(plan or "")
        super().__init__(data, initial=initial | {"name": name})


class GivenPlanForm(forms.Form):
    plan = forms.ModelChoiceField(Plan.objects.filter(team=None), label=_("Plan"), empty_label=None)

    def __init__(self, data: Any, *, current: Plan | None) -> None:
        super().__init__(data, initial={"plan": current})
