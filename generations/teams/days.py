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
    """The first instant at which the team's date is another: its daily limits start again.

    Where a new zone rules from midnight on and its date is not yet another, the day goes on.
    """
    tomorrow = today(team) + timedelta(days=1)
    midnight = starts_at(team, tomorrow)
    if team.zone_since is None or not clock.now() < team.zone_since <= midnight:
        return midnight
    new = ZoneInfo(team.time_zone)
    is_another = team.zone_since.astimezone(new).date() >= tomorrow
    return team.zone_since if is_another else _starts(tomorrow, new)


def ends_at(team: Team) -> datetime:
    """Midnight by the zone that rules now, whatever zone is to come."""
    return starts_at(team, today(team) + timedelta(days=1))


def starts_at(team: Team, day: date) -> datetime:
    """The first instant of a day, in the team's zone.

    Where clocks skip midnight it is the instant of the skip (shown as 01:00), and where midnight
    comes twice it is the first: both fall out of fold=0 and the detour through UTC.
    """
    return _starts(day, zone(team))


def _starts(day: date, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day, time(), tzinfo=zone)
    return midnight.astimezone(UTC).astimezone(zone)


@cache
def zone_names() -> tuple[str, ...]:
    """What a team may choose: places (Europe/Dublin) and UTC, sorted."""
    names = {name for name in available_timezones() if "/" in name}
    legacy = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    return ("UTC", *sorted(name for name in names if not name.startswith(legacy)))
