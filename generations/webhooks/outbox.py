"""Deliveries as rows: queued with the end of a generation, leased for one try, woken again."""

import random
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils.translation import gettext as _

from generations.core import clock
from generations.core.queue.wake import nudge, wake
from generations.lifecycle.models import Transition
from generations.lifecycle.states import FINAL
from generations.webhooks import schedule
from generations.webhooks.models import Delivery, DeliveryState

DELIVER = "generations.webhooks.tasks.deliver"
A_ROUND = 500
# How far back the sweep looks for ends that nobody was told of.
MISSED_SECONDS = 3600


def queue(transition: Transition) -> None:
    """One delivery for an end that its caller wants to be told of, in the caller's transaction.

    The body is written at the first try, when all that belongs to the end is there.
    """
    generation = transition.generation
    if transition.target not in FINAL or not generation.webhook_url:
        return
    if generation.api_key_id is None:  # whose secret would sign it
        return
    delivery = Delivery(
        team_id=generation.team_id,
        generation=generation,
        transition=transition,
        url=generation.webhook_url,
        body=b"",
        due_at=clock.database_now(),
    )
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)
    wake(DELIVER, delivery.pk)


def take(delivery_id: str) -> Delivery | None:
    """Lease a due delivery for one try, counted before it is made. None where it is not its turn.

    At most half of the workers wait for receivers at a time, and not all of these for one team's:
    a receiver that hangs must not hold up the pictures.
    """
    delivery = (
        Delivery.objects.select_related("transition__generation__api_key")
        .filter(_is_due(), pk=delivery_id)
        .first()
    )
    if delivery is None or not _has_slot(delivery):
        return None
    mine = Delivery.objects.filter(_is_due(), pk=delivery.pk, tries=delivery.tries)
    if schedule.delay(delivery.tries, random.random) is None:
        mine.update(state=DeliveryState.FAILED, note=_("The worker stopped at each try."))
        return None
    lease = clock.after(settings.DEADLINES["delivery_lease"])
    if not mine.update(lease_until=lease, tries=delivery.tries + 1):
        return None
    delivery.tries += 1
    return delivery


def body(delivery: Delivery, write: Callable[[Transition], bytes]) -> bytes:
    """The delivery's bytes: written once, the same over all tries."""
    if not delivery.body:
        fresh = Delivery.objects.filter(pk=delivery.pk, body=b"")
        fresh.update(body=write(delivery.transition))
        delivery.refresh_from_db(fields=["body"])
    return bytes(delivery.body)


def record(delivery: Delivery, **changes: object) -> None:
    """Write down how this try ended, unless its lease ended before and another try began."""
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.DUE, tries=delivery.tries).update(
        lease_until=None, **changes
    )


def wake_next(last: Delivery) -> None:
    """A place came free: for another team's most overdue delivery, else for the same team's."""
    busy = Delivery.objects.filter(_is_running()).values("team_id")
    others_first = Case(When(team_id=last.team_id, then=1), default=0)
    waiting = Delivery.objects.filter(_is_due()).exclude(team_id__in=busy)
    for pk in waiting.order_by(others_first, "due_at").values_list("pk", flat=True)[:1]:
        wake(DELIVER, pk)


def due() -> int:
    """Sweep step: wake each team's most overdue delivery, also where the worker that had it died.

    The next of the same team follows when that one ended.
    """
    rows = Delivery.objects.filter(_is_due())
    teams = rows.order_by().values_list("team_id", flat=True).distinct()[:A_ROUND]
    for team_id in teams:
        first = rows.filter(team_id=team_id).order_by("due_at").values_list("pk", flat=True)[:1]
        for pk in first:
            nudge(DELIVER, pk)
    return len(teams)


def undelivered() -> int:
    """Sweep step: queue what a missed signal did not."""
    known = Delivery.objects.filter(transition=OuterRef("pk"))
    missed = (
        Transition.objects.filter(
            ~Exists(known),
            at__gt=clock.after(-MISSED_SECONDS),
            target__in=FINAL,
            generation__api_key__isnull=False,
        )
        .exclude(generation__webhook_url="")
        .select_related("generation")[:A_ROUND]
    )
    count = 0
    for transition in missed:
        with transaction.atomic():
            queue(transition)
        count += 1
    return count


def _is_due() -> Q:
    now = clock.database_now()
    is_free = Q(lease_until=None) | Q(lease_until__lte=now)
    return is_free & Q(state=DeliveryState.DUE, due_at__lte=now)


def _is_running() -> Q:
    return Q(state=DeliveryState.DUE, lease_until__gt=clock.database_now())


def _has_slot(delivery: Delivery) -> bool:
    """Counted without a lock: two at the same moment may exceed it by one, and nothing breaks."""
    slots = max(1, int(settings.QUEUE_WORKERS) // 2)
    running = list(Delivery.objects.filter(_is_running()).values_list("team_id", flat=True)[:slots])
    return len(running) < slots and running.count(delivery.team_id) < max(1, slots // 2)
