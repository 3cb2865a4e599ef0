from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from generations.teams import days
from generations.teams.models import Team

DUBLIN = Team(name="D", time_zone="Europe/Dublin")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-07-01 22:59:59+00:00", date(2026, 7, 1)),
        ("2026-07-01 23:00:00+00:00", date(2026, 7, 2)),
        ("2026-12-01 23:30:00+00:00", date(2026, 12, 1)),
    ],
)
def test_a_day_is_the_one_on_the_teams_clock(moment: str, day: date) -> None:
    with time_machine.travel(datetime.fromisoformat(moment), tick=False):
        assert days.today(DUBLIN) == day


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)],
)
def test_days_have_23_24_or_25_hours(day: date, hours: int) -> None:
    length = days.starts_at(DUBLIN, day + timedelta(days=1)).astimezone(UTC) - days.starts_at(
        DUBLIN, day
    ).astimezone(UTC)
    assert length == timedelta(hours=hours)


def test_the_next_midnight_ends_the_long_day_once() -> None:
    with time_machine.travel(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), tick=False):
        midnight = days.next_midnight(DUBLIN)
        assert midnight.astimezone(UTC) == datetime(2026, 10, 26, tzinfo=UTC)
        assert midnight.isoformat() == "2026-10-26T00:00:00+00:00"


def test_where_clocks_skip_midnight_the_day_begins_with_the_skip() -> None:
    cairo = Team(name="C", time_zone="Africa/Cairo")
    start = days.starts_at(cairo, date(2026, 4, 24))
    assert start.astimezone(UTC) == datetime(2026, 4, 23, 22, tzinfo=UTC)
    assert start.astimezone(days.zone(cairo)).date() == date(2026, 4, 24)


def test_the_moment_before_midnight_is_still_today() -> None:
    with time_machine.travel(datetime(2026, 3, 29, 12, tzinfo=UTC), tick=False):
        midnight, today = days.next_midnight(DUBLIN), days.today(DUBLIN)
    with time_machine.travel(midnight - timedelta(microseconds=1), tick=False):
        assert days.today(DUBLIN) == today
    with time_machine.travel(midnight, tick=False):
        assert days.today(DUBLIN) == today + timedelta(days=1)


def test_the_choice_of_zones_has_places_and_utc() -> None:
    assert {"UTC", "Europe/Dublin", "Asia/Kolkata"} <= set(days.zone_names())
    assert "US/Eastern" not in days.zone_names()


def test_a_new_zone_rules_from_the_next_midnight_of_the_old_one() -> None:
    midnight = datetime(2026, 6, 2, 0, 0, tzinfo=ZoneInfo("Europe/Dublin"))
    team = Team(name="D", time_zone="Asia/Tokyo", zone_before="Europe/Dublin", zone_since=midnight)
    with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
        assert (days.zone(team).key, days.today(team)) == ("Europe/Dublin", date(2026, 6, 1))
    with time_machine.travel(midnight, tick=False):
        assert (days.zone(team).key, days.today(team)) == ("Asia/Tokyo", date(2026, 6, 2))
