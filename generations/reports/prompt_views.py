"""What the library's pages show of what was made with its prompts."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from generations.gallery.finding import as_uuid
from generations.prompts.models import Prompt
from generations.reports import prompts
from generations.teams.access import Right, TeamRequest, needs, sees_all_spend
from generations.teams.modes import Mode

MOST = 100  # prompts at once


@require_safe
@needs(Right.READ)
def library_figures(request: TeamRequest) -> HttpResponse:
    """For htmx: an example picture and the figures of each `prompt` that is asked for."""
    if not request.htmx:
        return redirect("prompts", request.team.slug)
    asked = [as_uuid(text) for text in request.GET.getlist("prompt")[:MOST]]
    context = {
        "figures": prompts.by_prompt(request.team, request.user, asked),
        "examples": prompts.examples(request.team, request.user, asked),
    }
    return render(request, "reports/_library_figures.html", context)


@require_safe
@needs(Right.READ)
def prompt_figures(request: TeamRequest, prompt: UUID) -> HttpResponse:
    """For htmx: what one prompt cost and brought, in all and version by version."""
    row = get_object_or_404(Prompt.objects.for_team(request.team), pk=prompt)
    if not request.htmx:
        return redirect("prompt", request.team.slug, row.pk)
    report = prompts.of_prompt(request.team, request.user, row)
    context = {
        "prompt": row,
        "report": report,
        "is_practice": report.mode == Mode.TEST,
        "sees_all": sees_all_spend(request.membership),
    }
    return render(request, "reports/_prompt_figures.html", context)
