"""The line: by turns between people, oldest first, and always with a reason and a time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.core import clock
from generations.credits.models import Account, Plan
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle import line
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Status, Wait
from generations.teams.models import User
from tests.lifecycle.conftest import Ask

pytestmark = pytest.mark.django_db(transaction=True)


def authors(key: UpstreamKey) -> list[str]:
    return [Generation.objects.get(pk=turn).author.name for turn in line.in_turn(key)]


def test_turns_go_round_by_person_then_by_age(
    ask: Ask, alice: User, bob: User, key: UpstreamKey
) -> None:
    ask(alice, "first", count=3)
    ask(bob, "later")
    assert authors(key) == ["Alice", "Bob", "Alice", "Alice"]


def test_who_was_served_last_comes_after_who_waits(
    ask: Ask, alice: User, bob: User, key: UpstreamKey
) -> None:
    UpstreamKey.objects.update(concurrent=1)
    ask(alice, "first", count=3)
    [attempt] = claim(key.pk)
    Generation.objects.filter(pk=attempt.generation_id).update(status=Status.PROCESSING)
    ask(bob, "later")
    Generation.objects.filter(pk=attempt.generation_id).update(status=Status.STORING)
    [turn] = claim(key.pk)
    assert turn.generation.author == bob
    Generation.objects.exclude(status=Status.QUEUED).update(
        status=Status.QUEUED, lease_until=None, attempt=9
    )


def test_one_person_never_runs_more_than_the_plan_allows(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    Account.objects.filter(kind="wallet").update(plan=Plan.objects.get(slug="free"))
    ask(alice, "a hill", count=3)
    assert len(claim(key.pk)) == 1
    assert claim(key.pk) == []


def test_the_key_never_runs_more_than_its_own_figure(
    ask: Ask, alice: User, bob: User, key: UpstreamKey
) -> None:
    ask(alice, "a hill", count=3)
    ask(bob, "a hill", count=3)
    assert len(claim(key.pk)) == 3
    assert claim(key.pk) == []


def test_the_key_sends_no_faster_than_its_rate(ask: Ask, alice: User, key: UpstreamKey) -> None:
    UpstreamKey.objects.update(requests_per_minute=2)
    ask(alice, "a hill", count=3)
    assert len(claim(key.pk)) == 2
    key.refresh_from_db()
    assert line.room(key) == (0, Wait.RATE)


@pytest.mark.parametrize(("unit", "limit"), [("jobs", 2), ("credits", 45)])
def test_the_key_never_exceeds_its_daily_figure(
    ask: Ask, alice: User, key: UpstreamKey, unit: str, limit: int
) -> None:
    UpstreamKey.objects.update(daily_limit=limit, daily_unit=unit)
    ask(alice, "a hill", count=3)
    assert len(claim(key.pk)) == 2
    assert line.room(UpstreamKey.objects.get(pk=key.pk)) == (0, Wait.KEY_DAY)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (KeyState.PAUSED, Wait.PAUSED),
        (KeyState.REJECTED, Wait.REJECTED),
        (KeyState.EXHAUSTED, Wait.EXHAUSTED),
    ],
)
def test_a_stopped_key_says_so_and_promises_no_time(
    ask: Ask, alice: User, key: UpstreamKey, state: KeyState, reason: Wait
) -> None:
    [generation] = ask(alice, "a hill")
    UpstreamKey.objects.update(state=state)
    generation.refresh_from_db()
    assert line.place(generation) == line.Place(1, None, reason)
    assert claim(key.pk) == []


def test_a_blocked_key_waits(ask: Ask, alice: User, key: UpstreamKey) -> None:
    [generation] = ask(alice, "a hill")
    UpstreamKey.objects.update(blocked_until=clock.now() + timedelta(minutes=1))
    assert claim(key.pk) == []
    generation.refresh_from_db()
    assert line.place(generation).reason == Wait.BLOCKED


def test_the_place_tells_position_reason_and_seconds(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    generations = ask(alice, "a hill", count=5)
    claim(key.pk)
    last = Generation.objects.get(pk=generations[-1].pk)
    assert line.place(last) == line.Place(2, line.TYPICAL_SECONDS, Wait.CONCURRENCY)


def test_a_longer_line_takes_no_more_queries(ask: Ask, alice: User, key: UpstreamKey) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            line.places(UpstreamKey.objects.get(pk=key.pk))
        return len(captured)

    ask(alice, "a hill", count=2)
    before = queries()
    ask(alice, "a hill", count=10)
    assert queries() == before
