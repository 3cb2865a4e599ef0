"""Claiming: who is sent next. One short transaction under the shared key's row."""

from uuid import UUID

from django.conf import settings
from django.db import transaction

from generations.core import clock
from generations.keys.models import UpstreamKey
from generations.lifecycle import line, moves
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.states import Status


def claim(key_id: UUID | str) -> list[Attempt]:
    """Take what the key's concurrency and rate allow, in turn, each with a fresh attempt."""
    with transaction.atomic():
        # Every claim of this key takes this lock first (SQLite: the transaction is the lock).
        key = (
            UpstreamKey.objects.select_for_update(of=("self",), no_key=True)
            .select_related("team")
            .filter(pk=key_id)
            .first()
        )
        free, _reason = line.room(key) if key else (0, None)
        if key is None or free <= 0:
            return []
        chosen = line.in_turn(key, free)
        rows = Generation.objects.in_bulk(chosen)
        attempts = [_claim_one(rows[generation_id], key) for generation_id in chosen]
        return [attempt for attempt in attempts if attempt]


def _claim_one(generation: Generation, key: UpstreamKey) -> Attempt | None:
    n = generation.attempt + 1
    moved = moves.move(
        generation,
        Status.SUBMITTING,
        attempt=n,
        claimed_at=clock.database_now(),
        lease_until=clock.after(settings.DEADLINES["open_lease"]),
        tries=generation.tries,
    )
    if not moved:
        return None
    generation.attempt = n
    return Attempt.objects.create(generation=generation, n=n, upstream_key=key)
