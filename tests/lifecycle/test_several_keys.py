"""Several shared keys, one line: whichever has room takes the next, and one stands in for another.

Over real HTTP: each key is an account of its own at the upstream.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from generations.core import clock
from generations.credits.models import Account, Entry, Plan
from generations.keys import upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.places import place, places
from generations.lifecycle.states import AttemptState, Status, Wait
from generations.providers import registry
from generations.providers.catalogue import FLUX_PRO
from generations.teams.models import Team, User
from tests.engine import run_messages, run_to_end
from tests.lifecycle.conftest import Ask
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


class OtherProvider:
    catalogue = (replace(FLUX_PRO, slug="ink-wash"),)


@pytest.fixture
def nowhere(sandbox: Sandbox, settings: Settings) -> str:
    """An address at which nobody listens."""
    address = "http://127.0.0.1:9"
    settings.ALLOWED_OUTBOUND_ORIGINS = [*settings.ALLOWED_OUTBOUND_ORIGINS, address]
    return address


def sent_by(sandbox: Sandbox) -> Counter[str]:
    return Counter(line["label"] for line in sandbox.log("creation"))


def assert_each_made_and_charged_once(generations: list[Generation]) -> None:
    for generation in generations:
        generation.refresh_from_db()
        assert generation.status == Status.COMPLETED, generation.message
        settled = Entry.objects.filter(reference=generation.pk, kind="settle")
        assert [entry.posted for entry in settled] == [-10]
        states = generation.attempts.values_list("state", flat=True)
        assert list(states).count(AttemptState.ACCEPTED) == 1


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (401, KeyState.REJECTED),
        (402, KeyState.EXHAUSTED),
        (429, KeyState.ACTIVE),
    ],
)
def test_when_a_key_fails_in_the_middle_another_one_finishes_all(
    ask: Ask,
    alice: User,
    team: Team,
    sandbox: Sandbox,
    key: UpstreamKey,
    spare: UpstreamKey,
    trouble: int,
    state: KeyState,
) -> None:
    before = ask(alice, "a hill", count=2)
    run_to_end(*before)
    match trouble:
        case 401:
            upstream.rotate(key, alice, "sandbox_nobody")
        case 402:
            sandbox.control(plans={team.pk.hex: {"credits": 15}})
        case _:
            sandbox.control(plans={team.pk.hex: {"daily": 3}})
    after = ask(alice, "a hill", count=6)
    run_to_end(*after)
    key.refresh_from_db()
    assert key.state == state
    assert key.is_blocked == (trouble != 401)
    assert_each_made_and_charged_once([*before, *after])
    refused = Attempt.objects.filter(state=AttemptState.REFUSED)
    assert set(refused.values_list("upstream_key", "http_status")) == {(key.pk, trouble)}
    # Of the six the first key still made one where the trouble is a limit, and not another.
    assert sent_by(sandbox) == {team.pk.hex: 2 + (trouble != 401), "spare": 6 - (trouble != 401)}


def test_what_never_left_the_hub_another_key_sends_at_once(
    ask: Ask, alice: User, key: UpstreamKey, spare: UpstreamKey, nowhere: str
) -> None:
    UpstreamKey.objects.filter(pk=key.pk).update(base_url=nowhere)
    [generation] = ask(alice, "a hill")
    run_messages()
    attempts = generation.attempts.order_by("n").values_list("upstream_key", "state")
    assert list(attempts) == [
        (key.pk, AttemptState.NOT_SENT),
        (spare.pk, AttemptState.ACCEPTED),
    ]


def test_where_no_key_gets_through_each_tries_once_and_then_all_wait(
    ask: Ask, alice: User, key: UpstreamKey, spare: UpstreamKey, nowhere: str
) -> None:
    UpstreamKey.objects.update(base_url=nowhere)
    [generation] = ask(alice, "a hill")
    run_messages()
    generation.refresh_from_db()
    assert (generation.attempt, generation.wait) == (2, Wait.RETRY)
    assert generation.due_at and generation.due_at > clock.now()
    assert claim(spare.pk) == claim(key.pk) == []


def test_a_full_key_leaves_the_rest_of_the_line_to_the_next(
    ask: Ask, alice: User, bob: User, key: UpstreamKey, spare: UpstreamKey
) -> None:
    Account.objects.filter(kind="wallet").update(plan=Plan.objects.get(slug="pro"))
    ask(alice, "a hill", count=5)
    taken = Counter(attempt.upstream_key for attempt in claim(key.pk))
    assert taken == {key: 3, spare: 2}
    for attempt in Attempt.objects.select_related("generation"):
        assert attempt.generation.upstream_key_id == attempt.upstream_key_id


def test_nobody_runs_more_than_the_plan_allows_over_all_keys(
    ask: Ask, alice: User, bob: User, key: UpstreamKey, spare: UpstreamKey
) -> None:
    ask(alice, "a hill", count=5)  # the plan allows three at once
    ask(bob, "a hill")
    sent = Counter(each.generation.author for each in (*claim(key.pk), *claim(spare.pk)))
    assert sent == {alice: 3, bob: 1}


@pytest.mark.parametrize("act", [upstream.pause, upstream.remove])
def test_what_is_under_way_ends_and_the_rest_goes_through_another(
    ask: Ask,
    alice: User,
    sandbox: Sandbox,
    team: Team,
    key: UpstreamKey,
    spare: UpstreamKey,
    act: Callable[[UpstreamKey, User], None],
) -> None:
    UpstreamKey.objects.filter(pk=key.pk).update(concurrent=1)
    sandbox.control(seconds=0.4)
    UpstreamKey.objects.filter(pk=spare.pk).update(concurrent=1)
    generations = ask(alice, "a hill", count=4)
    run_messages()
    act(key, alice)
    run_to_end(*generations)
    assert_each_made_and_charged_once(generations)
    assert sent_by(sandbox) == {team.pk.hex: 1, "spare": 3}


def test_a_key_takes_only_what_its_service_offers(
    ask: Ask, alice: User, key: UpstreamKey, spare: UpstreamKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = registry._providers()
    monkeypatch.setattr(registry, "_providers", lambda: {**known, "other": OtherProvider()})
    UpstreamKey.objects.filter(pk=key.pk).update(provider="other")
    [generation] = ask(alice, "a hill")
    assert generation.upstream_key == spare
    upstream.pause(spare, alice)
    assert claim(key.pk) == []
    upstream.resume(spare, alice)
    assert [attempt.upstream_key for attempt in claim(key.pk)] == [spare]


def test_the_reason_is_that_of_all_the_keys(
    ask: Ask, alice: User, bob: User, key: UpstreamKey, spare: UpstreamKey
) -> None:
    Account.objects.filter(kind="wallet").update(plan=Plan.objects.get(slug="pro"))
    generations = ask(alice, "a hill", count=8)
    claim(key.pk)
    last = generations[-1]
    assert place(last).why == "all six slots busy"
    upstream.block(key, clock.now() + timedelta(minutes=5))
    assert place(last).why == "all three slots busy"
    upstream.block(spare, clock.now() + timedelta(seconds=120.4))
    found = place(last)
    assert found.why == "the upstream asked every key to wait"
    assert found.seconds and 110 < found.seconds <= 121
    upstream.pause(key, alice)
    upstream.mark(spare, KeyState.REJECTED)
    assert (place(last).why, place(last).seconds) == ("no key can be used", None)
    upstream.pause(spare, alice)
    assert (place(last).why, place(last).seconds) == ("all keys are paused", None)


def test_starts_are_counted_over_the_slots_of_all_keys(
    ask: Ask, alice: User, bob: User, key: UpstreamKey, spare: UpstreamKey
) -> None:
    generations = ask(alice, "a hill", count=8)
    claim(key.pk)
    Generation.objects.exclude(claimed_at=None).update(
        claimed_at=clock.now() - timedelta(seconds=7.55)
    )
    # Three of the plan's run at the first key; the second has three slots free now.
    Plan.objects.update(concurrent=None)  # for as many as one likes at once
    starts = [found.seconds for found in places(key.team_id, key.mode).values()]
    assert starts == [0, 0, 0, 12, 12]
    assert [place(each).position for each in generations[3:]] == [1, 2, 3, 4, 5]


def test_a_lost_answer_is_asked_about_with_the_key_that_sent_it(
    ask: Ask, alice: User, sandbox: Sandbox, team: Team, key: UpstreamKey, spare: UpstreamKey
) -> None:
    [generation] = ask(alice, "a hill [[lost 1]]")
    run_messages()
    upstream.pause(key, alice)
    run_to_end(generation)
    assert sent_by(sandbox) == {team.pk.hex: 1}
    assert {each.upstream_key for each in generation.attempts.all()} == {key}


def test_a_key_without_requests_left_waits_for_its_window_and_runs_into_no_429(
    ask: Ask, alice: User, team: Team, sandbox: Sandbox, key: UpstreamKey
) -> None:
    UpstreamKey.objects.filter(pk=key.pk).update(concurrent=1)
    sandbox.control(plans={team.pk.hex: {"rpm": 2}})
    generations = ask(alice, "a hill", count=3)
    run_to_end(*generations[:2])
    run_messages()
    key.refresh_from_db()
    assert (key.requests_per_minute, key.per_minute) == (120, 2)
    assert key.rate_resets_at and 50 < (key.rate_resets_at - clock.now()).total_seconds() <= 61
    last = Generation.objects.get(pk=generations[2].pk)
    found = place(last)
    assert (last.attempt, found.reason) == (0, Wait.RATE)
    assert found.seconds and 45 < found.seconds <= 61
    assert not Attempt.objects.filter(http_status=429).exists()


def test_a_key_without_requests_left_is_stood_in_for(
    ask: Ask, alice: User, team: Team, sandbox: Sandbox, key: UpstreamKey, spare: UpstreamKey
) -> None:
    UpstreamKey.objects.filter(pk=key.pk).update(concurrent=1)
    sandbox.control(plans={team.pk.hex: {"rpm": 2}})
    generations = ask(alice, "a hill", count=6)
    run_to_end(*generations)
    assert_each_made_and_charged_once(generations)
    assert sent_by(sandbox)[team.pk.hex] <= 2
    assert not Attempt.objects.filter(http_status=429).exists()


def test_a_refusal_for_want_of_credit_tells_what_is_left(
    ask: Ask, alice: User, team: Team, sandbox: Sandbox, key: UpstreamKey
) -> None:
    sandbox.control(plans={team.pk.hex: {"credits": 7}})
    ask(alice, "a hill")
    run_messages()
    key.refresh_from_db()
    assert (key.state, key.balance) == (KeyState.EXHAUSTED, 7)
