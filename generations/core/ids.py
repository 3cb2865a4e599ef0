"""Identifiers: time-ordered for rows people see, unguessable for capabilities."""

import os
import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)


def token() -> str:
    """192 random bits in 32 URL-safe characters."""
    return secrets.token_urlsafe(24)
