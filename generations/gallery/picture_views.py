"""The page of one picture."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from generations.core import pages
from generations.gallery import counting, stars, trash
from generations.gallery.finding import Wanted, visible
from generations.gallery.story import story
from generations.gallery.strip import strip
from generations.lifecycle.models import Image
from generations.teams.access import Right, TeamRequest, needs

RELATED = (
    "author",
    "prompt",
    "generation__author",
    "generation__batch__prompt_version__prompt",
    "generation__batch__style",
    "generation__project",
    "generation__upstream_key",
    "generation__hold",
)


@require_safe
@needs(Right.READ)
def picture(request: TeamRequest, image: UUID) -> HttpResponse:
    """Everything about one picture. Its neighbours are those of the gallery it was opened from."""
    images = visible(request.team, request.user)
    row = get_object_or_404(images.select_related(*RELATED), pk=image)
    generation = row.generation
    context = {
        "image": row,
        "generation": generation,
        "strip": strip(images, row),
        "steps": story(generation),
        "returned": generation.most - (generation.charged or 0),
        "starred": stars.starred(request.user, [row]),
        "stars": stars.count(row),
        "may_trash": trash.may_trash(request.membership, row),
        **_place(Wanted.from_query(request.GET, request.membership), row),
    }
    # A turn asks for what changes; where the browser goes back it needs the whole page.
    is_turn = request.htmx and not request.htmx.history_restore_request
    template = "gallery/_turn.html" if is_turn else "gallery/picture.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _place(wanted: Wanted, row: Image) -> dict[str, Any]:
    """Where it is among the pictures that were wanted."""
    images = wanted.images()
    above = images.filter(pages.following(row, "created_at"))
    below = images.filter(pages.following(row, "-created_at"))
    newer = wanted.worded(above.order_by("created_at", "pk")).first()
    older = wanted.worded(below.order_by("-created_at", "-pk")).first()
    beside = older or newer
    place: dict[str, Any] = {
        "wanted": wanted,
        "newer": newer,
        "older": older,
        "back": wanted.place(row),
        "back_without": wanted.place(beside) if beside else wanted.address(),
    }
    if not wanted.words:  # words are looked for row by row
        before, after = counting.number(above), counting.number(below)
        if before is not None and after is not None:
            place |= {"position": before + 1, "total": before + 1 + after}
    return place
