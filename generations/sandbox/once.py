"""`Idempotency-Key`: a repeated call gets the first answer again and makes nothing new."""

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from generations.sandbox.wire import Reply, WireError, bad

LIFETIME = 24 * 3600.0  # seconds
KEPT = 100_000


@dataclass
class _Entry:
    fingerprint: bytes
    at: float
    reply: Reply | None = None


class Once:
    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: OrderedDict[tuple[str, str, str], _Entry] = OrderedDict()

    def run(
        self, label: str, path: str, key: str | None, body: bytes, make: Callable[[], Reply]
    ) -> Reply:
        """`make()`, or its first answer again. Raises WireError 409 and 422, and what it raises."""
        if key is None:
            return make()
        if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
            raise bad("Idempotency-Key must be 1 to 255 visible characters", "Idempotency-Key")
        place, fingerprint = (label, path, key), hashlib.sha256(body).digest()
        if reply := self._begin(place, fingerprint):
            return reply
        reply = None
        try:
            reply = make()
        finally:
            self._end(place, reply)
        return reply

    def forget(self) -> None:
        with self._lock:
            self._entries.clear()

    def _begin(self, place: tuple[str, str, str], fingerprint: bytes) -> Reply | None:
        with self._lock:
            entry = self._entries.get(place)
            if entry is None or entry.at < time.monotonic() - LIFETIME:
                self._entries[place] = _Entry(fingerprint, time.monotonic())
                if len(self._entries) > KEPT:
                    self._entries.popitem(last=False)
                return None
            if entry.fingerprint != fingerprint:
                raise WireError(
                    422, "IDEMPOTENCY_KEY_REUSED", "This key was used with another request"
                )
            if entry.reply is None:
                raise WireError(
                    409, "IDEMPOTENCY_IN_PROGRESS", "The first request with this key is running"
                )
            headers = {**entry.reply.headers, "Idempotency-Replayed": "true"}
            return replace(entry.reply, headers=headers, delivery=None)

    def _end(self, place: tuple[str, str, str], reply: Reply | None) -> None:
        """Keeps a success; a refusal is forgotten, so that the key may be tried again."""
        with self._lock:
            if reply is None or reply.status != 200:
                self._entries.pop(place, None)
            elif place in self._entries:
                self._entries[place].reply = reply
