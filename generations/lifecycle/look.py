"""Looking after one generation at the upstream: polling it, and deciding at its deadline."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from generations.core import clock, crypto
from generations.keys import upstream
from generations.keys.models import UnknownPolicy
from generations.lifecycle import moves
from generations.lifecycle.apply import apply
from generations.lifecycle.dispatch import resend
from generations.lifecycle.finish import fail
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.states import AttemptState, Failure, Status
from generations.providers import registry
from generations.providers.contract import Connection, ProviderError, Result

# Seconds between two polls of one generation; the last one repeats until the deadline.
POLLS = [2, 3, 5, 8, 13, 21, 34, 60]
MOST_SENDS = 3
# Seconds after which an upstream may have forgotten an Idempotency-Key (they keep it for a day),
# and the same bytes would buy a second picture.
REMEMBERED = 12 * 3600.0


@dataclass(frozen=True)
class Question:
    """All that one poll needs, read beforehand: whoever asks it needs no database."""

    attempt: Attempt
    connection: Connection
    upstream_id: str
    is_overdue: bool

    def ask(self) -> Result:
        provider = registry.get(self.attempt.upstream_key.provider)
        return provider.fetch(self.connection, self.upstream_id)


def look(generation_id: UUID | str) -> None:
    """Do what is due for one generation. Safe to run twice."""
    generation = Generation.objects.select_related("upstream_key").filter(pk=generation_id).first()
    if generation is None:
        return
    if generation.status == Status.PROCESSING:
        if question := take(generation):
            hear(question, question.ask)
    elif generation.status == Status.UNKNOWN and (attempt := resolve(generation)):
        resend(attempt)


def take(generation: Generation) -> Question | None:
    """What to ask of one that is drawn, if it is due and can be asked for: then it is ours."""
    pause = POLLS[min(generation.tries, len(POLLS) - 1)]
    mine = Generation.objects.filter(
        Q(due_at__lte=clock.database_now()), pk=generation.pk, status=Status.PROCESSING
    ).update(due_at=clock.after(pause), tries=F("tries") + 1)
    if not mine:
        return None
    is_overdue, why = _is_overdue(generation), ""
    try:
        if generation.upstream_key.poll_path:
            return _question(generation, is_overdue)
    except crypto.CannotOpen:
        why = _("The key cannot be opened to ask for it.")
    if is_overdue:
        _time_out(generation, why)
    return None


def _question(generation: Generation, is_overdue: bool) -> Question:
    """Raises crypto.CannotOpen."""
    return Question(
        attempt=_attempt(generation),
        connection=upstream.connection(generation.upstream_key),
        upstream_id=generation.upstream_id,
        is_overdue=is_overdue,
    )


def hear(question: Question, answer: Callable[[], Result]) -> None:
    """Apply what `answer` returns, or raises. Past the deadline the wait is over, whatever it is.

    On trouble the next poll or the deadline will tell.
    """
    try:
        with suppress(ProviderError):
            apply(question.attempt, answer())
    finally:
        if question.is_overdue:
            _time_out(question.attempt.generation)


def _time_out(generation: Generation, why: str = "") -> None:
    with transaction.atomic():
        fail(generation, Failure.TIMED_OUT, why)


def resolve(generation: Generation) -> Attempt | None:
    """The answer was lost and no webhook came: the attempt to send once more, or the end.

    A key that the hub cannot open now sends nothing: that is an end, too, uncharged.
    """
    if not _is_overdue(generation):
        return None
    attempt = _attempt(generation)
    with transaction.atomic():
        if not _is_repeatable(attempt):
            fail(generation, Failure.UNKNOWN)
            return None
        if not generation.upstream_key.is_openable:
            fail(generation, Failure.UNKNOWN, _("The key cannot be opened to ask once more."))
            return None
        again = moves.move(
            generation,
            Status.SUBMITTING,
            lease_until=clock.after(settings.DEADLINES["open_lease"]),
        )
        if again:
            Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.OPEN)
    return attempt if again else None


def _attempt(generation: Generation) -> Attempt:
    related = generation.attempts.select_related("upstream_key", "generation")
    return related.get(n=generation.attempt)


def _is_repeatable(attempt: Attempt) -> bool:
    key = attempt.upstream_key
    return (
        key.on_unknown == UnknownPolicy.RESUBMIT
        and key.honours_idempotency
        and attempt.sends < MOST_SENDS
        and Attempt.objects.filter(pk=attempt.pk, claimed_at__gt=clock.after(-REMEMBERED)).exists()
    )


def _is_overdue(generation: Generation) -> bool:
    return Generation.objects.filter(pk=generation.pk, deadline__lte=clock.database_now()).exists()
