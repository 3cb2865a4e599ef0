"""What people do with pictures: each takes a plain form, and answers htmx with the change alone."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from generations.core import undo
from generations.gallery import privacy, stars, trash, zipping
from generations.gallery.finding import visible
from generations.gallery.selection import selected
from generations.lifecycle import picture_views
from generations.lifecycle.models import Images, Series
from generations.teams import days
from generations.teams.access import Right, TeamRequest, needs

Pictures = list[UUID]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.READ)
def star(request: TeamRequest, image: UUID) -> HttpResponse:
    """The star of one picture: as it is, or after `starred` 1 or 0 was posted."""
    row = get_object_or_404(visible(request.team, request.user), pk=image)
    if request.method == "POST":
        door = stars.star if request.POST.get("starred") == "1" else stars.unstar
        door(request.team, request.user, [row.pk])
    if not request.htmx:
        return undo.done(request, reverse("picture", args=[request.team.slug, row.pk]))
    asked = request.POST or request.GET
    context = {"image": row, "starred": stars.starred(request.user, [row])}
    if "count" in asked:
        context["stars"] = stars.count(row)
    return render(request, "gallery/_star.html", context)


@require_POST
@needs(Right.READ)
def picture_privacy(request: TeamRequest, image: UUID) -> HttpResponse:
    row = get_object_or_404(visible(request.team, request.user), pk=image)
    is_private = request.POST.get("private") == "1"
    privacy.set_private(row, request.user, is_private=is_private)
    said = _("Only you see this picture now.") if is_private else _("The team sees it again.")
    back = reverse("picture_privacy", args=[request.team.slug, row.pk])
    undo.offer(request, said, back, private="0" if is_private else "1")
    return undo.done(request, reverse("picture", args=[request.team.slug, row.pk]))


def on_selection(
    view: Callable[[TeamRequest, Pictures], HttpResponseBase],
) -> Callable[[TeamRequest], HttpResponseBase]:
    """Gives the view the pictures that the form names."""

    @wraps(view)
    def checked(request: TeamRequest) -> HttpResponseBase:
        try:
            pictures = selected(request.POST)
        except ValidationError as error:
            messages.error(request, error.message)
            return _answer(request, status=422)
        return view(request, pictures)

    return checked


@require_POST
@needs(Right.READ)
@on_selection
def star_selected(request: TeamRequest, pictures: Pictures) -> HttpResponse:
    found = stars.star(request.team, request.user, pictures)
    said = ngettext("{number} favourite more.", "{number} favourites more.", len(found))
    messages.success(request, said.format(number=len(found)))
    return _answer(request, "starred", found)


@require_POST
@needs(Right.READ)
@on_selection
def trash_selected(request: TeamRequest, pictures: Pictures) -> HttpResponse:
    moved = trash.trash(request.team, request.user, pictures)
    if moved.left and not moved.pictures:
        raise PermissionDenied
    said = ngettext("In the trash.", "{number} pictures in the trash.", len(moved.pictures))
    if moved.left:
        said += " " + ngettext(
            "{left} stayed: somebody else made it.",
            "{left} stayed: somebody else made them.",
            moved.left,
        )
    back = reverse("gallery_restoration", args=[request.team.slug])
    moved_back = ",".join(pk.hex for pk in moved.pictures)
    said = said.format(number=len(moved.pictures), left=moved.left)
    undo.offer(request, said, back, picture=moved_back)
    return _answer(request, "trashed", moved.pictures)


@require_POST
@needs(Right.READ)
@on_selection
def restore_selected(request: TeamRequest, pictures: Pictures) -> HttpResponse:
    found = trash.restore(request.team, request.user, pictures)
    said = ngettext("Back in the gallery.", "{number} pictures back in the gallery.", len(found))
    messages.success(request, said.format(number=len(found)))
    return _answer(request, "restored", found)


@require_POST
@needs(Right.READ)
@on_selection
def download_selected(request: TeamRequest, pictures: Pictures) -> HttpResponseBase:
    """Their originals in one ZIP file."""
    return _zipped(request, visible(request.team, request.user).filter(pk__in=pictures))


@require_safe
@needs(Right.READ)
def download_series(request: TeamRequest, series: UUID) -> HttpResponseBase:
    """The originals of one batch of many rows."""
    found = get_object_or_404(Series.objects.for_team(request.team), pk=series)
    seen = visible(request.team, request.user)
    page = reverse("series", args=[request.team.slug, found.pk])
    return _zipped(request, seen.filter(generation__batch__series=found), page)


def _zipped(request: TeamRequest, rows: Images, page: str = "") -> HttpResponseBase:
    """Where they are too large together, back to the page. Raises Http404 where there is none."""
    images = list(rows.order_by("-created_at"))
    size = sum(image.size for image in images)
    if not images:
        raise Http404
    if size > zipping.MOST_BYTES:
        said = _(
            "These are {size} together, and one ZIP file holds {most}. Select fewer in the gallery."
        )
        sizes = {"size": filesizeformat(size), "most": filesizeformat(zipping.MOST_BYTES)}
        messages.error(request, said.format(**sizes))
        return redirect(page) if page else _answer(request, status=422)
    name = f"fluxhub-{days.today(request.team)}-{len(images)}.zip"
    response = StreamingHttpResponse(
        zipping.stream(images, days.zone(request.team)), content_type="application/zip"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@needs(Right.READ)
def trashed_file(request: TeamRequest, image: UUID, variant: str) -> HttpResponseBase:
    """A display version of what the reader could restore."""
    row = get_object_or_404(trash.in_trash(request.membership), pk=image)
    return picture_views.display(request, row, variant)


def _answer(
    request: TeamRequest, event: str = "", pictures: Pictures | None = None, status: int = 200
) -> HttpResponse:
    """Back to the page; to htmx the news, and to its scripts which pictures they concern."""
    if not request.htmx:
        return undo.done(request, reverse("gallery", args=[request.team.slug]))
    response = render(request, "ui/toasts_news.html", status=status)
    if event:
        trigger_client_event(response, event, {"pictures": [str(pk) for pk in pictures or []]})
    return response
