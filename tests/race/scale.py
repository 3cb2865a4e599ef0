"""How big a race is: as CI can bear it, or again and again in full size, as `make races` asks."""

import os
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.equipment import has_postgres

ROUNDS = int(os.environ.get("RACE_ROUNDS", "0"))  # 0: one, in the usual size
Test = Callable[..., Any]


def raced(
    names: str, *usual: Any, sqlite: Sequence[int], postgresql: Sequence[int]
) -> Callable[[Test], Test]:
    """A race whose sizes are parameters: the usual ones, and those in full on each database."""
    rounds = list(usual)
    if ROUNDS:
        full = postgresql if has_postgres() else sqlite
        rounds = [pytest.param(*full, id=f"round {number}") for number in range(1, ROUNDS + 1)]

    def mark(test: Test) -> Test:
        return pytest.mark.races(pytest.mark.parametrize(names, rounds)(test))

    return mark
