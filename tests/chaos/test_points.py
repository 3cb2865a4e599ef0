"""Wherever a process dies in the life of a generation: it ends once, is made once, charged once."""

import pytest

from generations.keys.models import UnknownPolicy, UpstreamKey
from generations.lifecycle.states import Failure, Status
from tests.chaos import checker
from tests.chaos.house import House
from tests.chaos.points import APPLY, PUT, SEND, WRITE, Moment, Point

BEFORE, AFTER, BEFORE_COMMIT, AFTER_COMMIT = Moment


ORDER, CLAIM, RECEIPT = (
    ("INSERT", f"generations_{table}") for table in ("batch", "attempt", "receipt")
)
ACCEPTED, NEWS, CHARGE = (
    ("INSERT", "generations_transition", states)
    for states in ("submitting processing", "processing storing", "storing completed")
)
POINTS = {
    "the order is not committed": Point(BEFORE_COMMIT, WRITE, ORDER),
    "the order is not answered": Point(AFTER_COMMIT, WRITE, ORDER),
    "claimed": Point(AFTER_COMMIT, WRITE, CLAIM),
    "before the first byte": Point(BEFORE, SEND, ("POST {upstream}",)),
    "the answer is not recorded": Point(AFTER, SEND, ("POST {upstream}",)),
    "accepted": Point(AFTER_COMMIT, WRITE, ACCEPTED),
    "the webhook is not kept": Point(BEFORE_COMMIT, WRITE, RECEIPT),
    "the webhook is not answered": Point(AFTER_COMMIT, WRITE, RECEIPT),
    "the webhook is not applied": Point(BEFORE, APPLY),
    "the news is not committed": Point(BEFORE_COMMIT, WRITE, NEWS),
    "the news' receipt is not marked": Point(AFTER_COMMIT, WRITE, NEWS),
    "before the file": Point(BEFORE, PUT),
    "after the file": Point(AFTER, PUT, ("original",)),
    "the charge is not committed": Point(BEFORE_COMMIT, WRITE, CHARGE),
    "charged": Point(AFTER_COMMIT, WRITE, CHARGE),
    "before the caller is told": Point(BEFORE, SEND, ("POST {receiver}",)),
    "that the caller was told is not recorded": Point(AFTER, SEND, ("POST {receiver}",)),
}


@pytest.mark.parametrize("name", POINTS)
def test_a_death_changes_nothing_but_the_time(house: House, name: str) -> None:
    generation = house.order_and_die(f"a hill: {name}", POINTS[name])
    assert (generation.status, generation.charged) == (Status.COMPLETED, 10)
    assert house.creations(generation) == 1
    assert checker.check(house.journals()) == []


MADE, UNKNOWN = (Status.COMPLETED, "", 10), (Status.FAILED, Failure.UNKNOWN, None)


@pytest.mark.parametrize(
    ("policy", "name", "made", "end"),
    [
        (UnknownPolicy.RESUBMIT, "the answer is not recorded", 1, MADE),
        (UnknownPolicy.FAIL, "before the first byte", 0, UNKNOWN),
        (UnknownPolicy.FAIL, "the answer is not recorded", 1, UNKNOWN),
    ],
)
def test_what_nobody_ever_hears_of_ends_as_the_key_says(
    house: House, policy: UnknownPolicy, name: str, made: int, end: tuple[str, str, int | None]
) -> None:
    UpstreamKey.objects.update(on_unknown=policy)
    generation = house.order_and_die(f"a dune, {policy}, {name} [[no-webhook]]", POINTS[name])
    UpstreamKey.objects.update(on_unknown=UnknownPolicy.RESUBMIT)
    assert (generation.status, generation.failure, generation.charged) == end
    assert house.creations(generation) == made
    assert checker.check(house.journals()) == []
