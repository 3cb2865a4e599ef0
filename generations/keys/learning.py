"""What the upstream says of a key by the way: its own rate, and how many credits are left."""

import logging
from uuid import UUID

from django.db.models import Q

from generations.core import clock, crypto
from generations.core.queue.wake import nudge
from generations.keys import upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.providers import registry
from generations.providers.contract import ProviderError, RateNews, Trouble
from generations.teams.models import TeamScoped

logger = logging.getLogger(__name__)

ASK = "generations.keys.tasks.balance"
ASK_AGAIN = 15 * 60.0  # seconds
BATCH = 200


def take_rate(key: UpstreamKey, rate: RateNews | None) -> None:
    """Learn from the rate headers of an answer to a submission; nothing is written without news.

    Its limit is taken as requests a minute, however small, but for 0, with which nothing could
    ever be learned again. "None left" is believed for 15 minutes at most.
    """
    if rate is None:
        return
    rows = UpstreamKey.objects.filter(pk=key.pk)
    if rate.limit and rate.limit != key.told_per_minute:
        rows.update(told_per_minute=rate.limit)
        key.told_per_minute = rate.limit
    if rate.remaining == 0 and rate.resets_at:
        until = min(rate.resets_at, clock.now() + upstream.MOST_BLOCKED)
        known = key.rate_resets_at
        if until > clock.now() and (known is None or known < until):
            earlier = Q(rate_resets_at=None) | Q(rate_resets_at__lt=until)
            rows.filter(earlier).update(rate_resets_at=until)
            key.rate_resets_at = until


def take_balance(key: UpstreamKey, credits_left: int | None) -> None:
    """Keep what the upstream says is left, with the time; None: it did not say."""
    if credits_left is None:
        return
    now = clock.database_now()
    UpstreamKey.objects.filter(pk=key.pk).update(
        balance=credits_left, balance_at=now, balance_asked_at=now
    )
    key.refresh_from_db(fields=["balance", "balance_at", "balance_asked_at"])


def ask_balance(key_id: UUID | str) -> None:
    """Ask the upstream of one key, at most every 15 minutes, outside any transaction."""
    # Marked before the question: an upstream in trouble is not asked again at once.
    if not _due().filter(pk=key_id).update(balance_asked_at=clock.database_now()):
        return
    key = UpstreamKey.objects.get(pk=key_id)
    try:
        take_balance(key, registry.get(key.provider).balance(upstream.connection(key)))
    except ProviderError as error:
        if error.trouble is Trouble.KEY_REJECTED:
            upstream.mark(key, KeyState.REJECTED)
    except crypto.CannotOpen:
        logger.exception("The balance of key %s could not be asked.", key.pk)


def ask_balances() -> int:
    """The sweep's step: a nudge for every active key whose balance is old."""
    due = _due().order_by("balance_asked_at").values_list("pk", flat=True)[:BATCH]
    return sum(nudge(ASK, pk) for pk in due)


def _due() -> TeamScoped[UpstreamKey]:
    is_old = Q(balance_asked_at=None) | Q(balance_asked_at__lt=clock.after(-ASK_AGAIN))
    return UpstreamKey.objects.filter(
        is_old,
        state=KeyState.ACTIVE,
        removed_at=None,
        provider__in=registry.telling_balance(),
    )
