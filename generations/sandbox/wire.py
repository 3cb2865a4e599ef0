"""What goes over the wire: requests, replies, and errors in the vendor's shape."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from email.message import Message
from typing import Any

JSON = "application/json"


class HangUp(Exception):
    """Close the connection without an answer."""


class Instead(Exception):
    """Answer this, whatever the vendor's protocol says."""

    def __init__(self, reply: "Reply") -> None:
        super().__init__(f"status {reply.status}")
        self.reply = reply


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Message  # looked up without regard to case
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object. Raises WireError 400."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise bad("The body is not JSON.", "body") from error
        if not isinstance(value, dict):
            raise bad("The body must be a JSON object.", "body")
        return value


@dataclass(frozen=True)
class Reply:
    """`delivery` is what the first caller really gets; the answer itself is kept for the next."""

    status: int
    body: bytes | Iterator[bytes]
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: "Reply | HangUp | None" = None

    def with_headers(self, headers: Mapping[str, str]) -> "Reply":
        return replace(self, headers={**headers, **self.headers})


class WireError(Exception):
    """A refusal in the vendor's shape: an HTTP status and one entry in `errors`."""

    def __init__(self, status: int, code: str, message: str, **extensions: object) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.extensions = extensions
        self.headers: dict[str, str] = {}

    def reply(self) -> Reply:
        extensions = {"code": self.code, **self.extensions}
        body = {"errors": [{"message": self.message, "extensions": extensions}]}
        return replace(reply_json(body, self.status), headers=self.headers)


def reply_json(value: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode())


def reply_text(text: str, status: int = 200, kind: str = "text/plain") -> Reply:
    return Reply(status, text.encode(), f"{kind}; charset=utf-8")


def bad(message: str, field_name: str) -> WireError:
    """A 400 that names the offending field."""
    return WireError(400, "BAD_REQUEST", message, field=field_name)


def unauthorized() -> WireError:
    return WireError(401, "UNAUTHORIZED", "Missing or invalid API key")


def not_found(message: str = "There is nothing at this address") -> WireError:
    return WireError(404, "NOT_FOUND", message)


def broke(required: int, available: int) -> WireError:
    return WireError(
        402,
        "INSUFFICIENT_CREDITS",
        "Insufficient credits for this operation",
        creditsRequired=required,
        creditsAvailable=available,
    )


def limited(message: str, reset: int, now: float) -> WireError:
    """A 429; `reset` is in Unix seconds."""
    error = WireError(429, "RATE_LIMIT_EXCEEDED", message)
    error.headers = {
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(reset),
        "Retry-After": str(max(1, round(reset - now))),
    }
    return error
