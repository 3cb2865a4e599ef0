"""What the composer begins with: a prompt of the library, a picture to remix, or an example."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from generations.lifecycle.forms import CUSTOM, SIZES, VALUE, modes
from generations.lifecycle.models import Generation, Image
from generations.prompts.forms import sound
from generations.prompts.models import PromptVersion
from generations.teams.models import Membership
from generations.teams.modes import Mode

Draft = dict[str, Any]  # initial values of a ComposerForm


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
    asked = Generation.objects.for_team(membership.team).select_related("batch")
    return asked.filter(author=membership.user, api_key=None).order_by("-id").first()


def usual_mode(membership: Membership) -> Mode:
    """What the next press of Generate spends where nobody chooses: as last time, if it can be."""
    usable = modes(membership.team)
    newest = last_asked(membership)
    return Mode(newest.mode) if newest and newest.mode in usable else usable[0]


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
        get_object_or_404(visible.select_related("generation__batch"), pk=image).generation
    )


def from_generation(row: Generation) -> Draft:
    """The settings of last time; the words too, so that nothing is typed twice."""
    batch = row.batch
    return {
        "prompt": batch.template,
        "prompt_version": batch.prompt_version_id,
        "version": row.version,
        "quality": row.quality,
        "project": row.project_id,
        "mode": row.mode,
        **shape(row.width, row.height),
        **{VALUE + name: value for name, value in batch.values.items()},
    }


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
