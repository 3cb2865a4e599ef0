"""One batch of many rows: how far it is, and what may be done to it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from generations.core import undo
from generations.credits.refusals import Refusal
from generations.keys.upstream import NoUsableKey
from generations.lifecycle import progress
from generations.lifecycle import series as doors
from generations.lifecycle.answers import undone, waits_for
from generations.lifecycle.models import Generation, Image, Series
from generations.lifecycle.quote import Quote, Quotes
from generations.providers.catalogue import SpecError
from generations.teams.access import Right, TeamRequest, can, needs, sees_all_spend
from generations.teams.models import Membership

PICTURES = 48
FAILURES = 12


@require_safe
@needs(Right.READ)
@never_cache
def series(request: TeamRequest, series: UUID) -> HttpResponse:
    """The whole page; to htmx what of it changes."""
    row = _series(request, series)
    template = "lifecycle/_series_news.html" if request.htmx else "lifecycle/series.html"
    return render(request, template, _context(request, row))


@require_safe
@needs(Right.READ)
@never_cache
def series_line(request: TeamRequest, series: UUID) -> HttpResponse:
    """As one line, for the pages that list several."""
    found = progress.of(_series(request, series))
    return render(request, "lifecycle/_series_line.html", {"progress": found})


@require_POST
@needs(Right.SPEND)
def series_pause(request: TeamRequest, series: UUID) -> HttpResponse:
    row = _own_or_managed(request, series)
    doors.pause(row, request.user)
    said = _("Paused: what is being drawn goes on, nothing new is sent.")
    back = reverse("series_resumption", args=[request.team.slug, row.pk])
    undo.offer(request, said, back)
    return _answer(request, row)


@require_POST
@needs(Right.SPEND)
def series_resumption(request: TeamRequest, series: UUID) -> HttpResponse:
    row = _own_or_managed(request, series)
    doors.resume(row, request.user)
    messages.success(request, _("The batch goes on."))
    return _answer(request, row)


@require_POST
@needs(Right.SPEND)
def series_cancellation(request: TeamRequest, series: UUID) -> HttpResponse:
    row = _own_or_managed(request, series)
    count = doors.cancel_rest(row, request.user)
    said = ngettext("%(count)d picture cancelled.", "%(count)d pictures cancelled.", count)
    messages.success(request, said % {"count": count})
    return _answer(request, row)


@require_POST
@needs(Right.SPEND)
def series_retries(request: TeamRequest, series: UUID) -> HttpResponse:
    """All that failed, at its author's expense: a batch has one payer."""
    row = _series(request, series)
    if row.author_id != request.user.pk:
        raise PermissionDenied
    try:
        count = doors.retry_failed(row, request.membership, waits_for(request))
    except (Refusal, NoUsableKey, SpecError) as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("%(count)d picture asked for again.", "%(count)d asked for again.", count)
        messages.success(request, said % {"count": count})
    return _answer(request, row)


@require_POST
@needs(Right.SPEND)
def series_undo(request: TeamRequest, series: UUID) -> HttpResponse:
    """Takes back the press of a moment ago, all of it."""
    row = _own_or_managed(request, series)
    page = reverse("series", args=[request.team.slug, row.pk])
    return undone(request, Generation.objects.filter(batch__series=row), page)


def _series(request: TeamRequest, pk: UUID) -> Series:
    rows = Series.objects.for_team(request.team)
    return get_object_or_404(rows.select_related("author", "project", "style", "team"), pk=pk)


def _own_or_managed(request: TeamRequest, pk: UUID) -> Series:
    row = _series(request, pk)
    if row.author_id != request.user.pk and not can(request.membership, Right.MANAGE):
        raise PermissionDenied
    return row


def _answer(request: TeamRequest, row: Series) -> HttpResponse:
    """The page as it is now; for a plain form, and for the button of a message, once more."""
    if not request.htmx or request.htmx.target is None:
        return undo.done(request, reverse("series", args=[request.team.slug, row.pk]))
    context = _context(request, _series(request, row.pk))
    response = render(request, "lifecycle/_series_news.html", context)
    response.headers["HX-Trigger"] = "meter"
    return response


def _context(request: TeamRequest, row: Series) -> dict[str, Any]:
    found = progress.of(row)
    first = Generation.objects.filter(batch__series=row).select_related("upstream_key").first()
    images = Image.objects.for_team(request.team).seen_by(request.user)
    made = images.filter(generation__batch__series=row).select_related("generation__batch")
    is_own = row.author_id == request.user.pk
    return {
        "series": row,
        "progress": found,
        "first": first,
        "images": list(made.order_by("-created_at")[:PICTURES]),
        "failed": list(progress.again(row).select_related("batch")[:FAILURES]),
        "quote": _quote_again(request, found) if is_own and found.again else None,
        "is_own": is_own,
        "others_may": bool(not is_own and found.again and _may_spend(row)),
        "sees_entries": is_own or sees_all_spend(request.membership),
        "may_act": is_own or can(request.membership, Right.MANAGE),
    }


def _may_spend(row: Series) -> bool:
    """Whether its author is still there, and may."""
    author = Membership.objects.for_team(row.team).filter(user=row.author_id).first()
    return author is not None and can(author, Right.SPEND)


def _quote_again(request: TeamRequest, found: progress.Progress) -> Quote | None:
    """What trying again all that failed would cost, and whether it can be done now."""
    one = progress.again(found.series).first()
    if one is None:  # somebody tried the last of them again meanwhile
        return None
    return Quotes(request.membership).again(one, found.again)
