"""`Idempotency-Key`: a repeated call gets the first answer again and makes nothing new."""

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from generations.sandbox.wire import Reply, Request, WireError, bad

LIFETIME = 24 * 3600.0  # seconds
KEPT = 100_000
REPLAYED = {"Idempotency-Replayed": "true"}


@dataclass(frozen=True)
class Ticket:
    """One call that asks to be answered only once."""

    label: str
    path: str
    key: str
    fingerprint: str  # of the body

    @classmethod
    def of(cls, label: str, request: Request) -> "Ticket | None":
        """None without the header. Raises WireError 400 on a key that is none."""
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return None
        if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
            raise bad("Idempotency-Key must be 1 to 255 visible characters", "Idempotency-Key")
        return cls(label, request.path, key, hashlib.sha256(request.body).hexdigest())

    @property
    def place(self) -> tuple[str, str, str]:
        return self.label, self.path, self.key

    def refuse_other(self, fingerprint: str) -> None:
        """Raises WireError 422 when the key was used with another body."""
        if fingerprint != self.fingerprint:
            raise WireError(422, "IDEMPOTENCY_KEY_REUSED", "This key was used with another request")


@dataclass
class _Entry:
    fingerprint: str
    at: float
    reply: Reply | None = None


class Once:
    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: OrderedDict[tuple[str, str, str], _Entry] = OrderedDict()

    def run(self, ticket: Ticket | None, make: Callable[[], Reply]) -> Reply:
        """`make()`, or its first answer again. Raises WireError 409 and 422, and what it raises."""
        if ticket is None:
            return make()
        if reply := self._begin(ticket):
            return reply
        reply = None
        try:
            reply = make()
        finally:
            self._end(ticket.place, reply)
        return reply

    def forget(self) -> None:
        with self._lock:
            self._entries.clear()

    def _begin(self, ticket: Ticket) -> Reply | None:
        with self._lock:
            entry = self._entries.get(ticket.place)
            if entry is None or entry.at < time.monotonic() - LIFETIME:
                self._entries[ticket.place] = _Entry(ticket.fingerprint, time.monotonic())
                if len(self._entries) > KEPT:
                    self._entries.popitem(last=False)
                return None
            ticket.refuse_other(entry.fingerprint)
            if entry.reply is None:
                raise WireError(
                    409, "IDEMPOTENCY_IN_PROGRESS", "The first request with this key is running"
                )
            return replace(entry.reply.with_headers(REPLAYED), delivery=None)

    def _end(self, place: tuple[str, str, str], reply: Reply | None) -> None:
        """Keeps a success; a refusal is forgotten, so that the key may be tried again."""
        with self._lock:
            if reply is None or reply.status != 200:
                self._entries.pop(place, None)
            elif place in self._entries:
                self._entries[place].reply = reply
