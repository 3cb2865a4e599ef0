"""The gallery."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from generations.core import pages
from generations.gallery import counting, rows, sheets, stars, trash
from generations.gallery.filters import filters, tabs
from generations.gallery.finding import Wanted, as_uuid
from generations.gallery.rows import Day, Seen
from generations.gallery.sheets import Sheet
from generations.lifecycle.models import Image
from generations.teams import days
from generations.teams.access import Right, TeamRequest, needs

PAGE = 40
FRESH = 20


@require_safe
@needs(Right.READ)
def gallery(request: TeamRequest) -> HttpResponse:
    """Days of pictures, newest first; htmx gets the days that follow `after`."""
    wanted = Wanted.from_query(request.GET, request.membership)
    try:
        sheet = _sheet(request, wanted)
    except pages.BadCursor:
        return redirect("gallery", request.team.slug)
    context = {
        "wanted": wanted,
        "sheet": sheet,
        "starred": stars.starred(request.user, sheet.images),
    }
    if request.htmx:
        return render(request, "gallery/_days.html", context)
    context |= {
        "tabs": tabs(wanted, trash.in_trash(request.membership).exists()),
        "filters": filters(wanted),
        # Words are looked for row by row: to count what has them would be to read everything.
        "figures": None if wanted.words else counting.count(wanted.images()),
    }
    return render(request, "gallery/gallery.html", context)


@require_safe
@needs(Right.READ)
def gallery_fresh(request: TeamRequest) -> HttpResponse:
    """What came since the page was opened: the newest picture it had, if any, is `since`."""
    wanted = Wanted.from_query(request.GET, request.membership)
    images = sheets.newest_first(wanted.images())
    if since := request.GET.get("since"):
        newest = get_object_or_404(Image.objects.for_team(request.team), pk=as_uuid(since))
        images = images.filter(pages.following(newest, "created_at"))
    fresh = list(wanted.worded(images)[: FRESH + 1])
    context = {
        "wanted": wanted,
        "day": Day(days.today(request.team), rows.rows(fresh[:FRESH])),
        "has_more": len(fresh) > FRESH,
        "starred": stars.starred(request.user, fresh),
    }
    return render(request, "gallery/_fresh.html", context)


def _sheet(request: TeamRequest, wanted: Wanted) -> Sheet:
    if at := request.GET.get("at"):
        return sheets.sheet_around(wanted, PAGE, as_uuid(at))
    after, seen = request.GET.get("after"), Seen.from_text(request.GET.get("seen", ""))
    return sheets.sheet(wanted, PAGE, after, seen)
