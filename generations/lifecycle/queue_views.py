"""The team's queue, and what is done to it there: pausing a key, starting and trying again."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from generations.core import undo
from generations.credits.refusals import Refusal
from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle import fund, waiting
from generations.lifecycle.again import Again, again, retry_each
from generations.lifecycle.answers import waits_for
from generations.lifecycle.models import Batch
from generations.lifecycle.quote import Quotes
from generations.teams.access import Right, TeamRequest, can, needs, sees_all_spend
from generations.teams.models import Waits


@require_safe
@needs(Right.READ)
@never_cache
def queue(request: TeamRequest) -> HttpResponse:
    """The whole page; to htmx the line alone, which it changes where it differs."""
    template = "lifecycle/_line_news.html" if request.htmx else "lifecycle/queue.html"
    return _line(request, template)


@require_safe
@needs(Right.READ)
@never_cache
def queue_count(request: TeamRequest) -> HttpResponse:
    """How many the queue page shows, for the main navigation."""
    context = {"length": waiting.length(request.team, request.user)}
    return render(request, "lifecycle/_queue_count.html", context)


@require_POST
@needs(Right.MANAGE)
def pause(request: TeamRequest, key: UUID) -> HttpResponse:
    row = _key(request, key)
    upstream.pause(row, request.user)
    said = _("%(key)s is paused: what is being drawn goes on, nothing new is sent.")
    back = reverse("queue_resumption", args=[request.team.slug, row.pk])
    undo.offer(request, said % {"key": row.name}, back)
    return _answer(request)


@require_POST
@needs(Right.MANAGE)
def resume(request: TeamRequest, key: UUID) -> HttpResponse:
    in_use, said = upstream.resume(_key(request, key), request.user)
    messages.add_message(request, messages.SUCCESS if in_use else messages.WARNING, said)
    return _answer(request)


@require_POST
@needs(Right.SPEND)
def start_batch(request: TeamRequest, batch: UUID) -> HttpResponse:
    """As many as there is credit for, of what waits for credit: one's own, for managers all."""
    row = get_object_or_404(Batch.objects.for_team(request.team), pk=batch)
    if row.author_id != request.user.pk and not can(request.membership, Right.MANAGE):
        raise PermissionDenied
    try:
        fund.start(row)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return _answer(request)


@require_POST
@needs(Right.SPEND)
def retry_failed(request: TeamRequest) -> HttpResponse:
    """One's own failures that the page shows, each once more, as far as it fits or may wait."""
    failures = waiting.failures(request.team, request.user)
    own = [failed for failed in failures if failed.author_id == request.user.pk]
    waits = waits_for(request)
    asked, refused = retry_each(own, request.membership, waits)
    if refused and not (asked and waits == Waits.NOTHING):  # then only these were meant
        messages.error(request, refused)
    if asked:
        count = len(asked)
        said = ngettext("%(count)d picture asked for again.", "%(count)d asked for again.", count)
        messages.success(request, said % {"count": count})
    return _answer(request)


def _key(request: TeamRequest, key: UUID) -> UpstreamKey:
    row: UpstreamKey = get_object_or_404(upstream.listed(request.team), pk=key)
    return row


def _answer(request: TeamRequest) -> HttpResponse:
    """The line as it is now, or the page again for a plain form."""
    if not request.htmx:
        return redirect("queue", request.team.slug)
    response = _line(request, "lifecycle/_line_news.html")
    response.headers["HX-Trigger"] = "meter"
    return response


def _line(request: TeamRequest, template: str) -> HttpResponse:
    quotes = Quotes(request.membership)
    line = waiting.the_line(request.team, request.user)
    context = {
        "line": line,
        "quotes": quotes,
        "again": _again(request, line, quotes),
        "sees_all": sees_all_spend(request.membership),
    }
    return render(request, template, context)


def _again(request: TeamRequest, line: waiting.Line, quotes: Quotes) -> Again | None:
    """What one press would do with one's own failures, where there are several."""
    own = [tile.generation for tile in line.failed if tile.generation.author_id == request.user.pk]
    if len(own) < 2 or not can(request.membership, Right.SPEND):
        return None
    return again(quotes, own)
