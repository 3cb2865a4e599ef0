"""What the composer asks: the settings that make a price, and with the words an order."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.lifecycle.admit import MOST_AT_ONCE, Order
from generations.lifecycle.mode_choice import modes, usual_mode
from generations.prompts import styles
from generations.prompts.fields import WordsField
from generations.prompts.forms import BAD_SIDE, SIZES
from generations.prompts.models import PromptVersion, Style
from generations.prompts.render import MissingValue, render, variables
from generations.providers.catalogue import (
    FLUX_PRO,
    QUALITY_NAMES,
    Preset,
    Spec,
    SpecError,
    version_name,
)
from generations.teams.models import Membership, Project, Waits
from generations.teams.modes import Mode

CUSTOM = "custom"
VALUE = "value-"  # before a variable's name
# The first version is the one the upstream takes where none is named; people get the newest.
NEWEST = FLUX_PRO.versions[-1]
BAD_COUNT = format_lazy(gettext_lazy("Ask for 1 to {most} pictures at once."), most=MOST_AT_ONCE)


def _bounds(message: Any) -> dict[str, Any]:
    return dict.fromkeys(("required", "invalid", "min_value", "max_value"), message)


class SettingsForm(forms.Form):
    """Everything that has a bearing on the price. What is not given has its usual value."""

    shape = forms.ChoiceField(
        label=gettext_lazy("Size"),
        choices=[(name, name) for name in (*SIZES, CUSTOM)],
        widget=forms.RadioSelect,
        initial="4:5",
    )
    width = forms.IntegerField(
        label=gettext_lazy("Width"),
        required=False,
        min_value=FLUX_PRO.min_side,
        max_value=FLUX_PRO.max_side,
        error_messages=_bounds(BAD_SIDE),
    )
    height = forms.IntegerField(
        label=gettext_lazy("Height"),
        required=False,
        min_value=FLUX_PRO.min_side,
        max_value=FLUX_PRO.max_side,
        error_messages=_bounds(BAD_SIDE),
    )
    quality = forms.ChoiceField(
        label=gettext_lazy("Quality"),
        choices=[(name, QUALITY_NAMES.get(name, name)) for name in FLUX_PRO.qualities],
        widget=forms.RadioSelect,
        initial=FLUX_PRO.default_quality,
    )
    count = forms.IntegerField(
        label=gettext_lazy("Count"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=1,
        error_messages=_bounds(BAD_COUNT),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Make with"), choices=Mode.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership
        self.modes = modes(membership.team)
        self._pass_over_unsound()
        if self.initial.get("mode") not in self.modes:
            self.initial["mode"] = usual_mode(membership.team)

    def _pass_over_unsound(self) -> None:
        """Settings of last time may no longer be offered: then the usual ones are."""
        for name in {"shape", "width", "height", "version", "quality"} & self.initial.keys():
            field = self.fields.get(name)
            try:
                if field:
                    field.clean(self.initial[name])
            except forms.ValidationError:
                del self.initial[name]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("shape") == CUSTOM:
            for name in ("width", "height"):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Give both sides in pixels."))
        elif data.get("shape"):
            for name in ("width", "height"):
                self.errors.pop(name, None)  # what stands in boxes that are not shown
            data["width"], data["height"] = SIZES[data["shape"]]
        return data

    @property
    def presets(self) -> tuple[Preset, ...]:
        return FLUX_PRO.presets

    @property
    def unsound(self) -> list[str]:
        """What is wrong with the settings, each sentence once; no price can be told then."""
        wrong: list[Any] = [
            self.errors.get(name, []) for name in ("shape", "width", "height", "count")
        ]
        return list(dict.fromkeys(str(error) for errors in wrong for error in errors))

    @property
    def has_choice_of_mode(self) -> bool:
        return len(self.modes) > 1

    def value(self, name: str) -> Any:
        """What was sent and is sound, else the usual."""
        sound = getattr(self, "cleaned_data", {})
        return sound.get(name) or self.get_initial_for_field(self.fields[name], name)

    @property
    def size(self) -> tuple[int, int]:
        sound = getattr(self, "cleaned_data", self.initial)
        if sound.get("width") and sound.get("height"):
            return sound["width"], sound["height"]
        return SIZES.get(self.value("shape"), (FLUX_PRO.default_side, FLUX_PRO.default_side))


class ComposerForm(SettingsForm):
    prompt = WordsField(
        label=gettext_lazy("Prompt"),
        max_length=FLUX_PRO.prompt_max,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Describe the picture.")},
    )
    version = forms.ChoiceField(
        label=gettext_lazy("Version"),
        choices=[(name, version_name(name)) for name in reversed(FLUX_PRO.versions)],
        initial=NEWEST,
    )
    style = forms.ModelChoiceField(
        Style.objects.none(),
        label=gettext_lazy("Style"),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    project = forms.ModelChoiceField(
        Project.objects.none(),
        label=gettext_lazy("Project"),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    prompt_version = forms.ModelChoiceField(
        PromptVersion.objects.none(), required=False, widget=forms.HiddenInput
    )
    # The buttons beside a refusal give it; else it is as the team has set it.
    waits_for = forms.ChoiceField(choices=Waits.choices, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, membership=membership, **kwargs)
        team = membership.team
        projects = Project.objects.for_team(team).filter(is_archived=False).order_by("name")
        versions = PromptVersion.objects.filter(prompt__team=team)
        self._choose_from("style", styles.offered(team))
        self._choose_from("project", projects)
        self._choose_from("prompt_version", versions)

    def _choose_from(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            self.fill_in(data)
        return data

    def fill_in(self, data: dict[str, Any]) -> None:
        """The values, and the spec that comes of them."""
        data["values"] = self.values()
        try:
            data["spec"] = self.spec(data, data["values"])
        except forms.ValidationError as error:
            self.add_error(None, error)

    def spec(self, data: dict[str, Any], values: Mapping[str, str]) -> Spec:
        """With these values. Raises ValidationError, which names the field that is wrong."""
        try:
            words = render(data["prompt"], values)
        except MissingValue as missing:
            message = _("Fill in {name}.").format(name=missing.name)
            raise forms.ValidationError({"prompt": message}) from missing
        if style := data["style"]:
            words = style.put_after(words)
            if len(words) > FLUX_PRO.prompt_max:
                raise forms.ValidationError({"prompt": _too_long_with(style, len(words))})
        spec = Spec(
            prompt=words,
            width=data["width"],
            height=data["height"],
            version=data["version"],
            quality=data["quality"],
            service=FLUX_PRO.slug,
        )
        try:
            FLUX_PRO.check(spec)
        except SpecError as error:
            field = error.field if error.field in self.fields else "prompt"
            raise forms.ValidationError({field: error.message}) from error
        return spec

    def values(self) -> dict[str, str]:
        """What was filled in for each variable of the text."""
        given: Mapping[str, Any] = self.data if self.is_bound else self.initial
        text = str(given.get("prompt") or "")
        return {name: str(given.get(VALUE + name) or "")[:500] for name in variables(text)}

    def waits(self, data: dict[str, Any]) -> str:
        """What happens to what does not fit: as the button says, or as the team has set it."""
        return str(data["waits_for"] or self.membership.team.waits_for)

    def order(self) -> Order:
        data = self.cleaned_data
        waits = self.waits(data)
        return Order(
            membership=self.membership,
            mode=Mode(data["mode"]),
            spec=data["spec"],
            count=data["count"],
            template=data["prompt"],
            values=data["values"],
            project=data["project"],
            prompt_version=data["prompt_version"],
            style=data["style"],
            may_wait=waits != Waits.NOTHING,
            may_wait_for_credit=waits == Waits.CREDIT,
            may_undo=True,
        )


def _too_long_with(style: Style, count: int) -> str:
    sentence = _("With the style “{style}” this has {count} characters; at most {most}.")
    return sentence.format(
        style=style,
        count=number_format(count, force_grouping=True),
        most=number_format(FLUX_PRO.prompt_max, force_grouping=True),
    )
