"""Identifiers: time-ordered for rows people see, unguessable for capabilities."""

import secrets
import threading
import time
from uuid import UUID

from django.db import connection

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits.

    Always greater than the one before in this process, so that rows made together keep their
    order.
    """
    global _last
    with _lock:
        stamp = (time.time_ns() // 1_000_000) << 74
        _last = max(stamp | secrets.randbits(74), _last + 1)
        value = _last
    time_and_random = (value >> 74) << 80 | (value >> 62 & 0xFFF) << 64 | value & (1 << 62) - 1
    return UUID(int=time_and_random | 0x7 << 76 | 0x2 << 62)


def token() -> str:
    """192 random bits in 32 URL-safe characters."""
    return secrets.token_urlsafe(24)


def for_sql(value: UUID | None) -> UUID | str | None:
    """As this database keeps it, for statements written by hand: SQLite has no such type."""
    return value if value is None or connection.features.has_native_uuid_field else value.hex
