"""Where a page listens."""

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from generations.live import handover
from generations.live.handover import Listener
from generations.teams import access
from generations.teams.access import Right, TeamRequest


@never_cache
@require_GET
@access.needs(Right.READ)
def live(request: TeamRequest) -> HttpResponse:
    """Server-sent events from the live process; 503 where it is away, and the page polls."""
    listener = Listener(request.team.id, request.user.id)
    is_taken = handover.give(request.META.get("gunicorn.socket"), listener)
    return HttpResponse(status=200 if is_taken else 503)  # the first for the access log only
