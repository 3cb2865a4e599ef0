"""The JSON of a request: read strictly, and known again by its digest."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from generations.api import errors

# The longest prompt, with every character escaped, and room for the rest.
MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Body:
    members: dict[str, Any]
    digest: str  # the same for the same members, in whatever order and spacing


def read(request: HttpRequest) -> Body:
    """Raises ApiError (400)."""
    if request.content_type != "application/json":
        raise errors.bad_request("Content-Type", _("Send application/json."))
    if len(request.body) > MOST_BYTES:
        raise errors.bad_request("body", _("The request is too long."))
    try:
        members = json.loads(request.body.decode(), parse_constant=_refuse_constant)
        canonical = json.dumps(members, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError) as error:
        raise errors.bad_request("body", _("This is not JSON.")) from error
    if not isinstance(members, dict):
        raise errors.bad_request("body", _("Send a JSON object."))
    return Body(members, hashlib.sha256(canonical.encode()).hexdigest())


def _refuse_constant(name: str) -> None:
    """NaN and Infinity, which Python reads although they are not JSON."""
    raise ValueError(name)
