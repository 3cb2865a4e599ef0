"""Claiming: who is sent next. One short transaction under the rows of the line's shared keys."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from generations.core import clock
from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle import line, moves
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.room import room
from generations.lifecycle.states import Status

MOST = 500


def claim(key_id: UUID | str, most: int = MOST) -> list[Attempt]:
    """Take from the line that this key stands before, at most so many, each with a fresh attempt.

    Every key of the team and mode takes what its concurrency and rate allow, in turn; the oldest
    first. So one wake-up sends all that can be sent, whichever key it names, and a key that can
    take nothing leaves it to the others.
    """
    attempts: list[Attempt] = []
    with transaction.atomic():
        # Every claim of this line takes these locks first, in this order (SQLite: the transaction
        # is the lock): nobody is taken twice, and a person's ceiling holds over all the keys.
        for key in upstream.beside(key_id).select_for_update(of=("self",), no_key=True):
            attempts += _claim_for(key, most - len(attempts))
    return attempts


def _claim_for(key: UpstreamKey, most: int) -> list[Attempt]:
    free, _reason = room(key) if most else (0, "")
    if free <= 0:
        return []
    chosen = line.next_for(key, min(free, most))
    # Whoever was cancelled since the line was read is left out, and who is being cancelled at this
    # moment, too: waiting for it with another key's rows in hand would be a deadlock.
    waiting = Generation.objects.filter(status=Status.QUEUED, pk__in=chosen)
    unlocked = waiting.select_for_update(of=("self",), no_key=True, skip_locked=True)
    found = {row.pk: row for row in unlocked}
    claimed = [found[each] for each in chosen if each in found]
    if not claimed:
        return []
    moves.move_all(
        claimed,
        Status.SUBMITTING,
        attempt=F("attempt") + 1,
        upstream_key=key,
        claimed_at=clock.database_now(),
        lease_until=clock.after(settings.DEADLINES["open_lease"]),
        tries=F("tries"),
    )
    for generation in claimed:
        generation.attempt += 1
        generation.upstream_key = key
    return Attempt.objects.bulk_create(
        Attempt(generation=each, n=each.attempt, upstream_key=key) for each in claimed
    )
