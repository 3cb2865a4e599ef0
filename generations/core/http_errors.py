"""How a request can end without an answer. `core.http` raises these; import them from there."""

from django.utils.translation import gettext as _


class HttpError(Exception):
    """No answer. The message may be shown to people: it tells nothing of what was found inside."""


class NotAllowed(HttpError):
    """The address is not one the hub connects to. Nothing was sent."""

    def __init__(self) -> None:
        super().__init__(_("The hub does not connect to this address."))


class NotSent(HttpError):
    """Resolving, connecting or the TLS handshake failed: for certain nothing was sent."""


class AnswerLost(HttpError):
    """The request may have been received, but its answer was not, or not wholly."""


class TooLong(AnswerLost):
    """The answer is larger than the caller takes."""

    def __init__(self) -> None:
        super().__init__(_("The server's answer was too long."))
