"""The sealed secrets of an upstream key: written here, read by `upstream` alone."""

from django.utils.translation import gettext as _

from generations.keys.models import KeySecret, UpstreamKey

LEAST, MOST = 8, 500


class BadSecret(ValueError):
    """What was entered cannot be a key or a webhook secret."""


def store(key: UpstreamKey, api_key: str, webhook_secret: str) -> str:
    """Seal them as the key's current secret; its last four characters. Raises BadSecret.

    The one before must be retired already.
    """
    api_key, webhook_secret = api_key.strip(), webhook_secret.strip()
    if len(api_key) < LEAST or not all(_fits_header(text) for text in (api_key, webhook_secret)):
        raise BadSecret(_("A key has 8 to 500 letters, digits and signs, without spaces."))
    secret = KeySecret(key=key, last4=api_key[-4:])
    secret.api_key, secret.webhook_secret = api_key, webhook_secret
    secret.save(force_insert=True)
    return secret.last4


def _fits_header(text: str) -> bool:
    """Anything else would break the header that it travels in, or split it."""
    return len(text) <= MOST and text.isascii() and text.isprintable() and " " not in text
