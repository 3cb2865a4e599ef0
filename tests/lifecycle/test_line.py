"""The line: by turns between people, oldest first, and always with a reason and a time."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from generations.core import clock
from generations.credits.models import Account, Plan
from generations.keys import issued
from generations.keys.models import ApiKey, KeyState, UpstreamKey
from generations.lifecycle import line, moves
from generations.lifecycle.claim import claim
from generations.lifecycle.finish import fail
from generations.lifecycle.models import Generation
from generations.lifecycle.places import Place, place, places
from generations.lifecycle.room import TYPICAL_SECONDS, room
from generations.lifecycle.states import Failure, Status, Wait
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.lifecycle import making
from tests.lifecycle.conftest import Ask

pytestmark = pytest.mark.django_db(transaction=True)


def authors(key: UpstreamKey) -> list[str]:
    return [
        Generation.objects.get(pk=turn.generation).author.name
        for turn in line.in_turn(key.team_id, key.mode)
    ]


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


def test_a_picture_that_is_kept_frees_its_authors_place_at_once(
    ask: Ask, alice: User, bob: User, key: UpstreamKey
) -> None:
    """Until then it counts among their pictures at once, though the key is free before."""
    Account.objects.filter(kind="wallet").update(plan=Plan.objects.get(slug="free"))
    first, _second = ask(alice, "a hill", count=2)
    making.send(first)
    with transaction.atomic():
        moves.move(first, Status.STORING)
        OrmQ.objects.all().delete()
        fail(first, Failure.LOST)
    assert moves.DISPATCH in [message.task["func"] for message in OrmQ.objects.all()]


def test_what_waits_for_its_authors_own_ceiling_says_so_and_when_one_of_theirs_ends(
    ask: Ask, alice: User, bob: User, key: UpstreamKey
) -> None:
    """The key has room: whoever comes later and may have one starts now, and first."""
    Membership.objects.filter(user=bob).update(concurrent=1)
    drawing, second, third = ask(bob, "first", count=3)
    claim(key.pk)
    since = clock.now() - timedelta(seconds=7.55)
    Generation.objects.filter(pk=drawing.pk).update(claimed_at=since)
    [later] = ask(alice, "later")
    found = places(key.team_id, key.mode)
    assert list(found) == [later.pk, second.pk, third.pk]
    assert [each.seconds for each in found.values()] == [
        0,
        TYPICAL_SECONDS - 8,
        2 * TYPICAL_SECONDS - 8,
    ]
    assert [each.why for each in found.values()] == [
        "starting now",
        "the limit of pictures at once is reached",
        "the limit of pictures at once is reached",
    ]


def test_what_waits_for_its_api_keys_ceiling_says_so_and_what_came_by_hand_starts(
    ask: Ask, alice: User, team: Team, key: UpstreamKey
) -> None:
    nightly, _text = issued.issue(team, alice, name="Nightly", mode=Mode.TEST)
    ApiKey.objects.filter(pk=nightly.pk).update(concurrent=1)
    first, second = ask(alice, "by the script", count=2, api_key=nightly)
    [clicked] = ask(alice, "by hand", count=1)
    found = places(key.team_id, key.mode)
    assert [found[each.pk].seconds for each in (first, clicked, second)] == [0, 0, TYPICAL_SECONDS]
    assert [found[each.pk].is_own for each in (first, clicked, second)] == [False, False, True]


def test_whoever_may_have_none_at_once_is_promised_no_time(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    Plan.objects.update(concurrent=0)
    [never] = ask(alice, "a hill")
    found = place(never)
    assert (found.position, found.seconds, found.is_own) == (1, None, True)


def test_a_members_own_ceiling_is_theirs_alone(
    ask: Ask, alice: User, bob: User, key: UpstreamKey
) -> None:
    Membership.objects.filter(user=bob).update(concurrent=1)
    ask(bob, "first", count=3)
    ask(alice, "later", count=2)
    sent = [attempt.generation.author for _ in range(3) for attempt in claim(key.pk)]
    assert sent.count(bob) == 1
    assert sent.count(alice) == 2


def test_an_api_keys_ceiling_holds_back_only_what_came_by_it(
    ask: Ask, alice: User, bob: User, team: Team, key: UpstreamKey
) -> None:
    nightly, _text = issued.issue(team, alice, name="Nightly", mode=Mode.TEST)
    ApiKey.objects.filter(pk=nightly.pk).update(concurrent=1)
    first, *others = ask(alice, "by the script", count=3, api_key=nightly)
    clicked = ask(alice, "by hand", count=1)
    assert {attempt.generation_id for attempt in claim(key.pk)} == {first.pk, clicked[0].pk}
    assert claim(key.pk) == []
    Generation.objects.filter(pk=first.pk).update(status=Status.STORING)
    assert claim(key.pk) == []  # until it is stored it is one at once
    Generation.objects.filter(pk=first.pk).update(status=Status.PROCESSING)
    ApiKey.objects.filter(pk=nightly.pk).update(concurrent=2)
    assert [attempt.generation_id for attempt in claim(key.pk)] == [others[0].pk]


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
    assert room(key) == (0, Wait.RATE)


@pytest.mark.parametrize(("unit", "limit"), [("jobs", 2), ("credits", 45)])
def test_the_key_never_exceeds_its_daily_figure(
    ask: Ask, alice: User, key: UpstreamKey, unit: str, limit: int
) -> None:
    UpstreamKey.objects.update(daily_limit=limit, daily_unit=unit)
    ask(alice, "a hill", count=3)
    assert len(claim(key.pk)) == 2
    assert room(UpstreamKey.objects.get(pk=key.pk)) == (0, Wait.KEY_DAY)


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
    assert place(generation) == Place(1, None, reason)
    assert claim(key.pk) == []


def test_a_blocked_key_waits(ask: Ask, alice: User, key: UpstreamKey) -> None:
    [generation] = ask(alice, "a hill")
    UpstreamKey.objects.update(blocked_until=clock.now() + timedelta(minutes=1))
    assert claim(key.pk) == []
    generation.refresh_from_db()
    assert place(generation).reason == Wait.BLOCKED


def test_the_place_tells_position_reason_and_seconds(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    generations = ask(alice, "a hill", count=5)
    claim(key.pk)
    sent = clock.now() - timedelta(seconds=7.55)
    Generation.objects.exclude(claimed_at=None).update(claimed_at=sent)
    last = Generation.objects.get(pk=generations[-1].pk)
    assert place(last) == Place(2, TYPICAL_SECONDS - 8, Wait.CONCURRENCY)


def test_who_stands_beyond_what_is_free_waits_for_what_binds(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    UpstreamKey.objects.update(concurrent=2, requests_per_minute=60)
    first, second, third = ask(alice, "a hill", count=3)
    for soon in (first, second):
        assert place(soon).reason == Wait.TURN
    assert place(third).reason == Wait.CONCURRENCY
    UpstreamKey.objects.update(concurrent=3, requests_per_minute=1)
    third.refresh_from_db()
    assert place(third).reason == Wait.RATE


def test_a_longer_line_takes_no_more_queries(ask: Ask, alice: User, key: UpstreamKey) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            places(key.team_id, key.mode)
        return len(captured)

    ask(alice, "a hill", count=2)
    before = queries()
    ask(alice, "a hill", count=10)
    assert queries() == before


def test_each_starts_when_the_slot_it_takes_comes_free(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    generations = ask(alice, "a hill", count=8)
    claim(key.pk)
    for generation, seconds in zip(generations, (18, 8, 60), strict=False):
        rows = Generation.objects.filter(pk=generation.pk)
        rows.update(claimed_at=clock.now() - timedelta(seconds=seconds, milliseconds=-450))
    starts = [found.seconds for found in places(key.team_id, key.mode).values()]
    # One is overdue and may end at any moment; after 20 seconds each slot is free again.
    assert starts == [1, 2, 12, 21, 22]


def test_whoever_waits_for_the_rate_or_for_the_upstream_is_told_until_when(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    UpstreamKey.objects.update(requests_per_minute=1)
    ask(alice, "a hill", count=2)
    [attempt] = claim(key.pk)
    type(attempt).objects.update(claimed_at=clock.now() - timedelta(seconds=29.55))
    key.refresh_from_db()
    [found] = places(key.team_id, key.mode).values()
    assert (found.reason, found.seconds) == (Wait.RATE, 30)
    UpstreamKey.objects.update(blocked_until=clock.now() + timedelta(seconds=90.45))
    key.refresh_from_db()
    [found] = places(key.team_id, key.mode).values()
    assert (found.reason, found.seconds) == (Wait.BLOCKED, 90)
