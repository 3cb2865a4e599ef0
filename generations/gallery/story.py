"""What happened to one generation, step by step, as people read it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from generations.lifecycle.models import Generation, Transition
from generations.lifecycle.states import Status


@dataclass(frozen=True)
class Step:
    at: datetime
    words: str
    seconds: float | None  # until the next step
    credits: str = ""


def story(generation: Generation) -> list[Step]:
    moves = list(generation.transitions.order_by("id"))
    ends: list[datetime | None] = [move.at for move in moves[1:]]
    return [
        Step(
            at=move.at,
            words=_words(generation, move),
            seconds=(end - move.at).total_seconds() if end else None,
            credits=_credits(generation, move),
        )
        for move, end in zip(moves, [*ends, None], strict=True)
    ]


def _words(generation: Generation, move: Transition) -> str:
    if not move.source:
        return _("Asked by {name}").format(name=generation.author.name)
    words = {
        Status.QUEUED: _("Waits to be tried again"),
        Status.SUBMITTING: _("Sent"),
        Status.UNKNOWN: _("The answer was lost; confirming"),
        Status.PROCESSING: _("Being drawn"),
        Status.STORING: _("Drawn; being fetched"),
        Status.COMPLETED: _("Stored and settled"),
        Status.FAILED: _("Failed"),
        Status.CANCELLED: _("Cancelled"),
    }
    return words[Status(move.target)]


def _credits(generation: Generation, move: Transition) -> str:
    if not move.source and generation.hold:
        return _("held {number}").format(number=generation.hold.amount)
    if move.target == Status.COMPLETED:
        return _("charged {number}").format(number=generation.charged)
    return ""
