"""From a prompt of the library to its newest pictures, and from a picture to a prompt."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from generations.gallery.finding import visible
from generations.lifecycle.models import Image
from generations.prompts.forms import SETTINGS
from generations.prompts.models import Prompt, PromptVersion
from generations.prompts.views import begin
from generations.teams.access import Right, TeamRequest, needs

WIDTH = 4.2  # of the strip, in heights of its pictures
MOST = 8


@require_safe
@needs(Right.READ)
def prompt_pictures(request: TeamRequest, prompt: UUID, number: int) -> HttpResponse:
    """For htmx: a strip of what was made with this version, newest first."""
    row = get_object_or_404(Prompt.objects.for_team(request.team), pk=prompt)
    version = get_object_or_404(PromptVersion, prompt=row, number=number)
    if not request.htmx:
        return redirect("prompt", request.team.slug, row.pk)
    images = visible(request.team, request.user).filter(prompt=row)
    made = images.filter(generation__batch__prompt_version=version).select_related("generation")
    strip = as_many_as_fit(made.order_by("-created_at", "-id")[:MOST])
    context = {
        "prompt": row,
        "version": version,
        "strip": strip,
        "space": round((WIDTH - sum(_ratio(image) for image in strip)) * 2000),
        "has_other": not strip and images.exists(),
    }
    return render(request, "gallery/_prompt_strip.html", context)


@require_safe
@needs(Right.SPEND)
def picture_prompt(request: TeamRequest, image: UUID) -> HttpResponse:
    """A new prompt for the library, with the picture's words and settings in its form."""
    seen = visible(request.team, request.user).select_related("generation__batch__style")
    generation = get_object_or_404(seen, pk=image).generation
    settings = {name: getattr(generation, name) for name in SETTINGS}
    return begin(request, generation.batch.words, settings)


def as_many_as_fit(images: Iterable[Image]) -> list[Image]:
    """Side by side, at one height, whole."""
    found: list[Image] = []
    width = 0.0
    for image in images:
        width += _ratio(image)
        if width > WIDTH and found:
            break
        found.append(image)
    return found


def _ratio(image: Image) -> float:
    return image.width / image.height
