"""The desk where pictures are asked for, and the queue."""

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generations.credits.refusals import Refusal
from generations.keys.upstream import NoUsableKey
from generations.lifecycle import admit, desk, waiting
from generations.lifecycle import cancel as cancelling
from generations.lifecycle import retry as retrying
from generations.lifecycle.drafts import draft
from generations.lifecycle.forms import ComposerForm, SettingsForm
from generations.lifecycle.models import Batch, Generation
from generations.lifecycle.quote import Quote, quote
from generations.lifecycle.states import Status
from generations.providers.catalogue import SpecError
from generations.teams.access import Right, TeamRequest, can, needs


@require_safe
@needs(Right.READ)
def team_home(request: TeamRequest) -> HttpResponse:
    """Where a team begins: at the desk, or for those who only look, in the gallery."""
    page = "create" if can(request.membership, Right.SPEND) else "gallery"
    return redirect(page, request.team.slug)


@require_safe
@needs(Right.READ)
def create(request: TeamRequest) -> HttpResponse:
    if not can(request.membership, Right.SPEND):
        return redirect("gallery", request.team.slug)
    initial = draft(
        request.membership, request.GET.get("prompt_version", ""), request.GET.get("remix", "")
    )
    form = ComposerForm(initial=initial, membership=request.membership)
    return _desk(request, form)


@needs(Right.SPEND)
def price(request: TeamRequest) -> HttpResponse:
    """The piece of the composer that says what the click costs."""
    form = SettingsForm(request.POST or request.GET, membership=request.membership)
    form.is_valid()
    return render(request, "lifecycle/_price.html", {"form": form, "quote": _quote(form)})


@require_POST
@needs(Right.SPEND)
def create_batch(request: TeamRequest) -> HttpResponse:
    form = ComposerForm(request.POST, membership=request.membership)
    if not form.is_valid():
        return _not_made(request, form)
    try:
        admission = admit.admit(form.order())
    except SpecError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _not_made(request, form)
    except (Refusal, NoUsableKey) as refusal:
        form.add_error(None, str(refusal))
        return _not_made(request, form)
    return _made(request, admission.generations[0].batch)


@require_safe
@needs(Right.READ)
def queue(request: TeamRequest) -> HttpResponse:
    template = "lifecycle/_line.html" if request.htmx else "lifecycle/queue.html"
    return render(request, template, {"line": waiting.the_line(request.team, request.user)})


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
    if request.htmx:
        response = _tile(request, _generation(request, generation))
        response.headers["HX-Trigger"] = "meter"
        return response
    return redirect(_page(request), request.team.slug)


@require_safe
@needs(Right.SPEND)
def batch(request: TeamRequest, batch: UUID) -> HttpResponse:
    """One batch of the reader's own desk."""
    own = Batch.objects.for_team(request.team).filter(author=request.user)
    context = {"sitting": desk.sitting(get_object_or_404(own, pk=batch))}
    return render(request, "lifecycle/_sitting.html", context)


@require_POST
@needs(Right.SPEND)
def cancel_batch(request: TeamRequest, batch: UUID) -> HttpResponse:
    """Cancels what of the batch is still in the queue."""
    row = get_object_or_404(Batch.objects.for_team(request.team), pk=batch)
    if row.author_id != request.user.pk and not can(request.membership, Right.MANAGE):
        raise PermissionDenied
    for generation in row.generations.filter(status=Status.QUEUED).order_by("id"):
        with suppress(cancelling.TooLate):  # sent a moment ago: it goes on
            cancelling.cancel(generation, request.user)
    if request.htmx and row.author_id == request.user.pk:
        context = {"sitting": desk.sitting(row)}
        response = render(request, "lifecycle/_sitting.html", context)
        response.headers["HX-Trigger"] = "meter"
        return response
    return redirect(_page(request), request.team.slug)


@require_POST
@needs(Right.SPEND)
def retry(request: TeamRequest, generation: UUID) -> HttpResponse:
    row = _generation(request, generation)
    try:
        again = retrying.retry(row, request.membership)
    except (Refusal, NoUsableKey, SpecError) as refusal:
        messages.error(request, str(refusal))
        if request.htmx:
            return render(request, "lifecycle/_toasts.html", status=422)
        return redirect(_page(request), request.team.slug)
    return _made(request, again.batch)


def _generation(request: TeamRequest, pk: UUID) -> Generation:
    return get_object_or_404(desk.visible(request.team, request.user), pk=pk)


def _page(request: TeamRequest) -> str:
    return "queue" if request.POST.get("next") == "queue" else "create"


def _quote(form: SettingsForm) -> Quote:
    return quote(
        form.membership,
        form.value("mode"),
        form.size,
        form.value("quality"),
        form.value("count"),
    )


def _tile(request: TeamRequest, row: Generation) -> HttpResponse:
    context = {"tile": desk.tile(row), "sitting": desk.sitting(row.batch), "is_fragment": True}
    return render(request, "lifecycle/_tile_news.html", context)


def _desk(request: TeamRequest, form: ComposerForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "quote": _quote(form), "sittings": desk.sittings(request.membership)}
    return render(request, "lifecycle/create.html", context, status=status)


def _made(request: TeamRequest, batch: Batch) -> HttpResponse:
    """The new batch for the top of the desk, or the page again for a plain form."""
    if not request.htmx:
        return redirect(_page(request), request.team.slug)
    response = render(request, "lifecycle/_sitting_news.html", {"sitting": desk.sitting(batch)})
    response.headers["HX-Trigger"] = "meter"
    return response


def _not_made(request: TeamRequest, form: ComposerForm) -> HttpResponse:
    """The composer with what was written in it and what is wrong."""
    if not request.htmx:
        return _desk(request, form, status=422)
    context = {"form": form, "quote": _quote(form)}
    response = render(request, "lifecycle/_composer.html", context, status=422)
    response.headers["HX-Retarget"] = "#composer"
    response.headers["HX-Reswap"] = "outerHTML"
    return response
