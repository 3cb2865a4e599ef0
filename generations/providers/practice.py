"""The credentials of the built-in upstream: derived, so that nothing has to be agreed on."""

from django.conf import settings

from generations.core import crypto


def credentials(label: str) -> tuple[str, str]:
    """The API key and the webhook secret that the sandbox knows this label by.

    The label (a team's id in hex) is part of the key: the sandbox derives both again from the
    same SANDBOX_SECRET. Raises ImproperlyConfigured when there is none.
    """
    secret: str = settings.SANDBOX_SECRET
    api_key = f"sandbox_{label}_{crypto.derive(secret, 'key:' + label)[:32]}"
    return api_key, "whsec_" + crypto.derive(secret, "webhook:" + label)
