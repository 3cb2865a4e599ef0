"""The rate: a sliding minute per member, in three headers on every answer."""

from collections.abc import Callable

import pytest
from django.db import transaction

from generations.api import throttle
from generations.api.auth import Caller
from generations.api.models import RateWindow
from generations.api.throttle import Kind
from generations.credits.accounts import wallet
from generations.credits.models import Plan
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.api.conftest import SHOW, Issue, Script, code, counted, error
from tests.disk import waits_for_disk
from tests.race.crowd import at_once

At = Callable[[int], None]
MINUTE_START = 60 * 29_000_000
pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(team: Team) -> Plan:
    """Six requests a minute, and so sixty that only read."""
    found = wallet(team, Mode.TEST).plan
    assert found is not None
    found.requests_per_minute = 6
    found.save()
    return found


@pytest.fixture
def caller(script: Script, plan: Plan) -> Caller:
    return Caller(script.key, Membership.objects.get(user=script.key.user))


def _write(caller: Caller) -> throttle.Rate:
    return throttle.count(caller, Kind.WRITE)


def test_every_answer_says_how_many_are_left(script: Script, plan: Plan, at: At) -> None:
    at(MINUTE_START + 10)
    seen = [script.ask(width=1).headers["X-RateLimit-Remaining"] for _ in range(6)]
    assert seen == ["5", "4", "3", "2", "1", "0"]
    answer = script.ask()
    assert code(answer) == (429, "RATE_LIMIT_EXCEEDED", "")
    assert answer.headers["X-RateLimit-Limit"] == "6"
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    # One sixth of the full minute has slid out of the window ten seconds into the next one.
    assert answer.headers["X-RateLimit-Reset"] == str(MINUTE_START + 70)
    assert answer.headers["Retry-After"] == "60"


@pytest.mark.postgres
def test_counting_does_not_wait_for_the_disk(caller: Caller) -> None:
    with transaction.atomic():
        assert waits_for_disk()
        _write(caller)
        assert not waits_for_disk()


def test_a_refused_request_is_not_counted(caller: Caller, at: At) -> None:
    at(MINUTE_START)
    for _ in range(20):
        _write(caller)
    assert counted("write") == 6


def test_the_window_slides(caller: Caller, at: At) -> None:
    at(MINUTE_START + 59)
    for _ in range(6):
        assert not _write(caller).is_exceeded
    at(MINUTE_START + 60)
    assert _write(caller).is_exceeded
    at(MINUTE_START + 90)
    rates = [_write(caller) for _ in range(4)]
    assert [rate.is_exceeded for rate in rates] == [False, False, False, True]
    at(MINUTE_START + 180)
    assert _write(caller).remaining == 5


@pytest.mark.parametrize("limit", [1, 2, 7, 59, 60, 90])
@pytest.mark.parametrize("second", [0, 1, 29, 59])
def test_the_moment_that_is_told_is_the_first_that_fits(
    caller: Caller, plan: Plan, at: At, limit: int, second: int
) -> None:
    plan.requests_per_minute = limit
    plan.save()
    for start, share in ((MINUTE_START, limit), (MINUTE_START + 60, limit // 2)):
        principal = f"member:{caller.membership.pk.hex}:test:write"
        RateWindow.objects.create(principal=principal, minute=start // 60, count=share)
    at(MINUTE_START + 60 + second)
    while not (rate := _write(caller)).is_exceeded:
        pass
    told = rate.resets_at
    assert rate.retry_after == told - (MINUTE_START + 60 + second)
    at(told - 1)
    assert _write(caller).is_exceeded
    at(told)
    assert not _write(caller).is_exceeded


def test_a_limit_of_none_lets_nothing_through(caller: Caller, plan: Plan, at: At) -> None:
    at(MINUTE_START)
    plan.requests_per_minute = 0
    plan.save()
    rate = _write(caller)
    assert (rate.is_exceeded, rate.limit, rate.remaining) == (True, 0, 0)
    assert rate.resets_at > MINUTE_START


def test_a_plan_without_a_limit_counts_nothing(caller: Caller, plan: Plan, script: Script) -> None:
    plan.requests_per_minute = None
    plan.save()
    answer = script.show("x")
    assert int(answer.headers["X-RateLimit-Remaining"]) > 0
    assert not RateWindow.objects.exists()


def test_polling_has_a_window_ten_times_as_wide(script: Script, plan: Plan, at: At) -> None:
    at(MINUTE_START)
    for _ in range(6):
        script.ask(width=1)
    assert script.ask().status_code == 429
    answer = script.show("x")
    assert answer.status_code == 404
    assert answer.headers["X-RateLimit-Limit"] == "60"
    assert answer.headers["X-RateLimit-Remaining"] == "59"


def test_a_graphql_query_is_polling_and_a_mutation_is_not(script: Script, plan: Plan) -> None:
    assert script.query(SHOW, {"id": "x"}).headers["X-RateLimit-Limit"] == "60"
    assert script.generate().headers["X-RateLimit-Limit"] == "6"
    for query in ("{", "query Q { __typename } mutation M { __typename }", 5):
        assert script.query(query).headers["X-RateLimit-Limit"] == "6"


def test_the_keys_of_one_member_share_a_window(
    issue: Issue, alice: User, bob: User, plan: Plan, at: At
) -> None:
    at(MINUTE_START)
    scripts = [issue(alice), issue(alice, header="Authorization")]
    for number in range(6):
        assert scripts[number % 2].ask(width=1).status_code == 400
    assert [script.ask().status_code for script in scripts] == [429, 429]
    assert issue(bob).ask().status_code == 200
    assert issue(alice, mode="live").ask().status_code == 502


def test_the_plan_may_change_at_any_time(script: Script, plan: Plan, at: At) -> None:
    at(MINUTE_START)
    for _ in range(3):
        script.ask(width=1)
    plan.requests_per_minute = 2
    plan.save()
    assert error(script.ask())["code"] == "RATE_LIMIT_EXCEEDED"
    plan.requests_per_minute = 4
    plan.save()
    assert script.ask().status_code == 200


def test_old_windows_are_forgotten(caller: Caller, at: At) -> None:
    at(MINUTE_START)
    _write(caller)
    at(MINUTE_START + 119)
    assert throttle.forget_windows() == 0
    at(MINUTE_START + 180)
    assert throttle.forget_windows() == 1
    assert not RateWindow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_exactly_four_pass(caller: Caller, at: At) -> None:
    at(MINUTE_START + 30)
    principal = f"member:{caller.membership.pk.hex}:test:write"
    RateWindow.objects.create(principal=principal, minute=MINUTE_START // 60 - 1, count=4)
    rates = at_once(20, lambda _number: _write(caller))
    passed = [rate for rate in rates if isinstance(rate, throttle.Rate) and not rate.is_exceeded]
    assert len(passed) == 4  # six, less half of the four of the minute before
    assert not [rate for rate in rates if isinstance(rate, Exception)]
    assert counted("write") == 8


def test_a_members_own_limit_binds_below_the_plans(caller: Caller, at: At) -> None:
    at(MINUTE_START)
    caller.membership.requests_per_minute = 2
    assert [_write(caller).is_exceeded for _ in range(3)] == [False, False, True]
    assert throttle.count(caller, Kind.READ).limit == 20


def test_a_members_own_limit_above_a_lowered_plan_gives_nothing_more(
    caller: Caller, at: At
) -> None:
    at(MINUTE_START)
    caller.membership.requests_per_minute = 30
    assert _write(caller).limit == 6
