"""Where the page learns how to listen."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.request import split_domain_port
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from generations.live import tokens
from generations.teams import access
from generations.teams.access import Right, TeamRequest


@never_cache
@require_safe
@access.needs(Right.READ)
def live_token(request: TeamRequest) -> JsonResponse:
    """A fresh token and the address to show it to."""
    token = tokens.make(request.team.id, request.user.id)
    return JsonResponse({"token": token, "url": live_url(request)})


def live_url(request: HttpRequest) -> str:
    """As configured, or the live process' own port on the host that the browser already uses."""
    if settings.LIVE_URL:
        return f"{settings.LIVE_URL}/"
    host, _ = split_domain_port(request.get_host())
    return f"{request.scheme}://{host}:{settings.LIVE_PORT}/live/"
