"""Comparing what the upstream says of one attempt with what was charged for it, in credits."""

from django.db.models import Sum

from generations.credits.models import Entry, EntryKind
from generations.lifecycle.models import (
    Attempt,
    Difference,
    DifferenceKind,
    Generation,
    Reconciliation,
)
from generations.lifecycle.states import Status
from generations.providers.contract import Result, ResultState


def stated(result: Result | None) -> int | None:
    """What the upstream bills: nothing for what it does not know; None where it does not say.

    A failure whose cost is not stated is free, as the upstream's own page has it.
    """
    if result is None:
        return 0
    if result.cost is None and result.state is ResultState.FAILED:
        return 0
    return result.cost


def note(
    row: Reconciliation,
    generation: Generation,
    attempt: Attempt,
    result: Result | None,
    billed: int | None,
) -> Difference | None:
    """Write the difference down, if there is one, inside the caller's transaction."""
    if billed is None:
        return None
    charged, lost = booked(generation, attempt)
    if billed == charged:
        return None
    return Difference.objects.create(
        team_id=generation.team_id,
        reconciliation=row,
        attempt=attempt,
        kind=_kind(generation, attempt, result, billed, charged, lost),
        billed=billed,
        charged=charged,
        lost=lost,
        unexplained=billed - charged - lost,
    )


def booked(generation: Generation, attempt: Attempt) -> tuple[int, int]:
    """What was charged for it, and what was booked as paid but not charged.

    Both belong to the attempt that the generation went on with: an earlier one is nobody's.
    """
    if attempt.n != generation.attempt:
        return 0, 0
    losses = Entry.objects.filter(reference=generation.pk, kind=EntryKind.LOSS)
    lost = losses.aggregate(sum=Sum("posted"))["sum"] or 0
    return generation.charged or 0, lost


def _kind(
    generation: Generation,
    attempt: Attempt,
    result: Result | None,
    billed: int,
    charged: int,
    lost: int,
) -> DifferenceKind:
    if result is None and charged:
        return DifferenceKind.UNKNOWN
    if result and result.state is ResultState.FAILED and charged:
        return DifferenceKind.FAILED
    if generation.is_late:
        return DifferenceKind.LATE
    if attempt.n == generation.attempt and generation.status == Status.FAILED and lost:
        return DifferenceKind.UNDELIVERED
    if not charged and not lost:
        return DifferenceKind.UNANSWERED
    return DifferenceKind.MORE if billed > charged else DifferenceKind.LESS
