"""Sealing of secrets at rest: AES-256-GCM, bound to the place the secret lives in.

A sealed value is `version (1) | key id (4) | nonce (12) | ciphertext and tag`. The first of
FLUXHUB_ENCRYPTION_KEYS seals, all of them open, and a value that none of them opens raises:
nothing ever falls back to returning ciphertext.
"""

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION = b"\x01"
HEADER = len(VERSION) + 4
NONCE = 12


class CannotOpen(Exception):
    """The sealed value is damaged, was moved from elsewhere, or its key is gone."""


def seal(secret: str, place: str) -> bytes:
    """Seal a secret for one place, such as `table.column:row id`; it opens nowhere else."""
    key_id, cipher = next(iter(_keys().items()))
    nonce = os.urandom(NONCE)
    return VERSION + key_id + nonce + cipher.encrypt(nonce, secret.encode(), place.encode())


def open_sealed(sealed: bytes, place: str) -> str:
    """The secret that was sealed for this place. Raises CannotOpen."""
    cipher = _keys().get(sealed[1:HEADER])
    if sealed[:1] != VERSION or cipher is None:
        raise CannotOpen("No encryption key of this hub fits. Was FLUXHUB_ENCRYPTION_KEYS changed?")
    nonce, body = sealed[HEADER : HEADER + NONCE], sealed[HEADER + NONCE :]
    try:
        return cipher.decrypt(nonce, body, place.encode()).decode()
    except InvalidTag as error:
        raise CannotOpen("The sealed value was altered or moved.") from error


def is_current(sealed: bytes) -> bool:
    """Whether the first key sealed it, so that `rotate_keys` may pass it over."""
    return sealed[1:HEADER] == next(iter(_keys()))


def derive(secret: str, label: str) -> str:
    """A secret of its own for one purpose (64 hex characters), from a parent secret."""
    if not secret:
        raise ImproperlyConfigured("Cannot derive from an empty secret.")
    return hmac.new(secret.encode(), label.encode(), hashlib.sha256).hexdigest()


def new_key() -> str:
    """A fresh value for FLUXHUB_ENCRYPTION_KEYS."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def _keys() -> dict[bytes, AESGCM]:
    return _load(tuple(settings.FLUXHUB_ENCRYPTION_KEYS))


@lru_cache(maxsize=4)
def _load(encoded: tuple[str, ...]) -> dict[bytes, AESGCM]:
    keys = {}
    for text in encoded:
        try:
            root = base64.urlsafe_b64decode(text)
        except binascii.Error as error:
            raise ImproperlyConfigured(
                "FLUXHUB_ENCRYPTION_KEYS holds a key that is not base64."
            ) from error
        if len(root) < 32:
            raise ImproperlyConfigured("Each of FLUXHUB_ENCRYPTION_KEYS needs 32 bytes or more.")
        purpose = HKDF(SHA256(), 32, salt=None, info=b"fluxhub sealed fields").derive(root)
        keys[hashlib.sha256(purpose).digest()[:4]] = AESGCM(purpose)
    if not keys:
        raise ImproperlyConfigured("FLUXHUB_ENCRYPTION_KEYS is empty.")
    return keys
