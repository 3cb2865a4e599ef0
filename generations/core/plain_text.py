"""Addresses with a NUL character are refused: PostgreSQL has no text that could be like them.

What stands in forms is refused field by field, by Django itself.
"""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

NUL = "\0"
SCRIPTS, BROWSERS = "application/json", "text/html"


class PlainTextMiddleware:
    """400 for a NUL in a request's path, query or cookies: a page, or to scripts as the API's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _has_nul(request):
            return self.get_response(request)
        if request.get_preferred_type([SCRIPTS, BROWSERS]) == BROWSERS:
            raise BadRequest("A NUL character in the address")
        error = {
            "message": _("The address holds a NUL character."),
            "extensions": {"code": "BAD_REQUEST"},
        }
        return JsonResponse({"errors": [error]}, status=400)


def _has_nul(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    texts = (request.path, query, *request.COOKIES.values())
    return "%00" in query or any(NUL in text for text in texts)
