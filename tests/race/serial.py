"""Whether what several did at once ended as if one had come after the other."""

from collections.abc import Sequence
from itertools import permutations
from typing import Protocol, TypeVar

State = TypeVar("State")


class Act(Protocol[State]):
    """One thing somebody does: through a public door, and what a model says of it."""

    def do(self) -> str:
        """Do it, on whatever connection the thread has. Returns the outcome in a word."""

    def after(self, state: State) -> tuple[State, str]:
        """The state that follows, and the outcome, if nobody else acts meanwhile."""


def some_order(
    state: State, acts: Sequence[Act[State]], outcomes: Sequence[object], found: State
) -> State:
    """The state after all acts, where some order of them explains the outcomes and what is found.

    Raises AssertionError where none does: two acts have mixed.
    """
    explained = []
    for order in permutations(range(len(acts))):
        following, said = state, list(outcomes)
        for number in order:
            following, said[number] = acts[number].after(following)
        if said == list(outcomes) and following == found:
            return following
        explained.append((said, following))
    raise AssertionError(f"{acts} ended with {outcomes} and {found}; in order: {explained}")
