"""A long line of one person does not stand before everybody else."""

import pytest

from generations.keys.models import UpstreamKey
from generations.lifecycle import line
from generations.lifecycle.admit import Order, admit
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Attempt
from generations.lifecycle.record import record
from generations.providers.contract import ProviderError, Trouble
from generations.teams.models import User
from tests.race.conftest import OrderOf

pytestmark = pytest.mark.django_db(transaction=True)


def slots_until_served(user: User, key: UpstreamKey, running: list[Attempt]) -> int:
    """How many slots come free until this person's job is taken, that one included."""
    for slots in range(1, 60):
        record(running.pop(0), ProviderError(Trouble.REFUSED, "no", http_status=400))
        taken = claim(key.pk)
        running += taken
        if any(attempt.generation.author_id == user.pk for attempt in taken):
            return slots
    raise AssertionError("Never served.")


@pytest.fixture
def busy(order: OrderOf, alice: User, key: UpstreamKey) -> list[Attempt]:
    """Alice has fifty in line, three of them at the upstream, and more slots there are not."""
    for _ in range(5):
        admit(Order(**{**vars(order(alice)), "count": 10}))
    UpstreamKey.objects.filter(pk=key.pk).update(concurrent=3)
    return claim(key.pk)


def test_the_next_free_slot_goes_to_who_has_nothing_running(
    order: OrderOf, bob: User, key: UpstreamKey, busy: list[Attempt]
) -> None:
    admit(order(bob))
    assert slots_until_served(bob, key, busy) == 1


def test_waiting_costs_each_of_two_newcomers_one_slot(
    order: OrderOf, bob: User, alice: User, key: UpstreamKey, busy: list[Attempt]
) -> None:
    admit(order(bob))
    admit(order(bob))
    assert slots_until_served(bob, key, busy) == 1
    assert slots_until_served(bob, key, busy) <= 2


def test_by_age_alone_the_newcomer_would_wait_for_all(
    order: OrderOf,
    bob: User,
    key: UpstreamKey,
    busy: list[Attempt],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The test is worth something: a line by age fails it."""

    def by_age(key: UpstreamKey, most: int) -> list[object]:
        return list(line.waiting_for(key).values_list("id", flat=True)[:most])

    monkeypatch.setattr(line, "next_for", by_age)
    admit(order(bob))
    assert slots_until_served(bob, key, busy) > 40
