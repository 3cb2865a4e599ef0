"""The desk where pictures are asked for."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from generations.credits.refusals import Refusal
from generations.keys.upstream import NoUsableKey
from generations.lifecycle import admit, desk
from generations.lifecycle.answers import made, offer_undo
from generations.lifecycle.drafts import draft, earlier
from generations.lifecycle.forms import ComposerForm, SettingsForm
from generations.lifecycle.quote import Quote, quote
from generations.lifecycle.session import session
from generations.prompts.forms import DraftForm
from generations.prompts.guidance import review
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
    batch = admission.generations[0].batch
    offer_undo(
        request, batch.generations.all(), reverse("undo_batch", args=[request.team.slug, batch.pk])
    )
    return made(request, batch)


@require_safe
@needs(Right.SPEND)
@never_cache
def earlier_prompts(request: TeamRequest) -> JsonResponse:
    """What the arrow up in the composer brings back: fields of the form, newest first."""
    return JsonResponse({"prompts": earlier(request.membership)})


def _quote(form: SettingsForm) -> Quote:
    return quote(
        form.membership,
        form.value("mode"),
        form.size,
        form.value("quality"),
        form.value("count"),
    )


def _desk(request: TeamRequest, form: ComposerForm, status: int = 200) -> HttpResponse:
    context = _composer(form) | {
        "sittings": desk.sittings(request.membership),
        "series": desk.recent_series(request.membership),
        "session": session(request.membership),
    }
    return render(request, "lifecycle/create.html", context, status=status)


def _not_made(request: TeamRequest, form: ComposerForm) -> HttpResponse:
    """The composer with what was written in it and what is wrong."""
    if not request.htmx:
        return _desk(request, form, status=422)
    response = render(request, "lifecycle/_composer.html", _composer(form), status=422)
    response.headers["HX-Retarget"] = "#composer"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _composer(form: ComposerForm) -> dict[str, Any]:
    written = {name: form[name].value() for name in ("prompt", "style")}
    said = DraftForm(written, team=form.membership.team).words()
    return {"form": form, "quote": _quote(form), "review": review(said)}
