"""Two keys before one line: their dispatchers claim at once, and each job is taken by one."""

from collections import Counter

import pytest

from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle.admit import Order, admit
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.states import AT_UPSTREAM
from generations.teams.models import Membership, Team, User
from tests.race.conftest import OrderOf
from tests.race.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
JOBS = 40
SLOTS = 13


@pytest.fixture
def spare(team: Team, alice: User, key: UpstreamKey) -> UpstreamKey:
    made = upstream.add_practice(team, alice)
    UpstreamKey.objects.filter(pk=made.pk).update(requests_per_minute=10_000)
    UpstreamKey.objects.update(concurrent=SLOTS)
    return made


@pytest.fixture
def crowded(order: OrderOf, alice: User, spare: UpstreamKey) -> None:
    for _ in range(JOBS // 10):
        admit(Order(**{**vars(order(alice)), "count": 10}))


def claim_with_both(key: UpstreamKey, spare: UpstreamKey) -> list[Attempt | Exception]:
    shares = at_once(8, lambda number: claim((key, spare)[number % 2].pk))
    return [one for share in shares for one in ([share] if isinstance(share, Exception) else share)]


def assert_each_once(claimed: list[Attempt | Exception]) -> None:
    assert [one for one in claimed if isinstance(one, Exception)] == []
    attempts = Counter(Attempt.objects.values_list("generation", flat=True))
    assert len(attempts) == len(claimed) == 2 * SLOTS
    assert set(attempts.values()) == {1}
    for key, count in Counter(Attempt.objects.values_list("upstream_key", flat=True)).items():
        assert count == SLOTS
        running = Generation.objects.filter(upstream_key=key, status__in=AT_UPSTREAM)
        assert running.count() == SLOTS


@pytest.mark.usefixtures("crowded")
def test_keys_that_claim_at_once_take_each_job_once(key: UpstreamKey, spare: UpstreamKey) -> None:
    assert_each_once(claim_with_both(key, spare))


@pytest.mark.usefixtures("crowded")
def test_a_persons_ceiling_holds_over_keys_that_claim_at_once(
    key: UpstreamKey, spare: UpstreamKey, alice: User
) -> None:
    Membership.objects.filter(user=alice).update(concurrent=SLOTS + 2)
    claimed = claim_with_both(key, spare)
    assert len(claimed) == Attempt.objects.count() == SLOTS + 2
