"""Several dispatchers at once: the shared key's limits hold, and nothing is sent twice."""

from collections import Counter
from uuid import UUID

import pytest

from generations.keys.models import UpstreamKey
from generations.lifecycle import claim as claiming
from generations.lifecycle.admit import Order, admit
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.record import record
from generations.lifecycle.states import AT_UPSTREAM, Status, Wait
from generations.providers.contract import ProviderError, Trouble
from generations.teams.models import User
from tests.race.conftest import OrderOf
from tests.race.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
CONCURRENT = 7
JOBS = 40
DISPATCHERS = 6


@pytest.fixture
def crowded(order: OrderOf, alice: User, bob: User, key: UpstreamKey) -> UpstreamKey:
    """Forty jobs of two people before a key that takes seven at a time."""
    for user in (alice, bob):
        for _ in range(JOBS // 20):
            admit(Order(**{**vars(order(user)), "count": 10}))
    UpstreamKey.objects.filter(pk=key.pk).update(concurrent=CONCURRENT)
    return key


def running(key: UpstreamKey) -> int:
    return Generation.objects.filter(upstream_key=key, status__in=AT_UPSTREAM).count()


def dispatch_all(key: UpstreamKey) -> tuple[Counter[UUID], int]:
    """Claim and end until the line is empty: who was claimed how often, the most at a time."""

    def work(_: int) -> tuple[list[UUID], int]:
        claimed, most = [], 0
        while Generation.objects.filter(status=Status.QUEUED).exists():
            attempts = claim(key.pk)
            most = max(most, running(key))
            for attempt in attempts:
                claimed.append(attempt.generation_id)
                record(attempt, ProviderError(Trouble.REFUSED, "no", http_status=400))
        return claimed, most

    outcomes = at_once(DISPATCHERS, work)
    shares = [one for one in outcomes if isinstance(one, tuple)]
    assert len(shares) == DISPATCHERS, outcomes
    return Counter(one for claimed, _ in shares for one in claimed), max(n for _, n in shares)


def assert_within(limit: int, claimed: Counter[UUID], most: int) -> None:
    assert most <= limit
    assert len(claimed) == JOBS
    assert set(claimed.values()) == {1}
    assert Attempt.objects.count() == JOBS


def test_dispatchers_never_exceed_the_keys_slots_nor_claim_twice(crowded: UpstreamKey) -> None:
    claimed, most = dispatch_all(crowded)
    assert_within(CONCURRENT, claimed, most)


def test_dispatchers_never_exceed_the_keys_requests_per_minute(crowded: UpstreamKey) -> None:
    UpstreamKey.objects.filter(pk=crowded.pk).update(concurrent=1000, requests_per_minute=11)
    at_once(DISPATCHERS, lambda _: claim(crowded.pk))
    assert Attempt.objects.count() == 11
    assert running(crowded) == 11


def test_a_line_that_did_not_count_would_be_noticed(
    crowded: UpstreamKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race test is worth something: a claim that forgets the slots fails it."""
    monkeypatch.setattr(claiming, "room", lambda key: (CONCURRENT + 3, Wait.TURN))
    claimed, most = dispatch_all(crowded)
    with pytest.raises(AssertionError):
        assert_within(CONCURRENT, claimed, most)
