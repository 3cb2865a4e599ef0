"""The shape of a prompt, with the settings that it brings along."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from generations.prompts.fields import WordsField

SETTINGS = ("width", "height", "version", "quality")


class PromptForm(forms.Form):
    title = WordsField(label=_("Title"), max_length=120)
    text = WordsField(
        label=_("Prompt"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A word in braces, such as {city}, is filled in each time it is used."),
    )
    width = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    height = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    quality = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def settings(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SETTINGS if self.cleaned_data[name]}
