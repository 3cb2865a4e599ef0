"""From when on a wallet is low, and what a person wants by e-mail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from generations.alerts.models import UNASKED, Kind, MailChoice
from generations.teams.models import User


class RuleForm(forms.Form):
    wallet_low = forms.IntegerField(
        label=_("Tell me when the wallet has fewer credits than"),
        help_text=_("Left empty: a tenth of the last grant. 0 turns it off."),
        required=False,
        min_value=0,
        max_value=10**12,
    )


class MailForm(forms.Form):
    kinds = forms.MultipleChoiceField(
        label=_("Send me an e-mail when"),
        choices=Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, *, user: User) -> None:
        self.user = user
        choices = dict(MailChoice.objects.filter(user=user).values_list("kind", "is_wanted"))
        wanted = [kind for kind in Kind.values if choices.get(kind, kind in UNASKED)]
        super().__init__(data, initial={"kinds": wanted})

    def save(self) -> None:
        """After is_valid()."""
        chosen = self.cleaned_data["kinds"]
        MailChoice.objects.bulk_create(
            [MailChoice(user=self.user, kind=kind, is_wanted=kind in chosen) for kind in Kind],
            update_conflicts=True,
            unique_fields=["user", "kind"],
            update_fields=["is_wanted"],
        )
