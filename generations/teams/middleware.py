"""`request.team` and `request.membership`, from the path."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from generations.teams import access


class TeamMiddleware:
    """Every address below `/t/<team>/` belongs to one team; a stranger to it gets 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> None:
        if "team" in kwargs and request.user.is_authenticated:
            request.membership = access.membership_of(request.user, kwargs["team"])  # type: ignore[attr-defined]
            request.team = request.membership.team  # type: ignore[attr-defined]
