"""`request.team` and `request.membership`, from the path."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from generations.teams import access

YEAR = 365 * 24 * 3600  # seconds


class TeamMiddleware:
    """Every address below `/t/<team>/` belongs to one team; a stranger to it gets 404.

    A cookie keeps which team's page was looked at last: what is of no team leads back to it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        team = getattr(request, "team", None)
        is_page = request.headers.get("Sec-Fetch-Dest", "document") == "document"
        if team and is_page and request.COOKIES.get(access.LAST_TEAM) != team.slug:
            response.set_cookie(
                access.LAST_TEAM,
                team.slug,
                max_age=YEAR,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> None:
        if "team" in kwargs and request.user.is_authenticated:
            request.asked_at = time.time()  # type: ignore[attr-defined]
            request.membership = access.membership_of(request.user, kwargs["team"])  # type: ignore[attr-defined]
            request.team = request.membership.team  # type: ignore[attr-defined]
