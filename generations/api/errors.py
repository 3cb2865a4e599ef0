"""Everything that goes wrong, as the protocol words it: one body, a status, never a trace."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _

from generations.core import clock
from generations.credits import refusals
from generations.credits.promise import Conflict
from generations.credits.refusals import Refusal
from generations.keys.upstream import NoUsableKey
from generations.lifecycle.admit import InProgress, KeyReused
from generations.providers.catalogue import SpecError

logger = logging.getLogger(__name__)

BUSY_SECONDS = 5
FIELD_MAX = 60


class ApiError(Exception):
    """An answer with a status of 400 or more. `extensions` stand beside its code."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.extensions = extensions

    def entry(self) -> dict[str, Any]:
        """One element of `errors`."""
        return {"message": self.message, "extensions": {"code": self.code, **self.extensions}}


def bad_request(field: str, message: str, **extensions: Any) -> ApiError:
    """`field` is the caller's own name for what is wrong: a parameter, a header, or `body`."""
    return ApiError(400, "BAD_REQUEST", message, field=field[:FIELD_MAX], **extensions)


def unauthorized() -> ApiError:
    return ApiError(
        401,
        "UNAUTHORIZED",
        _("The API key is missing or not valid."),
        headers={"WWW-Authenticate": "Bearer"},
    )


def not_found() -> ApiError:
    """The same for what never existed and for what belongs to another team."""
    return ApiError(404, "NOT_FOUND", _("There is nothing here."))


def rate_limited(limit: int, retry_after: int, *, is_of_key: bool = False) -> ApiError:
    """`limit` in requests a minute; `retry_after` in seconds."""
    sentence = _("Too many requests. Try again in {seconds} s.")
    if is_of_key:
        sentence = _(
            "Too many requests with this API key: its own limit is {limit} a minute. "
            "Try again in {seconds} s."
        )
    return ApiError(
        429,
        "RATE_LIMIT_EXCEEDED",
        sentence.format(limit=limit, seconds=retry_after),
        headers={"Retry-After": str(retry_after)},
    )


def answer(error: Exception) -> JsonResponse:
    described = describe(error)
    return JsonResponse(
        {"errors": [described.entry()]}, status=described.status, headers=described.headers
    )


def describe(error: Exception) -> ApiError:
    """What the caller may know of it. What nobody foresaw is logged, and said to be our fault."""
    match error:
        case ApiError():
            return error
        case Refusal():
            return _refused(error)
        case SpecError():
            return bad_request(error.field, error.message)
        case RequestDataTooBig():
            return bad_request("body", _("The request is too long."))
        case Http404():
            return not_found()
        case PermissionDenied():
            return ApiError(403, "FORBIDDEN", _("The owner of this key may not do this."))
        case KeyReused():
            return ApiError(
                422,
                "IDEMPOTENCY_KEY_REUSED",
                _("This Idempotency-Key came with another body before."),
            )
        case InProgress():
            return ApiError(
                409,
                "IDEMPOTENCY_IN_PROGRESS",
                _("The first request with this Idempotency-Key is still being answered."),
                headers={"Retry-After": "1"},
            )
        case NoUsableKey():
            return ApiError(502, "UPSTREAM_ERROR", str(error))
        case OperationalError() | InterfaceError() | Conflict():
            logger.error("The API cannot answer now: %s", error)
            return _busy()
    logger.error("The API failed.", exc_info=error)
    return ApiError(500, "INTERNAL_SERVER_ERROR", _("Something went wrong here. Try again."))


def instant(moment: datetime) -> str:
    """As the protocol writes times: UTC, whole seconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _refused(refusal: Refusal) -> ApiError:
    """402 where waiting does not help (an empty or a frozen wallet), else 429 until midnight."""
    figures: dict[str, Any] = {
        "creditsRequired": refusal.required,
        "creditsAvailable": refusal.available,
    }
    if refusal.code != refusals.DAILY or refusal.frees_at is None:
        return ApiError(402, refusals.WALLET, refusal.message, **figures)
    resets = int(refusal.frees_at.timestamp())
    seconds = max(1, resets - int(clock.now().timestamp()))
    return ApiError(
        429,
        refusals.DAILY,
        refusal.message,
        headers={
            "Retry-After": str(seconds),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(resets),
        },
        resetAt=instant(refusal.frees_at),
        limitedBy="apiKey" if refusal.binds == "key" else refusal.binds,
        **figures,
    )


def _busy() -> ApiError:
    return ApiError(
        503,
        "INTERNAL_SERVER_ERROR",
        _("The hub is busy. Try again in {seconds} s.").format(seconds=BUSY_SECONDS),
        headers={"Retry-After": str(BUSY_SECONDS)},
    )
