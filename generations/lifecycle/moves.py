"""The one writer of Generation.status: a compare-and-set, its Transition, and the signal."""

from collections.abc import Sequence
from typing import Any

from generations.core.queue.wake import wake
from generations.lifecycle.models import Generation, Generations, Transition
from generations.lifecycle.signals import transitioned
from generations.lifecycle.states import AT_UPSTREAM, MOVES, Status

DISPATCH = "generations.lifecycle.tasks.dispatch"
LOOK_ALL = "generations.lifecycle.tasks.look_all"
FUND = "generations.lifecycle.tasks.fund_team"
STORE = "generations.lifecycle.tasks.store"


# What begins anew with every state, unless it is given.
ANEW: dict[str, Any] = {
    "lease_until": None,
    "due_at": None,
    "deadline": None,
    "tries": 0,
    "wait": "",
}


class Unlocked(Exception):
    """Somebody moved one of them meanwhile: the caller had not locked their rows. A bug."""


def move(generation: Generation, target: Status, note: str = "", **changes: Any) -> bool:
    """Move a generation on from the status and attempt it was read with.

    False where somebody else moved it first: the caller stops, and its transaction has changed
    nothing. The lease ends with every move; `due_at`, `deadline` and `tries` start anew unless
    given. Runs inside the caller's transaction.
    """
    source = Status(generation.status)
    if target not in MOVES[source]:
        raise ValueError(f"A generation never goes from {source} to {target}.")
    rows = Generation.objects.filter(pk=generation.pk, status=source, attempt=generation.attempt)
    if rows.update(status=target, **ANEW | changes) != 1:
        return False
    _moved([generation], source, target, note)
    return True


def move_all(
    generations: Sequence[Generation], target: Status, note: str = "", **changes: Any
) -> None:
    """move() for several of one line and status, locked by the caller, in two statements."""
    source = Status(generations[0].status)
    if target not in MOVES[source]:
        raise ValueError(f"A generation never goes from {source} to {target}.")
    rows = Generation.objects.filter(
        pk__in=[generation.pk for generation in generations], status=source
    )
    if rows.update(status=target, **ANEW | changes) != len(generations):
        raise Unlocked
    _moved(generations, source, target, note)


def _moved(generations: Sequence[Generation], source: Status, target: Status, note: str) -> None:
    for generation in generations:
        generation.status = target
    record_all(generations, source, note)
    if source in AT_UPSTREAM and target not in AT_UPSTREAM:
        wake_waiting(generations[0])
    elif source == Status.STORING:
        wake_for_author(generations[0])


def reachable(generation: Generation) -> frozenset[Status]:
    return MOVES[Status(generation.status)]


def record(generation: Generation, source: str, note: str = "") -> None:
    """Write the step into the history and tell the upper floors."""
    record_all([generation], source, note)


def record_all(generations: Sequence[Generation], source: str, note: str = "") -> None:
    """The same step of several, in one statement."""
    transitions = Transition.objects.bulk_create(
        Transition(
            generation=generation,
            team_id=generation.team_id,
            source=source,
            target=generation.status,
            note=note[:200],
        )
        for generation in generations
    )
    for transition in transitions:
        transitioned.send(Generation, transition=transition)


def wake_waiting(generation: Generation) -> None:
    """A slot of a shared key came free: send the next one of the team's line, if one waits."""
    if _in_line(generation).filter(status=Status.QUEUED, hold__isnull=False).exists():
        wake(DISPATCH, generation.upstream_key_id)


def wake_for_author(generation: Generation) -> None:
    """It is kept, and counts no longer among its author's pictures at once: send their next one.

    Where another of theirs is at the upstream its end wakes, too: no message for each picture.
    """
    theirs = _in_line(generation).filter(author=generation.author_id)
    waiting = theirs.filter(status=Status.QUEUED, hold__isnull=False)
    if waiting.exists() and not theirs.filter(status__in=AT_UPSTREAM).exists():
        wake(DISPATCH, generation.upstream_key_id)


def _in_line(generation: Generation) -> Generations:
    return Generation.objects.filter(team_id=generation.team_id, mode=generation.mode)
