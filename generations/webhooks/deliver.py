"""One try at telling a caller's `webhookUrl` how a generation ended."""

import logging
import random
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.utils.translation import gettext as _

from generations.core import clock, crypto, http, signing
from generations.webhooks import outbox, payload, schedule
from generations.webhooks.models import Delivery, DeliveryState

logger = logging.getLogger(__name__)

USER_AGENT = "Fluxhub-Webhooks/1"
CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
MOST_BYTES = 16 * 1024
# A receiver that asks for patience gets as much.
MOST_PATIENCE = 24 * 3600


@dataclass(frozen=True)
class Outcome:
    state: DeliveryState  # DUE: to be tried again
    note: str
    http_status: int | None = None
    pause: float = 0.0  # seconds that the receiver asked for


def deliver(delivery_id: str) -> None:
    """Try once, record it, and wake what is due next. Safe to call twice or at the wrong time."""
    delivery = outbox.take(delivery_id)
    if delivery is None:
        return
    _record(delivery, _try(delivery))
    outbox.wake_next(delivery)


def _try(delivery: Delivery) -> Outcome:
    key = delivery.transition.generation.api_key
    if key is None or key.revoked_at:
        return Outcome(DeliveryState.FAILED, _("The API key was revoked."))
    try:
        secret = key.webhook_secret
    except crypto.CannotOpen:  # the hub's own trouble: neither the receiver's end nor ours
        logger.exception("The webhook secret of API key %s cannot be opened.", key.pk)
        return Outcome(DeliveryState.DUE, _("The secret that signs it cannot be opened."))
    body = outbox.body(delivery, payload.encode)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "X-Doitong-Signature": signing.signature(body, secret),
        **signing.standard_headers(str(delivery.pk), clock.now(), body, secret),
    }
    try:
        answer = http.request(
            "POST",
            delivery.url,
            headers=headers,
            body=body,
            connect_timeout=CONNECT_SECONDS,
            # Well within the lease, so that no second try runs beside this one.
            total_timeout=min(TOTAL_SECONDS, settings.DEADLINES["delivery_lease"] * 0.75),
            max_bytes=MOST_BYTES,
        )
    except http.NotAllowed as error:
        return Outcome(DeliveryState.BLOCKED, str(error))
    except http.HttpError as error:
        return Outcome(DeliveryState.DUE, str(error))
    return _judge(answer)


def _judge(answer: http.Answer) -> Outcome:
    """Only a 2xx is a delivery; 410 says never again; 429 and 503 may say when."""
    status = answer.status
    if 200 <= status < 300:
        return Outcome(DeliveryState.DELIVERED, "", status)
    if status == 410:
        return Outcome(DeliveryState.FAILED, _("The receiver is gone."), status)
    if 300 <= status < 400:
        return Outcome(DeliveryState.DUE, _("The receiver redirected; we do not follow."), status)
    pause = _asked_pause(answer.headers.get("Retry-After", "")) if status in {429, 503} else 0.0
    return Outcome(DeliveryState.DUE, _("The receiver did not accept it."), status, pause)


def _asked_pause(text: str) -> float:
    """Seconds from a Retry-After header: a number or a date; 0 for anything else."""
    try:
        if text.isascii() and text.strip().isdigit():
            seconds = float(text)
        else:
            moment = parsedate_to_datetime(text)
            seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - clock.now()).total_seconds()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), MOST_PATIENCE)


def _record(delivery: Delivery, outcome: Outcome) -> None:
    delay = schedule.delay(delivery.tries, random.random)
    state = outcome.state
    if state == DeliveryState.DUE and delay is None:
        state = DeliveryState.FAILED
    changes: dict[str, object] = {
        "state": state,
        "http_status": outcome.http_status,
        "note": outcome.note[:200],
    }
    if state == DeliveryState.DUE:
        changes["due_at"] = clock.after(max(delay or 0.0, outcome.pause))
    if state == DeliveryState.DELIVERED:
        changes["delivered_at"] = clock.database_now()
    outbox.record(delivery, **changes)
