"""The shape of a prompt, with the settings that it brings along."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from generations.prompts.fields import WordsField
from generations.providers.catalogue import FLUX_PRO

SETTINGS = ("width", "height", "version", "quality")


def sound(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the settings that pictures can be made with today.

    What was saved outlives a catalogue; what stands in an address may be anything.
    """
    found = {}
    for name in SETTINGS:
        with suppress(forms.ValidationError):
            if value := PromptForm.base_fields[name].clean(settings.get(name)):
                found[name] = value
    return found


def _side() -> forms.IntegerField:
    return forms.IntegerField(
        required=False,
        min_value=FLUX_PRO.min_side,
        max_value=FLUX_PRO.max_side,
        widget=forms.HiddenInput,
    )


def _one_of(words: Sequence[str]) -> forms.ChoiceField:
    choices = [(word, word) for word in words]
    return forms.ChoiceField(required=False, choices=choices, widget=forms.HiddenInput)


class PromptForm(forms.Form):
    title = WordsField(label=_("Title"), max_length=120)
    text = WordsField(
        label=_("Prompt"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A word in braces, such as {city}, is filled in each time it is used."),
    )
    width = _side()
    height = _side()
    version = _one_of(FLUX_PRO.versions)
    quality = _one_of(FLUX_PRO.qualities)

    def settings(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SETTINGS if self.cleaned_data[name]}
