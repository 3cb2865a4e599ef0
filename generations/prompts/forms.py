"""The shape of a prompt, with the settings that it brings along, and of a style."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.prompts import styles
from generations.prompts.fields import WordsField
from generations.prompts.models import Style
from generations.providers.catalogue import FLUX_PRO, QUALITY_NAMES, Preset, version_name
from generations.teams.models import Team

SETTINGS = ("width", "height", "version", "quality")
SIZES = {preset.ratio: (preset.width, preset.height) for preset in FLUX_PRO.presets}
OTHER = "other"
# A prompt may leave a setting open.
OPEN = ("", gettext_lazy("As in the composer"))
BAD_SIDE = format_lazy(
    gettext_lazy("Each side is {least} to {most} pixels."),
    least=FLUX_PRO.min_side,
    most=FLUX_PRO.max_side,
)


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


def filled_in(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Initial values of a form for these settings."""
    kept = sound(settings)
    sides = kept.get("width"), kept.get("height")
    usual = next((name for name, size in SIZES.items() if size == sides), OTHER)
    return {**kept, "shape": usual if all(sides) else ""}


def _side(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=FLUX_PRO.min_side,
        max_value=FLUX_PRO.max_side,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), BAD_SIDE),
    )


def _named(size: Preset) -> Any:
    """ "Portrait 4:5 · 896 × 1120"."""
    return format_lazy("{} {} · {} × {}", size.name, size.ratio, size.width, size.height)


def _one_of(label: Any, choices: Iterable[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[OPEN, *choices])


class PromptForm(forms.Form):
    title = WordsField(label=gettext_lazy("Title"), max_length=120)
    text = WordsField(
        label=gettext_lazy("Prompt"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "A word in braces, such as {city}, is filled in each time it is used."
        ),
    )
    shape = _one_of(
        gettext_lazy("Size"),
        [
            *((size.ratio, _named(size)) for size in FLUX_PRO.presets),
            (OTHER, gettext_lazy("Another size")),
        ],
    )
    width = _side(gettext_lazy("Width in pixels"))
    height = _side(gettext_lazy("Height in pixels"))
    version = _one_of(
        gettext_lazy("Version"),
        [(name, version_name(name)) for name in reversed(FLUX_PRO.versions)],
    )
    quality = _one_of(
        gettext_lazy("Quality"),
        [(name, QUALITY_NAMES.get(name, name)) for name in FLUX_PRO.qualities],
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        shape = data.get("shape", "")
        if shape != OTHER:
            for name in ("width", "height"):
                self.errors.pop(name, None)  # what stands in boxes that are not shown
            data["width"], data["height"] = SIZES.get(shape, (None, None))
            return data
        for name in ("width", "height"):
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, _("Give both sides in pixels."))
        return data

    def settings(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SETTINGS if self.cleaned_data[name]}


class VersionForm(PromptForm):
    """For the next version of a prompt that there is."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the one worked on
    note = WordsField(
        label=gettext_lazy("What changed"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For the list of versions. It may stay empty."),
    )


class StyleForm(forms.Form):
    name = WordsField(label=gettext_lazy("Name"), max_length=40)
    words = WordsField(
        label=gettext_lazy("Words"),
        max_length=500,
        help_text=gettext_lazy(
            "They are put after the prompt, such as “ink wash on rough cotton paper”."
        ),
    )

    def clean_words(self) -> str:
        words = str(self.cleaned_data["words"]).strip(" ,")
        if not words:
            raise forms.ValidationError(_("Say it in words."))
        return words


class DraftForm(forms.Form):
    """A prompt that is being written. Nothing of it is wrong yet."""

    prompt = forms.CharField(required=False)
    style = forms.ModelChoiceField(Style.objects.none(), required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["style"].queryset = styles.offered(team)  # type: ignore[attr-defined]

    def words(self) -> str:
        """As they would be sent, but for what is not filled in yet."""
        self.full_clean()
        text = str(self.cleaned_data.get("prompt") or "")[: FLUX_PRO.prompt_max]
        style = self.cleaned_data.get("style")
        return style.put_after(text) if style and text else text
