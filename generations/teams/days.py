"""A team's day: in its own time zone, between 23 and 25 hours long."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from generations.core import clock
from generations.teams.models import Team


def zone(team: Team) -> ZoneInfo:
    """The zone by which the team's days run now."""
    is_yet_to_come = team.zone_since is not None and clock.now() < team.zone_since
    return ZoneInfo(team.zone_before if is_yet_to_come else team.time_zone)


def today(team: Team) -> date:
    return clock.now().astimezone(zone(team)).date()


def next_midnight(team: Team) -> datetime:
    """The first instant of the team's tomorrow, which is when its daily limits start again."""
    return starts_at(team, today(team) + timedelta(days=1))


def starts_at(team: Team, day: date) -> datetime:
    """The first instant of a day, in the team's zone.

    Where clocks skip midnight it is the instant of the skip (shown as 01:00), and where midnight
    comes twice it is the first: both fall out of fold=0 and the detour through UTC.
    """
    midnight = datetime.combine(day, time(), tzinfo=zone(team))
    return midnight.astimezone(UTC).astimezone(zone(team))


@cache
def zone_names() -> tuple[str, ...]:
    """What a team may choose: places (Europe/Dublin) and UTC, sorted."""
    names = {name for name in available_timezones() if "/" in name}
    legacy = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    return ("UTC", *sorted(name for name in names if not name.startswith(legacy)))
