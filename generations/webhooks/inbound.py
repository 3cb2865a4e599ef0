"""Receiving an upstream's webhook: verify the raw bytes, keep them once, nudge, answer."""

import hashlib
from collections.abc import Mapping

from django.db import transaction

from generations.core.queue.wake import wake
from generations.keys import upstream
from generations.lifecycle.models import Attempt
from generations.providers import registry
from generations.webhooks.models import Receipt

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
    secrets = upstream.webhook_secrets(attempt.upstream_key)
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
    attempt = Attempt.objects.select_related("upstream_key").filter(token=token).first()
    if attempt is None or attempt.upstream_key.provider != slug:
        raise Refused(404, "unknown token")
    return attempt


def _keep(attempt: Attempt, token: str, body: bytes) -> None:
    digest = hashlib.sha256(token.encode() + body).hexdigest()
    receipt = Receipt(digest=digest, attempt=attempt, body=body)
    with transaction.atomic():
        Receipt.objects.bulk_create([receipt], ignore_conflicts=True)
        unapplied = Receipt.objects.filter(digest=digest, applied_at=None)
        for pk in unapplied.values_list("pk", flat=True):
            wake(APPLY, pk)
