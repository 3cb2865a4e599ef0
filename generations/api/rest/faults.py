"""django-ninja's own complaints in the words of the protocol."""

from typing import Any

from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError

from generations.api import errors
from generations.api.errors import ApiError

BODY_DEPTH = 2  # ("body", the parameter's name, the field, ...)


def translate(error: Exception) -> Exception:
    """An ApiError where ninja refused the request's shape, else the error itself."""
    match error:
        case ValidationError():
            return _invalid(error.errors[0])
        case HttpError(__cause__=ApiError() as cause):
            return cause
    return error


def _invalid(first: dict[str, Any]) -> ApiError:
    path = ".".join(str(part) for part in first["loc"][BODY_DEPTH:]) or "body"
    match first["type"]:
        case "missing":
            message = _("This parameter is required.")
        case "extra_forbidden":
            message = _("There is no such parameter.")
        case "int_type":
            message = _("Use a whole number.")
        case "string_type" | "string_unicode":
            message = _("Use a text.")
        case _other:
            message = str(first["msg"])
    return errors.bad_request(path, message)
