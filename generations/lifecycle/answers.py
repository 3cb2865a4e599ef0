"""Answers that several views of the desk give."""

from django.contrib import messages
from django.db.models import Count, Min, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generations.core import undo
from generations.lifecycle import cancel, desk
from generations.lifecycle.models import Batch, Generation
from generations.lifecycle.session import session
from generations.teams.access import TeamRequest
from generations.teams.models import Waits


def made(request: TeamRequest, batch: Batch) -> HttpResponse:
    """The new batch for the top of the desk, or the page again for a plain form."""
    if not request.htmx or is_on_queue(request):
        return back(request)
    context = {"sitting": desk.sitting(batch), "session": session(request.membership)}
    response = render(request, "lifecycle/_sitting_news.html", context)
    response.headers["HX-Trigger"] = "meter"
    return response


def made_before(request: TeamRequest) -> HttpResponse:
    """The page again, as it is by now: what was asked for is on it, or on its way out of it."""
    messages.info(request, _("It was asked for again already."))
    if not request.htmx or is_on_queue(request):
        return back(request)
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def offer_undo(request: TeamRequest, generations: QuerySet[Generation], url: str) -> None:
    """Where they are held back for a moment, say so, with the way back and its seconds."""
    held_back = cancel.undoable(generations).aggregate(until=Min("due_at"), count=Count("pk"))
    if held_back["until"]:
        said = ngettext(
            "%(count)d picture starts in a moment.",
            "%(count)d pictures start in a moment.",
            held_back["count"],
        )
        undo.offer(request, said % held_back, url, until=held_back["until"])


def undone(request: TeamRequest, generations: QuerySet[Generation], page: str) -> HttpResponse:
    """Take back what is held back, and say what came of it, on the page that the button is on."""
    try:
        count = cancel.undo(generations, request.user)
    except cancel.TooLate:
        messages.error(
            request,
            _("Too late to undo: the five seconds are over. What still waits can be cancelled."),
        )
        count = 0
    if count:
        said = ngettext(
            "Undone: %(count)d picture is not made, and nothing is held for it.",
            "Undone: %(count)d pictures are not made, and nothing is held for them.",
            count,
        )
        messages.success(request, said % {"count": count})
    return undo.done(request, page)


def is_on_queue(request: TeamRequest) -> bool:
    """Whether the form stands on the queue page, which shows no tiles."""
    return request.POST.get("next") == "queue"


def waits_for(request: TeamRequest) -> str:
    """What the button that was pressed lets it wait for; empty: as the team has set it."""
    said = request.POST.get("waits_for", "")
    return said if said in Waits.values else ""


def back(request: TeamRequest) -> HttpResponse:
    """To the page that the form stands on; the queue answers htmx with what of it changes."""
    return redirect("queue" if is_on_queue(request) else "create", request.team.slug)
