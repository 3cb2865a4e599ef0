"""Recording what came of one submission. Fenced by the attempt: a stale answer moves nothing."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from generations.core import clock
from generations.keys import upstream
from generations.keys.models import KeyState
from generations.lifecycle import moves
from generations.lifecycle.finish import fail
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.news import take_news
from generations.lifecycle.states import AttemptState, Failure, Status, Wait
from generations.providers.contract import ProviderError, Result, ResultState, Submission, Trouble

SERVER_ERRORS = 3
# Seconds before the n-th next try after a definite "not now"; the last one repeats.
BACK_OFF = [1, 2, 5, 10, 30, 60]


def record(attempt: Attempt, outcome: Submission | ProviderError) -> None:
    """Write down an answer, a refusal, or that the answer was lost."""
    with transaction.atomic():
        generation = Generation.objects.select_for_update(no_key=True).get(pk=attempt.generation_id)
        if isinstance(outcome, Submission):
            _accepted(generation, attempt, outcome)
        elif _is_current(generation, attempt):
            _troubled(generation, attempt, outcome)


def _is_current(generation: Generation, attempt: Attempt) -> bool:
    return generation.attempt == attempt.n and generation.status in {
        Status.SUBMITTING,
        Status.UNKNOWN,
    }


def _accepted(generation: Generation, attempt: Attempt, answer: Submission) -> None:
    """A webhook may have been faster, or the lease have ended: news is adopted alike."""
    news = answer.result or Result(
        upstream_id=answer.upstream_id,
        state=ResultState.PROCESSING,
        url="",
        cost=answer.cost,
        code="",
        message="",
    )
    Attempt.objects.filter(pk=attempt.pk).update(
        http_status=answer.http_status, ended_at=clock.database_now()
    )
    take_news(generation, attempt, news)


def _troubled(generation: Generation, attempt: Attempt, error: ProviderError) -> None:
    resent = attempt.sends_so_far() > 1
    if error.trouble is Trouble.UNKNOWN or (resent and error.trouble is not Trouble.REFUSED):
        # A second send that failed says nothing of what became of the first.
        _lost(generation, attempt, error)
        return
    not_sent = error.trouble is Trouble.NOT_SENT
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.NOT_SENT if not_sent else AttemptState.REFUSED,
        http_status=error.http_status,
        ended_at=clock.database_now(),
    )
    match error.trouble:
        case Trouble.REFUSED:
            fail(generation, Failure.REFUSED, error.message)
        case Trouble.KEY_REJECTED:
            upstream.mark(attempt.upstream_key, KeyState.REJECTED)
            _requeue(generation, error.message, 0)
        case Trouble.EXHAUSTED:
            upstream.exhaust(attempt.upstream_key)
            _requeue(generation, error.message, 0)
        case Trouble.RATE_LIMITED:
            asked = error.retry_at or clock.now() + timedelta(seconds=BACK_OFF[-1])
            until = min(asked, clock.now() + upstream.MOST_BLOCKED)
            upstream.block(attempt.upstream_key, until)
            _requeue(generation, error.message, 0)
        case Trouble.SERVER_ERROR if generation.tries + 1 >= SERVER_ERRORS:
            fail(generation, Failure.SERVER_ERROR, error.message)
        case _:
            _requeue(generation, error.message, generation.tries + 1)


def _requeue(generation: Generation, note: str, tries: int) -> None:
    """Back into the line; the place by age is kept. Counted tries wait longer each time."""
    pause = BACK_OFF[min(tries, len(BACK_OFF)) - 1] if tries else 0
    moves.move(
        generation,
        Status.QUEUED,
        note,
        tries=tries,
        wait=Wait.RETRY if tries else Wait.TURN,
        due_at=clock.after(pause) if pause else None,
    )


def _lost(generation: Generation, attempt: Attempt, error: ProviderError) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.UNKNOWN, http_status=error.http_status
    )
    if generation.status == Status.SUBMITTING:
        deadline = clock.after(settings.DEADLINES["unknown"])
        moves.move(generation, Status.UNKNOWN, error.message, deadline=deadline)
