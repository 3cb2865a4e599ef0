"""The line of advice below a prompt that is being written."""

from django.http import HttpResponse
from django.shortcuts import render

from generations.prompts.forms import DraftForm
from generations.prompts.guidance import review
from generations.teams.access import Right, TeamRequest, needs


@needs(Right.SPEND)
def guidance(request: TeamRequest) -> HttpResponse:
    """What the prompt says, together with the words of the style that is chosen."""
    written = DraftForm(request.POST, team=request.team).words()
    return render(request, "prompts/_guidance.html", {"review": review(written)})
