"""The library's pages."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generations.core import pages
from generations.prompts import library
from generations.prompts import render as rendering
from generations.prompts.changes import changes
from generations.prompts.forms import PromptForm, sound
from generations.prompts.models import Prompt
from generations.teams.access import Right, TeamRequest, needs

PAGE = 30


@needs(Right.READ)
def prompts(request: TeamRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    mine = request.GET.get("by") == "me"
    rows = library.shelf(request.team, words=words, author=request.user if mine else None)
    try:
        page = pages.keyset(rows, request.GET.get("after"), PAGE)
    except pages.BadCursor:
        return redirect("prompts", request.team.slug)
    context = {
        "page": page,
        "words": words,
        "mine": mine,
        "count": Prompt.objects.for_team(request.team).filter(archived_at=None).count(),
    }
    return render(request, "prompts/prompts.html", context)


@needs(Right.SPEND)
def prompt_new(request: TeamRequest) -> HttpResponse:
    """A form, filled in from the composer's words and settings where it is opened from there."""
    if request.method != "POST":
        words = {name: request.GET.get(name) for name in ("title", "text")}
        form = PromptForm(initial={**words, **sound(request.GET)})
        return render(request, "prompts/prompt_form.html", {"form": form})
    form = PromptForm(request.POST)
    if not form.is_valid():
        return render(request, "prompts/prompt_form.html", {"form": form}, status=422)
    version = library.save(
        request.team,
        request.user,
        form.cleaned_data["title"],
        form.cleaned_data["text"],
        form.settings(),
    )
    messages.success(request, _("Saved to the team’s prompts."))
    return redirect("prompt", request.team.slug, version.prompt_id)


@needs(Right.READ)
def prompt(request: TeamRequest, prompt: UUID) -> HttpResponse:
    row = get_object_or_404(library.with_latest(Prompt.objects.for_team(request.team)), pk=prompt)
    versions = list(row.versions.select_related("author").order_by("-number"))
    latest, before = versions[0], versions[1] if len(versions) > 1 else None
    context = {
        "prompt": row,
        "latest": latest,
        "settings": sound(latest.settings),
        "versions": versions,
        "variables": rendering.variables(latest.text),
        "changes": changes(before.text, latest.text) if before else None,
    }
    return render(request, "prompts/prompt.html", context)


@needs(Right.SPEND)
def prompt_edit(request: TeamRequest, prompt: UUID) -> HttpResponse:
    """Saving makes the next version; the earlier ones stay."""
    row = get_object_or_404(Prompt.objects.for_team(request.team), pk=prompt)
    latest = row.versions.order_by("-number")[0]
    initial = {"title": row.title, "text": latest.text, **sound(latest.settings)}
    form = PromptForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        library.save(
            request.team,
            request.user,
            form.cleaned_data["title"],
            form.cleaned_data["text"],
            form.settings(),
            prompt=row,
        )
        return redirect("prompt", request.team.slug, row.pk)
    context = {"form": form, "prompt": row, "latest": latest}
    return render(request, "prompts/prompt_form.html", context, status=422 if form.errors else 200)


@needs(Right.SPEND)
@require_POST
def prompt_archive(request: TeamRequest, prompt: UUID) -> HttpResponse:
    row = get_object_or_404(Prompt.objects.for_team(request.team), pk=prompt)
    library.archive(row, request.user)
    messages.success(request, _("Archived. Its page brings it back."))
    return redirect("prompt", request.team.slug, row.pk)


@needs(Right.SPEND)
@require_POST
def prompt_restoration(request: TeamRequest, prompt: UUID) -> HttpResponse:
    row = get_object_or_404(Prompt.objects.for_team(request.team), pk=prompt)
    library.restore(row, request.user)
    messages.success(request, _("Back in the library."))
    return redirect("prompt", request.team.slug, row.pk)
