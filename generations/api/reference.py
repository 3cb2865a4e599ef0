"""What the page for scripts lists: parameters, members of an answer, errors."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Parameter:
    name: str
    in_generate: str  # where the mutation `generate` has it
    kind: str | Promise
    is_required: bool
    words: str | Promise


@dataclass(frozen=True)
class Error:
    status: int
    code: str
    words: str | Promise


PARAMETERS = (
    Parameter("service", "provider", _("text"), True, _("“flux-pro”.")),
    Parameter("prompt", "input.text", _("text"), True, _("What to make, up to 4,000 characters.")),
    Parameter(
        "width", "options.width", _("number"), False, _("256 to 2048 pixels, 1024 unless given.")
    ),
    Parameter(
        "height", "options.height", _("number"), False, _("256 to 2048 pixels, 1024 unless given.")
    ),
    Parameter(
        "version",
        "options.version",
        _("text"),
        False,
        _("“flux-pro” unless given, or “flux-pro-1.1”."),
    ),
    Parameter(
        "quality", "options.quality", _("text"), False, _("“standard” unless given, or “high”.")
    ),
    Parameter(
        "webhookUrl",
        "options.webhookUrl",
        _("text"),
        False,
        _("A public https address that is called when it has ended."),
    ),
    Parameter(
        "waitFor",
        "options.waitFor",
        _("text"),
        False,
        _(
            "“reset”: what the day has no room for is queued until midnight. “credit”: also until "
            "the wallet has enough. Unless given, it is refused."
        ),
    ),
)

ERRORS = (
    Error(400, "BAD_REQUEST", _("A parameter is wrong. “field” names it.")),
    Error(401, "UNAUTHORIZED", _("The key is missing, mistyped, expired or revoked.")),
    Error(
        402,
        "INSUFFICIENT_CREDITS",
        _("The team wallet is empty. With “creditsRequired” and “creditsAvailable”."),
    ),
    Error(403, "FORBIDDEN", _("The owner of the key may not spend.")),
    Error(404, "NOT_FOUND", _("There is no such generation in this team.")),
    Error(409, "IDEMPOTENCY_IN_PROGRESS", _("The first request with this key is still under way.")),
    Error(422, "IDEMPOTENCY_KEY_REUSED", _("The same Idempotency-Key came with another body.")),
    Error(429, "RATE_LIMIT_EXCEEDED", _("Too many requests. “Retry-After” says how long.")),
    Error(
        429,
        "DAILY_LIMIT_EXCEEDED",
        _("The day’s credits are used, yours or the key’s. “resetAt” says until when."),
    ),
    Error(500, "INTERNAL_SERVER_ERROR", _("Our fault. Try again, with the same Idempotency-Key.")),
    Error(502, "UPSTREAM_ERROR", _("The team has no usable shared key just now.")),
)
