"""What a script meets whose key has limits of its own."""

from collections.abc import Callable

import pytest

from generations.api import throttle
from generations.api.auth import Caller
from generations.api.models import RateWindow
from generations.api.throttle import Kind
from generations.credits import ledger
from generations.keys.models import ApiKey
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.api.conftest import Issue, Script, code, counted, error, one
from tests.race.crowd import at_once

At = Callable[[int], None]
SMALL = {"width": 512, "height": 512}
MINUTE_START = 60 * 29_000_000
pytestmark = pytest.mark.django_db


def limit(script: Script, **limits: int) -> None:
    ApiKey.objects.filter(pk=script.key.pk).update(**limits)


def test_the_keys_own_day_is_a_429_that_names_it_and_its_reset(script: Script) -> None:
    limit(script, daily_limit=30)
    assert script.ask().status_code == 200
    answer = script.ask()
    assert code(answer) == (429, "DAILY_LIMIT_EXCEEDED", "")
    extensions = error(answer)
    assert extensions["limitedBy"] == "apiKey"
    assert (extensions["creditsRequired"], extensions["creditsAvailable"]) == (20, 10)
    assert "“Nightly” leaves 10. It resets at 00:00." in answer.json()["errors"][0]["message"]
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert code(script.generate())[1] == "DAILY_LIMIT_EXCEEDED"


def test_another_key_of_the_same_member_goes_on(issue: Issue, alice: User) -> None:
    first, second = issue(alice), issue(alice)
    limit(first, daily_limit=0)
    assert first.ask().status_code == 429
    assert second.ask().status_code == 200


def test_the_members_own_day_is_still_named_where_it_binds(script: Script, alice: User) -> None:
    limit(script, daily_limit=500)
    Membership.objects.filter(user=alice).update(daily_limit=10)
    assert error(script.ask())["limitedBy"] == "member"


def test_the_headers_tell_the_window_that_binds(script: Script, at: At) -> None:
    at(MINUTE_START)
    limit(script, requests_per_minute=3)
    answer = script.ask(width=1)
    assert answer.headers["X-RateLimit-Limit"] == "3"
    assert answer.headers["X-RateLimit-Remaining"] == "2"
    for _ in range(2):
        script.ask(width=1)
    refused = script.ask()
    assert code(refused) == (429, "RATE_LIMIT_EXCEEDED", "")
    assert "its own limit is 3 a minute" in refused.json()["errors"][0]["message"]
    assert refused.headers["Retry-After"] == "80"
    assert script.show("x").headers["X-RateLimit-Limit"] == "30"


def test_what_one_key_may_not_the_members_other_key_may(issue: Issue, alice: User, at: At) -> None:
    at(MINUTE_START)
    first, second = issue(alice), issue(alice)
    limit(first, requests_per_minute=1)
    assert first.ask(width=1).status_code == 400
    assert first.ask().status_code == 429
    assert second.ask(width=1).headers["X-RateLimit-Remaining"] == "28"


def test_a_request_that_the_members_window_refuses_takes_no_place_in_the_keys(
    issue: Issue, alice: User, at: At
) -> None:
    at(MINUTE_START)
    first, second = issue(alice), issue(alice)
    Membership.objects.filter(user=alice).update(requests_per_minute=4)
    limit(first, requests_per_minute=3)
    for _ in range(4):
        assert second.ask(width=1).status_code == 400
    refused = first.ask()
    assert refused.status_code == 429
    assert refused.headers["X-RateLimit-Limit"] == "4"
    assert "its own limit" not in refused.json()["errors"][0]["message"]
    assert not RateWindow.objects.filter(principal__startswith="key:").exists()


def test_a_keys_limit_above_the_members_gives_nothing_more(script: Script, at: At) -> None:
    at(MINUTE_START)
    limit(script, requests_per_minute=100)
    assert script.ask(width=1).headers["X-RateLimit-Limit"] == "30"


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_exactly_the_keys_five_pass(script: Script, at: At) -> None:
    at(MINUTE_START + 30)
    limit(script, requests_per_minute=5)
    script.key.refresh_from_db()
    caller = Caller(script.key, Membership.objects.get(user=script.key.user))
    rates = at_once(20, lambda _number: throttle.count(caller, Kind.WRITE))
    passed = [rate for rate in rates if isinstance(rate, throttle.Rate) and not rate.is_exceeded]
    assert len(passed) == 5, rates
    assert counted("write") == 10  # five in the key's window, five in the member's


def test_a_script_waits_only_where_it_asks_to(script: Script, alice: User) -> None:
    Team.objects.update(waits_for="credit")
    limit(script, daily_limit=30)
    assert script.ask().status_code == 200
    assert script.ask().status_code == 429
    options = SMALL | {"waitFor": "reset"}
    for answer in (script.ask(waitFor="reset"), script.generate(options=options)):
        assert one(answer)["status"] == "processing"
        shown = one(script.show(one(answer)["id"]))
        assert shown["metadata"]["waitsFor"] == "reset"
        assert shown["metadata"]["startsAt"].endswith("Z")


def test_a_script_waits_for_credit_where_it_asks_to(script: Script, team: Team) -> None:
    ledger.grant(team, Mode.TEST, 10)
    assert script.ask(waitFor="reset").status_code == 402
    answer = script.ask(waitFor="credit")
    assert answer.status_code == 200
    metadata = one(script.show(one(answer)["id"]))["metadata"]
    assert (metadata["waitsFor"], metadata["startsAt"]) == ("credit", None)


@pytest.mark.parametrize("wrong", ["", "nothing", "ever"])
def test_a_wait_for_something_else_is_a_400(script: Script, wrong: str) -> None:
    assert code(script.ask(waitFor=wrong)) == (400, "BAD_REQUEST", "waitFor")
    options = SMALL | {"waitFor": wrong}
    assert code(script.generate(options=options)) == (400, "BAD_REQUEST", "options.waitFor")
