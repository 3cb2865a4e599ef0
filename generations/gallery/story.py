"""What happened to one generation, step by step, as people read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from generations.lifecycle.models import Generation, Transition
from generations.lifecycle.states import Status
from generations.teams.modes import Mode

NOTABLE = 0.5  # seconds of waiting below which nobody waited


@dataclass(frozen=True)
class Step:
    """`fact` is what it cost, or how long it took."""

    at: datetime
    words: str
    fact: str = ""


def story(generation: Generation) -> list[Step]:
    return list(_steps(generation))


def _steps(generation: Generation) -> Iterator[Step]:
    moves = list(generation.transitions.order_by("id"))
    for move, following in zip_longest(moves, moves[1:]):
        seconds = (following.at - move.at).total_seconds() if following else None
        if move.source:
            yield Step(move.at, _words(generation, move), _fact(generation, move, seconds))
            continue
        yield Step(move.at, _asked(generation), _held(generation))
        if seconds is not None and seconds >= NOTABLE:
            yield Step(move.at, _("Waited"), _span(seconds))


def _asked(generation: Generation) -> str:
    return _("Asked by {name}").format(name=generation.author.name)


def _held(generation: Generation) -> str:
    if generation.hold is None:
        return ""
    return _("held {number}").format(number=_grouped(generation.hold.amount))


def _words(generation: Generation, move: Transition) -> str:
    is_practice = generation.mode == Mode.TEST
    words = {
        Status.QUEUED: _("Waited to be tried again"),
        Status.SUBMITTING: _("Sent to the practice studio") if is_practice else _("Sent"),
        Status.UNKNOWN: _("The answer was lost; confirmed"),
        Status.PROCESSING: _("Drawn"),
        Status.STORING: _("Fetched"),
        Status.COMPLETED: _("Stored and settled"),
        Status.FAILED: _("Failed"),
        Status.CANCELLED: _("Cancelled"),
    }
    return words[Status(move.target)]


def _fact(generation: Generation, move: Transition, seconds: float | None) -> str:
    if move.target == Status.COMPLETED:
        return _("charged {number}").format(number=_grouped(generation.charged or 0))
    return "" if seconds is None else _span(seconds)


def _span(seconds: float) -> str:
    if seconds < 0.1:
        return _("under {number} s").format(number=number_format(0.1, 1))
    if seconds < 100:
        return _("{number} s").format(number=number_format(seconds, 1))
    return _("{number} min").format(number=_grouped(round(seconds / 60)))


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)
