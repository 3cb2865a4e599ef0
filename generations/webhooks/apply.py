"""Applying what was received: outside the upstream's request, as often as it takes, once."""

import logging

from django.conf import settings

from generations.core import clock
from generations.core.queue.wake import nudge
from generations.lifecycle.apply import apply_news
from generations.providers import registry
from generations.webhooks.inbound import APPLY
from generations.webhooks.models import Receipt

logger = logging.getLogger(__name__)

QUARANTINED = "quarantined"
# After that, polling has long found the truth.
GIVE_UP_SECONDS = 24 * 3600
A_ROUND = 500


def apply(digest: str) -> None:
    """Move the attempt's generation on by one receipt, and record the verdict.

    Dying before the verdict is recorded means doing it again, which changes nothing more.
    """
    receipt = (
        Receipt.objects.select_related("attempt__upstream_key", "attempt__generation")
        .filter(digest=digest, applied_at=None)
        .first()
    )
    if receipt is None:
        return
    verdict = _verdict(receipt)
    if verdict == QUARANTINED:
        logger.error("Receipt %s names another job than its callback token.", receipt.pk)
    Receipt.objects.filter(pk=receipt.pk, applied_at=None).update(
        applied_at=clock.database_now(), verdict=verdict[:40]
    )


def unapplied() -> int:
    """Sweep step: wake again what a lost message or a dead worker left unapplied."""
    overdue = Receipt.objects.filter(
        applied_at=None,
        received_at__lt=clock.after(-settings.DEADLINES["receipt"]),
        received_at__gt=clock.after(-GIVE_UP_SECONDS),
    )
    found = list(overdue.order_by("received_at").values_list("digest", flat=True)[:A_ROUND])
    for digest in found:
        nudge(APPLY, digest)
    return len(found)


def _verdict(receipt: Receipt) -> str:
    attempt = receipt.attempt
    provider = registry.get(attempt.upstream_key.provider)
    return apply_news(attempt, provider.parse_webhook(bytes(receipt.body)))
