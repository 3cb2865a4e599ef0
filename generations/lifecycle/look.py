"""Looking after one generation at the upstream: polling it, and deciding at its deadline."""

from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from generations.core import clock
from generations.keys import upstream
from generations.keys.models import UnknownPolicy
from generations.lifecycle import moves
from generations.lifecycle.apply import apply
from generations.lifecycle.dispatch import resend
from generations.lifecycle.finish import fail
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.states import AttemptState, Failure, Status
from generations.providers import registry
from generations.providers.contract import ProviderError

# Seconds between two polls of one generation; the last one repeats until the deadline.
POLLS = [2, 3, 5, 8, 13, 21, 34, 60]
MOST_SENDS = 3


def look(generation_id: UUID | str) -> None:
    """Do what is due for one generation. Safe to run twice."""
    generation = Generation.objects.select_related("upstream_key").filter(pk=generation_id).first()
    if generation is None:
        return
    if generation.status == Status.PROCESSING:
        _poll(generation)
    elif generation.status == Status.UNKNOWN:
        _resolve(generation)


def _poll(generation: Generation) -> None:
    pause = POLLS[min(generation.tries, len(POLLS) - 1)]
    mine = Generation.objects.filter(
        Q(due_at__lte=clock.database_now()), pk=generation.pk, status=Status.PROCESSING
    ).update(due_at=clock.after(pause), tries=F("tries") + 1)
    if not mine:
        return
    is_overdue = _is_overdue(generation)
    try:
        _ask(generation)
    finally:
        # Whatever the last question brought or broke, here the wait is over.
        if is_overdue:
            with transaction.atomic():
                fail(generation, Failure.TIMED_OUT)


def _ask(generation: Generation) -> None:
    key = generation.upstream_key
    if not key.poll_path:
        return
    attempt = generation.attempts.select_related("upstream_key").get(n=generation.attempt)
    # On trouble the next poll or the deadline will tell.
    with suppress(ProviderError):
        connection = upstream.connection(key)
        apply(attempt, registry.get(key.provider).fetch(connection, generation.upstream_id))


def _resolve(generation: Generation) -> None:
    """The answer was lost and no webhook came: send the same bytes once more, or fail."""
    if not _is_overdue(generation):
        return
    key = generation.upstream_key
    attempt = generation.attempts.select_related("upstream_key", "generation").get(
        n=generation.attempt
    )
    repeatable = key.on_unknown == UnknownPolicy.RESUBMIT and key.honours_idempotency
    with transaction.atomic():
        if not repeatable or attempt.sends >= MOST_SENDS:
            fail(generation, Failure.UNKNOWN)
            return
        again = moves.move(
            generation,
            Status.SUBMITTING,
            lease_until=clock.after(settings.DEADLINES["open_lease"]),
        )
        if again:
            Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.OPEN)
    if again:
        resend(attempt)


def _is_overdue(generation: Generation) -> bool:
    return Generation.objects.filter(pk=generation.pk, deadline__lte=clock.database_now()).exists()
