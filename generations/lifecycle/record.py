"""Recording what came of one submission. Fenced by the attempt: a stale answer moves nothing."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from generations.core import clock
from generations.keys import learning, upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle import moves
from generations.lifecycle.accept import accept_all
from generations.lifecycle.finish import fail
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.news import take_news
from generations.lifecycle.states import AttemptState, Failure, Status, Wait
from generations.providers.contract import ProviderError, Result, ResultState, Submission, Trouble

logger = logging.getLogger(__name__)

Outcome = tuple[Attempt, Submission | ProviderError]
SERVER_ERRORS = 3
# Seconds before the n-th next try after a definite "not now"; the last one repeats.
BACK_OFF = [1, 2, 5, 10, 30, 60]


def record_all(outcomes: Iterable[Outcome]) -> None:
    """record() for several of one line: what was accepted together, the rest one by one.

    Raises the first fault, after the others are recorded.
    """
    fault: Exception | None = None
    outcomes = list(outcomes)
    for attempt, outcome in outcomes:
        learning.take_rate(attempt.upstream_key, outcome.rate)
    accepted = accept_all(
        {
            attempt: outcome
            for attempt, outcome in outcomes
            if isinstance(outcome, Submission) and outcome.result is None
        }
    )
    for attempt, outcome in outcomes:
        if attempt in accepted:
            continue
        try:
            _record(attempt, outcome)
        except Exception as error:  # the boundary: one answer's fault must not drop the others
            logger.exception("What came of attempt %s could not be recorded.", attempt.pk)
            fault = fault or error
    if fault:
        raise fault


def record(attempt: Attempt, outcome: Submission | ProviderError) -> None:
    """Write down an answer, a refusal, or that the answer was lost."""
    # Before the generation is locked: a claim locks the keys first, and then generations.
    learning.take_rate(attempt.upstream_key, outcome.rate)
    _record(attempt, outcome)


def _record(attempt: Attempt, outcome: Submission | ProviderError) -> None:
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
    sends = attempt.sends_so_far()
    if error.trouble is Trouble.UNKNOWN or (sends > 1 and error.trouble is not Trouble.REFUSED):
        # A second send that failed says nothing of what became of the first.
        _lost(generation, attempt, error)
        return
    not_sent = error.trouble is Trouble.NOT_SENT or not sends
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
            learning.take_balance(attempt.upstream_key, error.credits_left)
            upstream.exhaust(attempt.upstream_key)
            _requeue(generation, error.message, 0)
        case Trouble.RATE_LIMITED:
            asked = error.retry_at or clock.now() + timedelta(seconds=BACK_OFF[-1])
            until = min(asked, clock.now() + upstream.MOST_BLOCKED)
            upstream.block(attempt.upstream_key, until)
            _requeue(generation, error.message, 0)
        case Trouble.NOT_SENT:
            tries = generation.tries + 1
            _requeue(generation, error.message, tries, _after_missing(attempt.upstream_key, tries))
        case Trouble.SERVER_ERROR if generation.tries + 1 >= SERVER_ERRORS:
            fail(generation, Failure.SERVER_ERROR, error.message)
        case _:
            _requeue(generation, error.message, generation.tries + 1)


def _after_missing(key: UpstreamKey, tries: int) -> Wait:
    """Another key tries at once what this one could not send, until each has tried once more."""
    keys = upstream.in_line(key.team_id, key.mode).filter(state=KeyState.ACTIVE).count()
    return Wait.ELSEWHERE if tries % max(1, keys) else Wait.RETRY


def _requeue(generation: Generation, note: str, tries: int, wait: Wait = Wait.RETRY) -> None:
    """Back into the line; the place by age is kept. Counted tries wait longer each time.

    Also where the lease had ended: what was sent once and refused for now is nowhere else.
    """
    pause = BACK_OFF[min(tries, len(BACK_OFF)) - 1] if tries else 0
    moves.move(
        generation,
        Status.QUEUED,
        note,
        tries=tries,
        wait=wait if tries else Wait.TURN,
        due_at=clock.after(pause) if pause else None,
    )


def _lost(generation: Generation, attempt: Attempt, error: ProviderError) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.UNKNOWN, http_status=error.http_status
    )
    if generation.status == Status.SUBMITTING:
        deadline = clock.after(settings.DEADLINES["unknown"])
        moves.move(generation, Status.UNKNOWN, error.message, deadline=deadline)
