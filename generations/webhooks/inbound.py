"""Receiving an upstream's webhook: verify the raw bytes, keep them once, nudge, answer."""

import hashlib
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from generations.core import statement
from generations.core.prepared import Blank, Prepared
from generations.core.queue.wake import waking
from generations.core.statement import Write, Writes
from generations.keys.secrets import webhook_secrets
from generations.lifecycle.models import Attempt
from generations.providers import registry

APPLY = "generations.webhooks.tasks.apply"


class Refused(Exception):
    """Not kept. The text is for the log only."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def receive(slug: str, token: str, headers: Mapping[str, str], body: bytes) -> None:
    """Keep a webhook that its attempt's upstream signed. Nothing is parsed before it verifies.

    Twice is once. Raises Refused: 404 unknown token, 401 anything about the signature, 400 truly
    signed but not understood.
    """
    attempt = _attempt(slug, token)
    provider = registry.get(slug)
    secrets = webhook_secrets(attempt.upstream_key)
    if not secrets:
        raise Refused(401, f"key {attempt.upstream_key_id} has no webhook secret")
    if not any(provider.verify_webhook(headers, body, secret) for secret in secrets):
        raise Refused(401, f"signature does not verify for attempt {attempt.pk}")
    try:
        provider.parse_webhook(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, f"signed for attempt {attempt.pk}, but {error}") from error
    _keep(attempt, token, body)


def _attempt(slug: str, token: str) -> Attempt:
    attempt = BY_TOKEN.first(token=token)
    if attempt is None or attempt.upstream_key.provider != slug:
        raise Refused(404, "unknown token")
    return attempt


BY_TOKEN = Prepared(
    lambda: Attempt.objects.select_related("upstream_key").filter(
        token=Blank("token", Attempt._meta.get_field("token"))
    )
)

# What came before and is applied is not kept again, and wakes nobody.
WAITS = "SELECT digest FROM generations_receipt WHERE digest = %(digest)s AND applied_at IS NULL"
RECEIPT = Write(
    "receipt",
    """
    INSERT INTO generations_receipt (digest, attempt_id, body, received_at, verdict)
    VALUES (%(digest)s, %(attempt)s, %(body)s, %(now)s, '')
    ON CONFLICT (digest) DO NOTHING RETURNING digest
    """,
    kept=WAITS,
)
UNAPPLIED = Write(
    "unapplied",
    kept=f"SELECT digest FROM {{receipt}} AS receipt UNION {WAITS}",  # noqa: S608  # a constant
)


def _keep(attempt: Attempt, token: str, body: bytes) -> None:
    digest = hashlib.sha256(token.encode() + body).hexdigest()
    given = {"digest": digest, "attempt": attempt.pk, "body": body, "now": timezone.now()}
    writes = Writes((RECEIPT, UNAPPLIED), given=given) + waking("unapplied", APPLY, digest)
    with transaction.atomic():
        statement.run(writes, "SELECT 1 FROM {unapplied} AS kept")
