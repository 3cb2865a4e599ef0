"""The gallery and the page of one picture."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from generations.core import pages
from generations.gallery import rows
from generations.gallery.finding import Wanted, as_uuid, visible
from generations.gallery.story import story
from generations.lifecycle.models import Image
from generations.teams import days
from generations.teams.access import Right, TeamRequest, needs

PAGE = 40
FRESH = 20


@require_safe
@needs(Right.READ)
def gallery(request: TeamRequest) -> HttpResponse:
    """Days of pictures, newest first; htmx gets the days that follow `after`."""
    wanted = Wanted.from_query(request.GET, request.team, request.user)
    images = wanted.among(visible(request.team, request.user))
    try:
        page = pages.keyset(_shown(images), request.GET.get("after"), PAGE)
    except pages.BadCursor:
        return redirect("gallery", request.team.slug)
    found = rows.days(page.rows, days.zone(request.team), _day(request.GET.get("day", "")))
    following = None
    if page.next_cursor:
        found = rows.without_ragged_end(found)
        following = pages.cursor_after(rows.last_of(found))
    context = {
        "wanted": wanted,
        "days": found,
        "following": following,
        "newest": page.rows[0] if page.rows else None,
    }
    template = "gallery/_days.html" if request.htmx else "gallery/gallery.html"
    return render(request, template, context)


@require_safe
@needs(Right.READ)
def gallery_fresh(request: TeamRequest) -> HttpResponse:
    """What came since the page was opened: the newest picture it had, if any, is `since`."""
    wanted = Wanted.from_query(request.GET, request.team, request.user)
    images = wanted.among(visible(request.team, request.user))
    if since := request.GET.get("since"):
        newest = get_object_or_404(Image.objects.for_team(request.team), pk=as_uuid(since))
        images = images.filter(pk__gt=newest.pk)
    fresh = _shown(images).order_by("-pk")[:FRESH]
    return render(request, "gallery/_fresh.html", {"rows": rows.rows(list(fresh))})


@require_safe
@needs(Right.READ)
def picture(request: TeamRequest, image: UUID) -> HttpResponse:
    """Everything about one picture; its neighbours are those of the whole gallery."""
    images = visible(request.team, request.user)
    row = get_object_or_404(
        images.select_related(
            "author",
            "generation__batch__prompt_version__prompt",
            "generation__project",
            "generation__upstream_key",
            "generation__hold",
        ),
        pk=image,
    )
    context = {
        "image": row,
        "generation": row.generation,
        "newer": images.filter(pk__gt=row.pk).order_by("pk").first(),
        "older": images.filter(pk__lt=row.pk).order_by("-pk").first(),
        "siblings": images.filter(generation__batch=row.generation.batch).order_by("pk"),
        "steps": story(row.generation),
        "returned": row.generation.most - (row.generation.charged or 0),
    }
    return render(request, "gallery/picture.html", context)


def _shown(images: QuerySet[Image]) -> QuerySet[Image]:
    return images.select_related("author", "generation")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
