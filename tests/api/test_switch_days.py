"""Days of 23 and 25 hours, and a day whose zone changes: a limit resets once, at its instant."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from generations.core import clock
from generations.credits.models import UserDay
from generations.keys.models import ApiKey
from generations.lifecycle.models import Generation
from generations.teams.models import Membership, Team, User
from tests.api.conftest import Issue, Script, error, one
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db
WORDS = {"shape": "1:1", "quality": "standard", "count": "1", "mode": "test"}


@pytest.fixture
def limited(issue: Issue, alice: User) -> Script:
    """A script of hers; she may spend 20 credits a day, which one picture may cost."""
    script = issue(alice)
    Membership.objects.filter(user=alice).update(daily_limit=20)
    return script


@pytest.fixture
def desk(alice: User, sign_in: SignIn) -> Client:
    with time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC), tick=False):
        return sign_in(alice)  # her session has not ended at any of these moments


def at(moment: str) -> time_machine.travel:
    return time_machine.travel(datetime.fromisoformat(moment + "+00:00"), tick=False)


def makes_one(script: Script, moment: str) -> None:
    with at(moment):
        answer = script.ask()
        assert answer.status_code == 200, (moment, answer.content)


def is_refused(script: Script, desk: Client, moment: str, until: str) -> None:
    """By both doors, and both name the same instant."""
    with at(moment):
        answer = script.ask()
        assert answer.status_code == 429, moment
        assert error(answer)["resetAt"] == until
        resets = datetime.fromisoformat(until)
        wait = int((resets - clock.now()).total_seconds())
        assert answer.headers["Retry-After"] == str(max(1, wait))
        price = reverse("price", args=[script.key.team.slug])
        page = desk.post(price, WORDS).content.decode()
        assert "data-refused" in page
        [told] = re.findall(r'id="way-wait".*?datetime="([^"]+)"', page, re.DOTALL)
        assert datetime.fromisoformat(told) == resets


def test_the_day_of_23_hours_ends_at_its_midnight(
    limited: Script, desk: Client, team: Team
) -> None:
    """Dublin, 29 March 2026: from 01:00 to 02:00 nothing."""
    makes_one(limited, "2026-03-28T23:59:59")
    is_refused(limited, desk, "2026-03-28T23:59:59", until="2026-03-29T00:00:00Z")
    makes_one(limited, "2026-03-29T00:00:00")
    is_refused(limited, desk, "2026-03-29T00:59:59", until="2026-03-29T23:00:00Z")
    is_refused(limited, desk, "2026-03-29T01:00:00", until="2026-03-29T23:00:00Z")
    is_refused(limited, desk, "2026-03-29T22:59:59", until="2026-03-29T23:00:00Z")
    makes_one(limited, "2026-03-29T23:00:00")
    assert [str(day.day) for day in UserDay.objects.order_by("day")] == [
        "2026-03-28",
        "2026-03-29",
        "2026-03-30",
    ]


def test_the_day_of_25_hours_gives_its_credits_once(limited: Script, desk: Client) -> None:
    """Dublin, 25 October 2026: from 01:00 to 02:00 twice."""
    makes_one(limited, "2026-10-24T23:00:00")
    for moment in ("2026-10-25T00:30:00", "2026-10-25T01:30:00", "2026-10-25T23:00:00"):
        is_refused(limited, desk, moment, until="2026-10-26T00:00:00Z")
    is_refused(limited, desk, "2026-10-25T23:59:59", until="2026-10-26T00:00:00Z")
    makes_one(limited, "2026-10-26T00:00:00")


def test_a_midnight_that_comes_twice_resets_the_first_time_only(
    limited: Script, desk: Client, team: Team
) -> None:
    """Havana, 1 November 2026: at 01:00 it is midnight again."""
    Team.objects.filter(pk=team.pk).update(time_zone="America/Havana")
    makes_one(limited, "2026-11-01T03:59:59")
    is_refused(limited, desk, "2026-11-01T03:59:59", until="2026-11-01T04:00:00Z")
    makes_one(limited, "2026-11-01T04:00:00")
    is_refused(limited, desk, "2026-11-01T05:00:00", until="2026-11-02T05:00:00Z")
    makes_one(limited, "2026-11-02T05:00:00")


def test_a_midnight_that_is_skipped_resets_at_the_skip(
    limited: Script, desk: Client, team: Team
) -> None:
    """Cairo, 24 April 2026: after 23:59:59 comes 01:00."""
    Team.objects.filter(pk=team.pk).update(time_zone="Africa/Cairo")
    makes_one(limited, "2026-04-23T21:59:59")
    is_refused(limited, desk, "2026-04-23T21:59:59", until="2026-04-23T22:00:00Z")
    makes_one(limited, "2026-04-23T22:00:00")


def test_the_day_of_an_api_key_switches_with_the_team(issue: Issue, alice: User) -> None:
    script = issue(alice)
    ApiKey.objects.update(daily_limit=20)
    makes_one(script, "2026-10-24T23:00:00")
    with at("2026-10-25T23:30:00"):
        assert error(script.ask())["resetAt"] == "2026-10-26T00:00:00Z"
        assert error(script.ask())["limitedBy"] == "apiKey"
    makes_one(script, "2026-10-26T00:00:00")


def test_what_waits_for_the_reset_is_due_at_the_end_of_the_long_day(limited: Script) -> None:
    makes_one(limited, "2026-10-24T23:00:00")
    with at("2026-10-25T00:30:00"):
        answer = limited.ask(waitFor="reset")
    waiting = Generation.objects.get(pk=one(answer)["id"])
    assert waiting.due_at == datetime(2026, 10, 26, tzinfo=UTC)


def test_a_zone_to_the_east_rules_from_the_next_midnight_on(
    limited: Script, desk: Client, team: Team
) -> None:
    makes_one(limited, "2026-06-01T12:00:00")
    change_zone(desk, team, "Asia/Tokyo", "2026-06-01T12:00:00")
    # In Tokyo it is midnight at 15:00 UTC; the day goes on to that of Dublin.
    is_refused(limited, desk, "2026-06-01T15:00:00", until="2026-06-01T23:00:00Z")
    makes_one(limited, "2026-06-01T23:00:00")
    is_refused(limited, desk, "2026-06-02T14:59:59", until="2026-06-02T15:00:00Z")
    makes_one(limited, "2026-06-02T15:00:00")


def test_a_zone_far_to_the_west_makes_the_day_longer_and_says_so(
    limited: Script, desk: Client, team: Team
) -> None:
    """At midnight in Dublin it is noon of the same date in Honolulu: the day is not over."""
    makes_one(limited, "2026-06-01T12:00:00")
    change_zone(desk, team, "Pacific/Honolulu", "2026-06-01T12:00:00")
    for moment in ("2026-06-01T12:00:01", "2026-06-01T23:00:00", "2026-06-02T09:59:59"):
        is_refused(limited, desk, moment, until="2026-06-02T10:00:00Z")
    makes_one(limited, "2026-06-02T10:00:00")


def test_a_zone_that_is_changed_twice_in_a_day_counts_from_the_one_that_rules(
    limited: Script, desk: Client, team: Team
) -> None:
    makes_one(limited, "2026-06-01T12:00:00")
    change_zone(desk, team, "Pacific/Honolulu", "2026-06-01T12:00:00")
    change_zone(desk, team, "Asia/Tokyo", "2026-06-01T13:00:00")
    is_refused(limited, desk, "2026-06-01T22:59:59", until="2026-06-01T23:00:00Z")
    makes_one(limited, "2026-06-01T23:00:00")


def change_zone(desk: Client, team: Team, zone: str, moment: str) -> None:
    with at(moment):
        words = {"name": team.name, "time_zone": zone}
        assert desk.post(reverse("team_settings", args=[team.slug]), words).status_code == 302
