"""The page for people who write scripts."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from generations.api.graphql.documents import MOST_ALIASES, MOST_DEPTH
from generations.api.reference import ERRORS, PARAMETERS
from generations.credits.accounts import wallet
from generations.keys.models import ApiKey
from generations.teams.access import Right, TeamRequest, needs
from generations.teams.modes import Mode


@needs(Right.READ)
def api_docs(request: TeamRequest) -> HttpResponse:
    """The samples carry this hub's address. A key is shown once only, so they carry none."""
    mine = ApiKey.objects.for_team(request.team).filter(user=request.user, revoked_at=None)
    context = {
        "site": settings.SITE_URL,
        "parameters": PARAMETERS,
        "errors": ERRORS,
        "depth": MOST_DEPTH,
        "aliases": MOST_ALIASES,
        "plan": wallet(request.team, Mode.LIVE).plan,
        "has_key": mine.exists(),
    }
    return render(request, "api/docs.html", context)
