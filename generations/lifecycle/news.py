"""News of a generation at the upstream, from an answer, a webhook or a poll: one door for all.

Whatever comes first moves it on; what comes twice or late changes nothing more.
"""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from generations.core import clock
from generations.core.queue.wake import wake
from generations.keys.models import UpstreamKey
from generations.lifecycle import moves
from generations.lifecycle.finish import fail
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.states import AttemptState, Failure, Status
from generations.providers.contract import Result, ResultState

# Seconds from acceptance to the first poll: soon where no webhook will come.
FIRST_POLL = 2
FIRST_POLL_WITH_WEBHOOK = 10


def take_news(generation: Generation, attempt: Attempt, news: Result) -> str:
    """Apply verified news inside the caller's transaction, the generation's row locked.

    Returns the verdict: "applied", "no change", "stale" (an attempt that was given up) or
    "quarantined" (the upstream's identifier belongs to another job).
    """
    if not _adopt(attempt, news.upstream_id):
        return "quarantined"
    if attempt.n != generation.attempt:
        return "stale"
    match news.state:
        case ResultState.PROCESSING:
            applied = _processing(generation, attempt, news)
        case ResultState.COMPLETED:
            applied = _completed(generation, attempt, news)
        case ResultState.FAILED:
            applied = _failed(generation, news)
    return "applied" if applied else "no change"


def _adopt(attempt: Attempt, upstream_id: str) -> bool:
    """Learn the upstream's identifier, once; it never changes and belongs to one attempt."""
    known = Attempt.objects.values_list("upstream_id", flat=True).get(pk=attempt.pk)
    if known:
        return known == upstream_id
    try:
        with transaction.atomic():
            Attempt.objects.filter(pk=attempt.pk).update(
                upstream_id=upstream_id, state=AttemptState.ACCEPTED
            )
    except IntegrityError:
        return False
    attempt.upstream_id = upstream_id
    return True


def _processing(generation: Generation, attempt: Attempt, news: Result) -> bool:
    if generation.status not in {Status.SUBMITTING, Status.UNKNOWN}:
        return False
    return moves.move(
        generation,
        Status.PROCESSING,
        upstream_id=attempt.upstream_id,
        result_cost=news.cost,
        **drawing(attempt.upstream_key),
    )


def drawing(key: UpstreamKey) -> dict[str, Any]:
    """What begins when the upstream has accepted."""
    return {
        "submitted_at": clock.database_now(),
        "crashes": 0,
        "due_at": clock.after(FIRST_POLL_WITH_WEBHOOK if key.has_webhook else FIRST_POLL),
        "deadline": clock.after(settings.DEADLINES["processing"]),
    }


def _completed(generation: Generation, attempt: Attempt, news: Result) -> bool:
    found: dict[str, Any] = {"upstream_id": attempt.upstream_id, "result_url": news.url}
    if news.cost is not None:  # else what was stated when it was accepted, if anything was
        found["result_cost"] = news.cost
    if generation.status == Status.FAILED:
        return _late(generation, found)
    if Status.STORING not in moves.reachable(generation):
        return False
    if generation.submitted_at is None:
        found["submitted_at"] = clock.database_now()
    moved = moves.move(
        generation,
        Status.STORING,
        _("The cost that the upstream stated makes no sense") if news.has_odd_cost else "",
        deadline=clock.after(settings.DEADLINES["storing"]),
        crashes=0,
        **found,
    )
    if moved:
        wake(moves.STORE, generation.pk)
    return moved


def _late(generation: Generation, found: dict[str, Any]) -> bool:
    """A picture of a generation given up before: fetch it all the same; it costs the team 0."""
    fresh = Generation.objects.filter(pk=generation.pk, status=Status.FAILED, result_url="")
    late = fresh.update(deadline=clock.after(settings.DEADLINES["storing"]), **found)
    if late:
        wake(moves.STORE, generation.pk)
    return bool(late)


def _failed(generation: Generation, news: Result) -> bool:
    if Status.STORING not in moves.reachable(generation):
        return False
    return fail(generation, Failure.FAILED, news.message)
