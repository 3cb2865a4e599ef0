"""The library's pages."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generations.core import pages, undo
from generations.prompts import finding, guidance, history, library
from generations.prompts.forms import PromptForm, VersionForm, filled_in, sound
from generations.prompts.models import Prompt, PromptVersion
from generations.prompts.render import almost_variables, variables
from generations.teams.access import Right, TeamRequest, needs

LIST = "library"  # the place on the page


@needs(Right.READ)
def prompts(request: TeamRequest) -> HttpResponse:
    """The list, and beside it where there is room the first prompt.

    htmx gets what follows, or the list anew.
    """
    try:
        shelf = finding.look(request.team, request.user, request.GET)
    except pages.BadCursor:
        return redirect("prompts", request.team.slug)
    context: dict[str, Any] = {"shelf": shelf}
    is_look = request.htmx.target == LIST
    if request.htmx and "after" in request.GET and not is_look:
        return render(request, "prompts/_more.html", context)
    if shelf.page.rows:
        context |= _reading(shelf.page.rows[0])
    if is_look:
        return render(request, "prompts/_listing_news.html", context)
    return render(request, "prompts/prompts.html", context)


@needs(Right.READ)
def prompt(request: TeamRequest, prompt: UUID) -> HttpResponse:
    """The same two, with this prompt; htmx gets it alone, or the list anew."""
    rows = library.with_latest(Prompt.objects.for_team(request.team))
    row = get_object_or_404(rows, pk=prompt)
    try:
        context = _reading(row, **_numbers(request, "version", "since")) | {"is_open": True}
    except PromptVersion.DoesNotExist:
        raise Http404 from None
    if request.htmx.target == "prompt":
        return render(request, "prompts/_prompt_news.html", context)
    try:
        context["shelf"] = finding.look(request.team, request.user, request.GET)
    except pages.BadCursor:
        return redirect("prompt", request.team.slug, prompt)
    is_look = request.htmx.target == LIST
    return render(
        request, "prompts/_listing_news.html" if is_look else "prompts/prompts.html", context
    )


@needs(Right.SPEND)
def prompt_new(request: TeamRequest) -> HttpResponse:
    if request.method != "POST":
        return begin(request, "", {})
    form = PromptForm(request.POST)
    if not form.is_valid():
        return _form(request, form)
    version = library.save(
        request.team,
        request.user,
        form.cleaned_data["title"],
        form.cleaned_data["text"],
        form.settings(),
    )
    messages.success(request, _("Saved to the team’s prompts."))
    return redirect("prompt", request.team.slug, version.prompt_id)


def begin(request: TeamRequest, text: str, settings: Mapping[str, Any]) -> HttpResponse:
    """The form of a new prompt with these words and settings in it. Nothing is saved yet."""
    return _form(request, PromptForm(initial={"text": text, **filled_in(settings)}))


@needs(Right.SPEND)
def prompt_edit(request: TeamRequest, prompt: UUID) -> HttpResponse:
    """Saving makes the next version; the earlier ones stay."""
    row = _prompt(request, prompt)
    latest = row.versions.order_by("-number")[0]
    words = {"title": row.title, "text": latest.text, "seen": latest.number}
    written = request.POST.copy()
    form = VersionForm(written or None, initial={**words, **filled_in(latest.settings)})
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, latest=latest, next_number=latest.number + 1)
    try:
        library.save(
            request.team,
            request.user,
            form.cleaned_data["title"],
            form.cleaned_data["text"],
            form.settings(),
            prompt=row,
            note=form.cleaned_data["note"],
            seen=form.cleaned_data["seen"] or 0,
        )
    except library.Overtaken as overtaken:
        written["seen"] = str(overtaken.latest.number)
        return _overtaken(request, form, overtaken.latest)
    return redirect("prompt", request.team.slug, row.pk)


def _overtaken(request: TeamRequest, form: VersionForm, latest: PromptVersion) -> HttpResponse:
    """What was written is kept; saved once more it comes after what was not seen before."""
    said = _(
        "{name} saved v{number} meanwhile. What you wrote is kept: save it as v{next}, or not."
    )
    named = {"name": latest.author.name, "number": latest.number, "next": latest.number + 1}
    form.add_error(None, said.format(**named))
    return _form(request, form, latest=latest, next_number=latest.number + 1)


@needs(Right.SPEND)
def prompt_notes(request: TeamRequest) -> HttpResponse:
    """What there is to say about a text while it is being written."""
    text = (request.POST or request.GET).get("text", "")
    return render(request, "prompts/_notes.html", _notes(text))


@needs(Right.SPEND)
@require_POST
def prompt_fork(request: TeamRequest, prompt: UUID, number: int) -> HttpResponse:
    copy = library.fork(_version(request, prompt, number), request.user)
    messages.success(request, _("Forked. This one is yours: give it a title of its own."))
    return redirect("prompt_edit", request.team.slug, copy.pk)


@needs(Right.SPEND)
@require_POST
def prompt_rollback(request: TeamRequest, prompt: UUID, number: int) -> HttpResponse:
    version = _version(request, prompt, number)
    before = version.prompt.versions.order_by("-number")[0]
    now = library.roll_back(version, request.user)
    if now != before:
        text = _("Rolled back: v{number} is v{earlier} again.")
        back = reverse("prompt_rollback", args=[request.team.slug, prompt, before.number])
        undo.offer(request, text.format(number=now.number, earlier=number), back)
    return undo.done(request, reverse("prompt", args=[request.team.slug, prompt]))


@needs(Right.SPEND)
@require_POST
def prompt_archive(request: TeamRequest, prompt: UUID) -> HttpResponse:
    row = _prompt(request, prompt)
    library.archive(row, request.user)
    back = reverse("prompt_restoration", args=[request.team.slug, row.pk])
    undo.offer(request, _("Archived: it is no longer in the library."), back)
    return redirect("prompts", request.team.slug)


@needs(Right.SPEND)
@require_POST
def prompt_restoration(request: TeamRequest, prompt: UUID) -> HttpResponse:
    row = _prompt(request, prompt)
    library.restore(row, request.user)
    messages.success(request, _("Back in the library."))
    return undo.done(request, reverse("prompt", args=[request.team.slug, row.pk]))


def _prompt(request: TeamRequest, pk: UUID) -> Prompt:
    return get_object_or_404(Prompt.objects.for_team(request.team), pk=pk)


def _version(request: TeamRequest, pk: UUID, number: int) -> PromptVersion:
    return get_object_or_404(_prompt(request, pk).versions, number=number)


def _numbers(request: TeamRequest, *names: str) -> dict[str, int]:
    """Raises Http404 where one is no number."""
    try:
        return {name: int(request.GET[name]) for name in names if name in request.GET}
    except ValueError:
        raise Http404 from None


def _reading(prompt: Prompt, **numbers: int) -> dict[str, Any]:
    """Raises PromptVersion.DoesNotExist."""
    reading = history.read(prompt, **numbers)
    return {"prompt": prompt, "reading": reading, "settings": sound(reading.chosen.settings)}


def _notes(text: str) -> dict[str, Any]:
    # Without suggestions: those are for the composer, which puts them in.
    advice = replace(guidance.review(text), suggestions=[])
    return {"variables": variables(text), "almost": almost_variables(text), "review": advice}


def _form(request: TeamRequest, form: PromptForm, **context: Any) -> HttpResponse:
    context |= {"form": form, **_notes(form["text"].value() or "")}
    return render(request, "prompts/prompt_form.html", context, status=422 if form.errors else 200)
