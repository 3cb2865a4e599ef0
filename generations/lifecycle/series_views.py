"""Asking for a batch of many rows: the form, what it would make and cost, and the press."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generations.core import pages
from generations.credits.refusals import Refusal
from generations.keys.upstream import NoUsableKey
from generations.lifecycle import progress
from generations.lifecycle import series as doors
from generations.lifecycle.admit import MOST_WITHOUT_UNDO, UNDO_SECONDS
from generations.lifecycle.drafts import draft
from generations.lifecycle.models import Series
from generations.lifecycle.quote import quote
from generations.lifecycle.series_form import SeriesForm
from generations.providers.catalogue import SpecError
from generations.teams.access import Right, TeamRequest, needs

SHOWN = 5  # rows of the preview
PAGE = 20


@require_safe
@needs(Right.READ)
@never_cache
def series_list(request: TeamRequest) -> HttpResponse:
    """The team's, or one's own, newest first."""
    rows = Series.objects.for_team(request.team).select_related("author", "project")
    is_mine = request.GET.get("by") == "me"
    if is_mine:
        rows = rows.filter(author=request.user)
    try:
        page = pages.keyset(rows, request.GET.get("after"), PAGE)
    except pages.BadCursor:
        return redirect("series_list", request.team.slug)
    context = {
        "found": progress.of_each(page.rows),
        "next_cursor": page.next_cursor,
        "is_mine": is_mine,
    }
    return render(request, "lifecycle/series_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SPEND)
@never_cache
def series_new(request: TeamRequest) -> HttpResponse:
    """The form; posted with `look`, the same page with the rows that it would make."""
    if request.method != "POST":
        wanted = request.GET.get("prompt_version", ""), request.GET.get("remix", "")
        initial = draft(request.membership, *wanted)
        return _page(request, SeriesForm(initial=initial, membership=request.membership))
    look, given = request.POST.get("look"), request.POST.copy()
    if look and look.isdigit():  # only so many of the rows
        given["take"] = look
    form = SeriesForm(given, request.FILES, membership=request.membership)
    is_sound = form.is_valid()
    if look is None and is_sound:
        return _start(request, form)
    return _page(request, form, status=422 if look is None else 200)


@require_POST
@needs(Right.SPEND)
def series_preview(request: TeamRequest) -> HttpResponse:
    """The piece of the form that says what it would make and cost."""
    form = SeriesForm(request.POST, request.FILES, membership=request.membership)
    form.is_valid()
    return render(request, "lifecycle/_series_preview_news.html", _context(form))


def _start(request: TeamRequest, form: SeriesForm) -> HttpResponse:
    try:
        started = doors.start(form.series_order())
    except SpecError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _page(request, form, status=422)
    except (Refusal, NoUsableKey) as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, status=422)
    if started.replayed:
        messages.info(request, _("This batch was started already: here it is."))
    return redirect("series", request.team.slug, started.series.pk)


def _page(request: TeamRequest, form: SeriesForm, status: int = 200) -> HttpResponse:
    return render(request, "lifecycle/series_new.html", _context(form), status=status)


def _context(form: SeriesForm) -> dict[str, Any]:
    mode, quality = form.value("mode"), form.value("quality")
    # Before there are rows: of one, so that a day that is spent is said before they are written.
    count = form.pictures or form.value("count")
    price = quote(form.membership, mode, form.size, quality, count)
    return {
        "form": form,
        "quote": price,
        "shown": form.orders[:SHOWN],
        "more": max(0, len(form.orders) - SHOWN),
        # How many rows there is credit for, where that is not all of them.
        "without_undo": MOST_WITHOUT_UNDO,
        "undo_seconds": round(UNDO_SECONDS),
        "fitting_rows": price.fewer // form.orders[0].count if form.orders else 0,
    }
