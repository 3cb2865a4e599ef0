"""The patches of a batch: as many as there is room for, and none that is there goes without."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generations.templatetags.figures import shares, steps

STATES = ("finished", "failed", "cancelled", "drawing", "waiting")


def drawn(**counts: int) -> list[str]:
    """The state of each patch, in order."""
    progress = SimpleNamespace(**(dict.fromkeys(STATES, 0) | counts))
    return [part.split('"')[0] for part in steps(progress).split('data-state="')[1:]]


@given(st.lists(st.integers(0, 1000), min_size=5, max_size=5).filter(any))
def test_every_state_has_a_patch_and_all_of_them_are_used(numbers: list[int]) -> None:
    counts = dict(zip(STATES, numbers, strict=True))
    found = shares(counts, 48)
    assert sum(found.values()) == 48
    assert {name for name, number in found.items() if number} == {
        name for name, number in counts.items() if number
    }


@pytest.mark.parametrize(("total", "patches"), [(1, 1), (5, 5), (40, 40), (1000, 48)])
def test_a_picture_has_a_patch_of_its_own_while_there_is_room(total: int, patches: int) -> None:
    assert len(drawn(waiting=total)) == patches


def test_one_failure_of_a_thousand_is_seen() -> None:
    assert drawn(finished=998, failed=1, waiting=1) == ["finished"] * 46 + ["failed", "waiting"]


def test_nothing_at_all_is_no_patch() -> None:
    assert drawn() == []
