"""The one writer of Generation.status: a compare-and-set, its Transition, and the signal."""

from typing import Any

from generations.core.queue.wake import wake
from generations.lifecycle.models import Generation, Transition
from generations.lifecycle.signals import transitioned
from generations.lifecycle.states import AT_UPSTREAM, MOVES, Status

DISPATCH = "generations.lifecycle.tasks.dispatch"
LOOK = "generations.lifecycle.tasks.look"
STORE = "generations.lifecycle.tasks.store"


def move(generation: Generation, target: Status, note: str = "", **changes: Any) -> bool:
    """Move a generation on from the status and attempt it was read with.

    False where somebody else moved it first: the caller stops, and its transaction has changed
    nothing. The lease ends with every move; `due_at`, `deadline` and `tries` start anew unless
    given. Runs inside the caller's transaction.
    """
    source = Status(generation.status)
    if target not in MOVES[source]:
        raise ValueError(f"A generation never goes from {source} to {target}.")
    changes = {
        "lease_until": None,
        "due_at": None,
        "deadline": None,
        "tries": 0,
        "wait": "",
        **changes,
    }
    rows = Generation.objects.filter(pk=generation.pk, status=source, attempt=generation.attempt)
    if rows.update(status=target, **changes) != 1:
        return False
    generation.status = target
    record(generation, source, note)
    if source in AT_UPSTREAM and target not in AT_UPSTREAM:
        wake_waiting(generation)
    return True


def reachable(generation: Generation) -> frozenset[Status]:
    return MOVES[Status(generation.status)]


def record(generation: Generation, source: str, note: str = "") -> None:
    """Write the step into the history and tell the upper floors."""
    transition = Transition.objects.create(
        generation=generation,
        team_id=generation.team_id,
        source=source,
        target=generation.status,
        note=note[:200],
    )
    transitioned.send(Generation, transition=transition)


def wake_waiting(generation: Generation) -> None:
    """A slot of the shared key came free: send the next one, if one waits."""
    waiting = Generation.objects.filter(
        upstream_key_id=generation.upstream_key_id, status=Status.QUEUED, hold__isnull=False
    )
    if waiting.exists():
        wake(DISPATCH, generation.upstream_key_id)
