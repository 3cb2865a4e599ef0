"""Which page tells of a request that could not be answered. None of them needs the database."""

import sys
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
AWAY = (OperationalError, InterfaceError)
SOON = "5"  # seconds


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where the form was larger than DATA_UPLOAD_MAX_… allows."""
    return _page(413 if isinstance(exception, TOO_MUCH) else 400)


def server_error(_request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away: django calls this where it caught the error."""
    if isinstance(sys.exc_info()[1], AWAY):
        answer = _page(503)
        answer.headers["Retry-After"] = SOON
        return answer
    return _page(500)


class NotAllowedMiddleware:
    """405 for a page that takes only forms is no empty page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render_to_string("405.html").encode()
        return response


def _page(status: int) -> HttpResponse:
    # Without the request: whose it is stands in the database, and its host may be what was refused.
    return HttpResponse(render_to_string(f"{status}.html"), status=status)
