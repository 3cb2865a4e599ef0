"""Asking for a picture through the API: the shape checked, then one door, lifecycle.admit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from generations.api import errors
from generations.api.auth import ApiRequest
from generations.core import http
from generations.lifecycle.admit import Admission, Idempotency, Order, admit
from generations.providers import catalogue
from generations.providers.catalogue import Spec, SpecError
from generations.teams.access import Right, require
from generations.teams.models import Waits

WAITS = (str(Waits.RESET), str(Waits.CREDIT))
PRINTABLE = re.compile(r"[ -~]{1,255}")


@dataclass(frozen=True)
class Wish:
    """What was asked for; None is what the service usually makes.

    `names` says how this face calls a Spec's fields where it calls them otherwise.
    """

    service: str
    prompt: str
    width: int | None = None
    height: int | None = None
    version: str | None = None
    quality: str | None = None
    webhook_url: str | None = None
    wait_for: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def place(request: ApiRequest, wish: Wish, digest: str) -> Admission:
    """Hold the credits and queue the picture, or find what the same request queued before.

    Raises ApiError, and all that admit() raises but SpecError.
    """
    caller = request.caller
    require(caller.membership, Right.SPEND)
    try:
        spec = _spec(wish)
        _check_webhook(wish)
        _check_wait(wish)
        order = Order(
            membership=caller.membership,
            mode=caller.mode,
            spec=spec,
            project=caller.api_key.project,
            api_key=caller.api_key,
            webhook_url=wish.webhook_url or "",
            may_wait=wish.wait_for is not None,
            may_wait_for_credit=wish.wait_for == Waits.CREDIT,
        )
        return admit(order, _idempotency(request, digest))
    except SpecError as error:
        name = wish.names.get(error.field, error.field)
        raise errors.bad_request(name, error.message) from error


def _spec(wish: Wish) -> Spec:
    """Raises SpecError."""
    service = catalogue.service(wish.service)
    spec = Spec(
        prompt=wish.prompt,
        width=service.default_side if wish.width is None else wish.width,
        height=service.default_side if wish.height is None else wish.height,
        version=service.default_version if wish.version is None else wish.version,
        quality=service.default_quality if wish.quality is None else wish.quality,
        service=wish.service,
    )
    service.check(spec)
    return spec


def _check_webhook(wish: Wish) -> None:
    """Raises ApiError. Nothing in it tells what lies behind the address."""
    if wish.webhook_url is None:
        return
    try:
        wish.webhook_url.encode()
        http.check_url(wish.webhook_url)
    except (http.NotAllowed, UnicodeEncodeError) as error:
        raise errors.bad_request(
            wish.names.get("webhook_url", "webhookUrl"),
            _("The hub does not call this address. Use a public one with https."),
            reason="URL_NOT_ALLOWED",
        ) from error


def _check_wait(wish: Wish) -> None:
    """A script waits only where it asks to, whatever the team has set. Raises ApiError."""
    if wish.wait_for not in {None, *WAITS}:
        raise errors.bad_request(
            wish.names.get("wait_for", "waitFor"),
            _("Use one of: %(words)s.") % {"words": ", ".join(WAITS)},
        )


def _idempotency(request: ApiRequest, digest: str) -> Idempotency | None:
    """The scope is the key, the method and the route: nobody else can ask for the answer."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not PRINTABLE.fullmatch(key):
        raise errors.bad_request("Idempotency-Key", _("Use 1 to 255 printable ASCII characters."))
    scope = f"key:{request.caller.api_key.pk}:{request.method}:{request.path_info}"
    return Idempotency(scope, key, digest)
