"""The sealed secrets of an upstream key: how they are stored, and what still verifies."""

from django.db.models import Q
from django.utils.translation import gettext as _

from generations.core import clock, crypto
from generations.core.prepared import Blank, Prepared
from generations.keys.models import KeySecret, UpstreamKey

LEAST, MOST = 8, 500
OVERLAP_SECONDS = 24 * 3600  # a webhook secret that was replaced still verifies so long


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


def webhook_secrets(key: UpstreamKey) -> list[str]:
    """What its webhooks may be signed with, newest first; '' is none of it.

    A retired one that cannot be opened is passed over. Raises crypto.CannotOpen for the current.
    """
    found = []
    for row in RECENT.all(key=key.pk):
        try:
            found.append(row.webhook_secret)
        except crypto.CannotOpen:
            if row.retired_at is None:
                raise
    return [secret for secret in found if secret]


RECENT = Prepared(
    lambda: KeySecret.objects.filter(
        Q(retired_at=None) | Q(retired_at__gt=clock.after(-OVERLAP_SECONDS)),
        key=Blank("key", UpstreamKey._meta.pk),
    ).order_by("-created_at")
)


def _fits_header(text: str) -> bool:
    """Anything else would break the header that it travels in, or split it."""
    return len(text) <= MOST and text.isascii() and text.isprintable() and " " not in text
