"""The days that a report covers, in the team's time zone."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generations.teams import days
from generations.teams.models import Team

FORTNIGHT = 14


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date
    month: str = ""  # "2026-11" where it is a month

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def short(self) -> str:
        """For the head of a column."""
        return date_format(self.first, "F") if self.month else _("14 days")

    def __str__(self) -> str:
        if self.month:
            return date_format(self.first, "F Y")
        return f"{date_format(self.first, 'j M')} – {date_format(self.last, 'j M Y')}"


def fortnight(team: Team) -> Period:
    """The last fourteen days, today included."""
    today = days.today(team)
    return Period(today - timedelta(days=FORTNIGHT - 1), today)


def month(text: str) -> Period:
    """The whole month of "2026-11". Raises ValueError."""
    first = date.fromisoformat(f"{text}-01")
    length = calendar.monthrange(first.year, first.month)[1]
    return Period(first, first.replace(day=length), month=f"{first:%Y-%m}")


def months(team: Team, count: int = 12) -> list[Period]:
    """The team's present month and those before it, no further back than the team."""
    today, founded = days.today(team), team.created_at.astimezone(days.zone(team)).date()
    periods, first = [], today.replace(day=1)
    for _number in range(count):
        periods.append(month(f"{first:%Y-%m}"))
        first = (first - timedelta(days=1)).replace(day=1)
        if first < founded.replace(day=1):
            break
    return periods
