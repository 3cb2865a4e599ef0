"""From an answer that is not a job to a Trouble: which outcome follows from which status."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from generations.core import clock
from generations.core.http import Answer, HttpError, NotAllowed, NotSent
from generations.providers.contract import ProviderError, Trouble
from generations.providers.doitong import reading

LONGEST_WAIT = timedelta(minutes=15)

BY_STATUS = {
    400: Trouble.REFUSED,
    401: Trouble.KEY_REJECTED,
    402: Trouble.EXHAUSTED,
    403: Trouble.REFUSED,
    404: Trouble.REFUSED,
    422: Trouble.REFUSED,
    429: Trouble.RATE_LIMITED,
}
# A GraphQL server may say the same with status 200. Codes of the page, of this hub (which can be
# another hub's upstream), and of the common GraphQL servers where nothing was carried out.
BY_CODE = {
    "BAD_REQUEST": Trouble.REFUSED,
    "BAD_USER_INPUT": Trouble.REFUSED,
    "GRAPHQL_PARSE_FAILED": Trouble.REFUSED,
    "GRAPHQL_VALIDATION_FAILED": Trouble.REFUSED,
    "FORBIDDEN": Trouble.REFUSED,
    "NOT_FOUND": Trouble.REFUSED,
    "IDEMPOTENCY_KEY_REUSED": Trouble.REFUSED,
    "UNAUTHORIZED": Trouble.KEY_REJECTED,
    "UNAUTHENTICATED": Trouble.KEY_REJECTED,
    "INSUFFICIENT_CREDITS": Trouble.EXHAUSTED,
    "RATE_LIMIT_EXCEEDED": Trouble.RATE_LIMITED,
    "DAILY_LIMIT_EXCEEDED": Trouble.RATE_LIMITED,
    "INTERNAL_SERVER_ERROR": Trouble.SERVER_ERROR,
}


def from_answer(answer: Answer, api_key: str) -> ProviderError:
    """What an answer without a job in it means."""
    error = _first_error(answer)
    code = reading.text(_extensions(error).get("code"), 60)
    trouble = BY_STATUS.get(answer.status, Trouble.UNKNOWN)
    if answer.status == 500 and error is not None:
        trouble = Trouble.SERVER_ERROR
    elif 200 <= answer.status < 300:
        trouble = BY_CODE.get(code, Trouble.UNKNOWN)
    message = reading.text(_without((error or {}).get("message"), api_key))
    return ProviderError(
        trouble,
        message or _plain_words(trouble, answer.status),
        http_status=answer.status,
        code=code,
        retry_at=_retry_at(answer) if trouble is Trouble.RATE_LIMITED else None,
        rate=reading.rate(answer.headers),
        credits_left=reading.whole_credits(_extensions(error).get("creditsAvailable")),
    )


def from_failure(error: HttpError) -> ProviderError:
    """What it means that there was no answer."""
    if isinstance(error, NotAllowed):
        return ProviderError(Trouble.REFUSED, str(error))
    trouble = Trouble.NOT_SENT if isinstance(error, NotSent) else Trouble.UNKNOWN
    return ProviderError(trouble, str(error))


def _first_error(answer: Answer) -> dict[str, Any] | None:
    """The first of the page's `errors`, or None when the body is not the page's."""
    try:
        errors = reading.load(answer.body).get("errors")
    except ValueError:
        return None
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return errors[0]
    return None


def _extensions(error: dict[str, Any] | None) -> dict[str, Any]:
    extensions = (error or {}).get("extensions")
    return extensions if isinstance(extensions, dict) else {}


def _without(message: object, api_key: str) -> object:
    """Some servers repeat the key that they refuse; not everybody who sees this may see it."""
    return message.replace(api_key, "···") if isinstance(message, str) and api_key else message


def _retry_at(answer: Answer) -> datetime | None:
    told = reading.moment(answer.headers.get("X-RateLimit-Reset"))
    told = told or reading.moment(answer.headers.get("Retry-After"))
    return told and min(max(told, clock.now()), clock.now() + LONGEST_WAIT)


def _plain_words(trouble: Trouble, status: int) -> str:
    match trouble:
        case Trouble.KEY_REJECTED:
            return _("The upstream rejected the key.")
        case Trouble.EXHAUSTED:
            return _("The key is out of credit upstream.")
        case Trouble.RATE_LIMITED:
            return _("The upstream asked us to wait.")
        case Trouble.REFUSED:
            return _("The upstream refused the request (%(status)d).") % {"status": status}
        case Trouble.SERVER_ERROR:
            return _("The upstream had an error of its own.")
    return _("The upstream gave an answer that cannot be read (%(status)d).") % {"status": status}
