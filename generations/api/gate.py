"""The one gate before every view of the API: key, rate, and the form of whatever goes wrong."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from generations.api import auth, errors, throttle
from generations.api.auth import ApiRequest

View = Callable[..., HttpResponseBase]
SAFE = {"GET", "HEAD", "OPTIONS"}


def reads_only(request: HttpRequest) -> bool:
    return request.method in SAFE


def guarded(view: View, reads: Callable[[HttpRequest], bool] = reads_only) -> View:
    """The view behind the gate; it gets an ApiRequest. No cookie counts here, hence no CSRF.

    `reads` says whether a request only looks, and so counts for the wider window.
    """

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rate = throttle.for_nobody()
        try:
            caller = auth.identify(request)
            kind = throttle.Kind.READ if reads(request) else throttle.Kind.WRITE
            rate = throttle.count(caller, kind)
            if rate.is_exceeded:
                raise errors.rate_limited(rate.limit, rate.retry_after, is_of_key=rate.is_of_key)
            known = cast(ApiRequest, request)
            known.caller = caller
            response = _method_checked(view(known, *args, **kwargs))
        except Exception as error:  # the boundary: a script gets JSON and never a trace
            response = errors.answer(error)
        rate.write(response)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answered


def _method_checked(response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, HttpResponseNotAllowed):
        allowed = response.headers["Allow"]
        message = _("Use {methods} here.").format(methods=allowed)
        raise errors.ApiError(405, "METHOD_NOT_ALLOWED", message, headers={"Allow": allowed})
    return response
