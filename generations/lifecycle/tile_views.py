"""What one does to a generation on the desk: look again, cancel, try again."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generations.credits.refusals import Refusal
from generations.keys.upstream import NoUsableKey
from generations.lifecycle import cancel as cancelling
from generations.lifecycle import desk
from generations.lifecycle import retry as retrying
from generations.lifecycle.answers import back, is_on_queue, made, made_before, undone, waits_for
from generations.lifecycle.models import Batch, Generation
from generations.lifecycle.session import session
from generations.providers.catalogue import SpecError
from generations.teams.access import Right, TeamRequest, can, needs


@require_safe
@needs(Right.READ)
def tile(request: TeamRequest, generation: UUID) -> HttpResponse:
    return _tile(request, _generation(request, generation))


@require_POST
@needs(Right.SPEND)
def cancel(request: TeamRequest, generation: UUID) -> HttpResponse:
    row = _generation(request, generation)
    if row.author_id != request.user.pk and not can(request.membership, Right.MANAGE):
        raise PermissionDenied
    try:
        cancelling.cancel(row, request.user)
    except cancelling.TooLate:
        messages.warning(request, _("Too late to cancel: it has already been sent."))
    if request.htmx and not is_on_queue(request):
        response = _tile(request, _generation(request, generation))
        response.headers["HX-Trigger"] = "meter"
        return response
    return back(request)


@require_safe
@needs(Right.SPEND)
def batch(request: TeamRequest, batch: UUID) -> HttpResponse:
    """One batch of the reader's own desk."""
    own = Batch.objects.for_team(request.team).filter(author=request.user)
    return _sitting(request, get_object_or_404(own, pk=batch))


@require_POST
@needs(Right.SPEND)
def undo_batch(request: TeamRequest, batch: UUID) -> HttpResponse:
    """Takes back a press of a moment ago, all of it."""
    row = _own_or_managed(request, batch)
    page = reverse("create", args=[request.team.slug])
    return undone(request, row.generations.all(), page)


@require_POST
@needs(Right.SPEND)
def cancel_batch(request: TeamRequest, batch: UUID) -> HttpResponse:
    """Cancels what of the batch is still in the queue; `only` those that wait for credit."""
    row = _own_or_managed(request, batch)
    rows = row.generations.all()
    if request.POST.get("only") == "unfunded":
        rows = rows.filter(hold=None)
    cancelling.cancel_all(rows, request.user)
    if request.htmx and row.author_id == request.user.pk and not is_on_queue(request):
        response = _sitting(request, row)
        response.headers["HX-Trigger"] = "meter"
        return response
    return back(request)


@require_POST
@needs(Right.SPEND)
def retry(request: TeamRequest, generation: UUID) -> HttpResponse:
    row = _generation(request, generation)
    try:
        again = retrying.retry(row, request.membership, waits_for(request))
    except (Refusal, NoUsableKey, SpecError) as refusal:
        messages.error(request, str(refusal))
        return _not_made(request, row)
    if again.replayed:
        return made_before(request)
    return made(request, again.generations[0].batch)


def _not_made(request: TeamRequest, row: Generation) -> HttpResponse:
    """The tile as it is now: what binds stands on it, and the ways on."""
    if not request.htmx or is_on_queue(request):
        return back(request)
    response = _tile(request, row)
    response.status_code = 422
    response.headers["HX-Retarget"] = f"#generation-{row.pk}"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _own_or_managed(request: TeamRequest, pk: UUID) -> Batch:
    row = get_object_or_404(Batch.objects.for_team(request.team), pk=pk)
    if row.author_id != request.user.pk and not can(request.membership, Right.MANAGE):
        raise PermissionDenied
    return row


def _generation(request: TeamRequest, pk: UUID) -> Generation:
    return get_object_or_404(desk.visible(request.team, request.user), pk=pk)


def _sitting(request: TeamRequest, row: Batch) -> HttpResponse:
    context = {"sitting": desk.sitting(row), "session": session(request.membership)}
    return render(request, "lifecycle/_sitting_again.html", context)


def _tile(request: TeamRequest, row: Generation) -> HttpResponse:
    context = {
        "tile": desk.tile(row),
        "sitting": desk.sitting(row.batch),
        "session": session(request.membership),
        "is_fragment": True,
    }
    return render(request, "lifecycle/_tile_news.html", context)
