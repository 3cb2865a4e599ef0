"""What the composer begins with: a prompt of the library, a picture to remix, or an example."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from generations.lifecycle import mode_choice
from generations.lifecycle.forms import CUSTOM, VALUE
from generations.lifecycle.models import Batch, Generation, Image
from generations.prompts.forms import SIZES, sound
from generations.prompts.models import PromptVersion
from generations.teams.models import Membership
from generations.teams.modes import Mode

Draft = dict[str, Any]  # initial values of a ComposerForm

EARLIER = 20  # prompts that the arrow up brings back
LOOKED_BACK = 200  # batches among which they are found


def draft(membership: Membership, prompt_version: str = "", remix: str = "") -> Draft:
    """Raises Http404 where what is named is not the team's."""
    if prompt_version:
        return from_prompt(membership, _uuid(prompt_version))
    if remix:
        return from_picture(membership, _uuid(remix))
    if newest := last_asked(membership):
        return from_generation(newest)
    return {
        "prompt": _(
            "The hills behind Galway at dusk, five layers of mist, "
            "ink wash on rough cotton paper, last light from the left"
        )
    }


def last_asked(membership: Membership) -> Generation | None:
    """The newest generation that the member asked for by hand; a script's say nothing here."""
    asked = Generation.objects.for_team(membership.team).select_related("batch__style")
    by_hand = asked.filter(author=membership.user, api_key=None, batch__series=None)
    return by_hand.order_by("-id").first()


def usual_mode(membership: Membership) -> Mode:
    """What the next press of Generate spends where nobody chooses: as last time."""
    newest = last_asked(membership)
    if newest and newest.mode in mode_choice.modes(membership.team):
        return Mode(newest.mode)
    return mode_choice.usual_mode(membership.team)


def from_prompt(membership: Membership, version: UUID) -> Draft:
    row = get_object_or_404(PromptVersion, pk=version, prompt__team=membership.team)
    settings = sound(row.settings)
    width, height = settings.pop("width", None), settings.pop("height", None)
    sizes = shape(width, height) if width and height else {}
    return {
        "prompt": row.text,
        "prompt_version": row.pk,
        "mode": usual_mode(membership),
        **settings,
        **sizes,
    }


def from_picture(membership: Membership, image: UUID) -> Draft:
    visible = Image.objects.for_team(membership.team).seen_by(membership.user)
    return from_generation(
        get_object_or_404(visible.select_related("generation__batch__style"), pk=image).generation
    )


def from_generation(row: Generation) -> Draft:
    """The settings of last time; the words too, so that nothing is typed twice."""
    batch = row.batch
    words, style = batch.template, batch.style
    if style and style.archived_at:  # no longer offered: its words are kept where they show
        words, style = style.put_after(words), None
    return {
        "prompt": words,
        "style": style,
        "prompt_version": batch.prompt_version_id,
        "version": row.version,
        "quality": row.quality,
        "project": row.project_id,
        "mode": row.mode,
        **shape(row.width, row.height),
        **_fields(batch.values),
    }


def earlier(membership: Membership) -> list[Draft]:
    """The last prompts that the member asked for by hand, each once, newest first."""
    by_hand = Generation.objects.filter(batch=OuterRef("pk"), api_key=None)
    own = Batch.objects.for_team(membership.team).filter(author=membership.user, series=None)
    asked = own.filter(Exists(by_hand))
    newest = asked.order_by("-id").values_list("template", "values")[:LOOKED_BACK]
    found: dict[str, Draft] = {}
    for prompt, values in newest:
        found.setdefault(prompt, {"prompt": prompt} | _fields(values))
    return list(found.values())[:EARLIER]


def _fields(values: Mapping[str, str]) -> Draft:
    return {VALUE + name: value for name, value in values.items()}


def shape(width: int, height: int) -> Draft:
    """The preset of these sides, or the sides themselves."""
    for name, sides in SIZES.items():
        if sides == (width, height):
            return {"shape": name}
    return {"shape": CUSTOM, "width": width, "height": height}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
