"""Signatures of webhooks: the upstream's own form, and Standard Webhooks."""

import base64
import hashlib
import hmac
import os
from datetime import UTC, datetime

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

SCHEME = "sha256="


def signature(body: bytes, secret: str) -> str:
    """`sha256=` and the lower-case hex HMAC-SHA256 of the raw body. Raises ValueError on no secret.

    Anybody can sign with an empty secret, so there is no such signature.
    """
    if not secret:
        raise ValueError("There is no secret to sign with.")
    return SCHEME + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verify(body: bytes, secret: str, header: str | None) -> bool:
    """Whether the header is exactly the body's signature. Fails closed, in constant time."""
    if not secret or not header:
        return False
    # Comparing text would raise on a header that is not ASCII.
    given = header.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(signature(body, secret).encode(), given)


def standard_headers(message_id: str, moment: datetime, body: bytes, secret: str) -> dict[str, str]:
    """The three headers of Standard Webhooks. `secret` is `whsec_` and base64.

    `moment` must know its time zone; the body must be UTF-8. Raises ValueError.
    """
    if moment.tzinfo is None:
        raise ValueError("The moment has no time zone.")
    moment = moment.astimezone(UTC)  # the library takes any other zone's clock for UTC
    try:
        signed = Webhook(secret).sign(message_id, moment, body.decode())
    except EmptyWebhookSecretError as error:
        raise ValueError("There is no secret to sign with.") from error
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signed,
    }


def new_webhook_secret() -> str:
    """A secret for Standard Webhooks (192 bits), of use for the upstream's form as well."""
    return "whsec_" + base64.b64encode(os.urandom(24)).decode()
