"""The days that a report covers, in the team's time zone."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generations.teams import days
from generations.teams.models import Team

FORTNIGHT = 14
LAST_DAYS = "14-days"  # how an address names them


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date
    slug: str = LAST_DAYS  # "2026-11" where it is a month

    @property
    def is_month(self) -> bool:
        return self.slug != LAST_DAYS

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def short(self) -> str:
        """For the head of a column."""
        return date_format(self.first, "F") if self.is_month else _("14 days")

    @property
    def name(self) -> str:
        """For a list to choose from."""
        return date_format(self.first, "F Y") if self.is_month else _("the last 14 days")

    @property
    def brief(self) -> str:
        """ "1–19 November", for the head of a narrow column."""
        if self.first == self.last:
            return date_format(self.last, "j F")
        form = "j" if self.first.month == self.last.month else "j M"
        last = "j F" if self.first.month == self.last.month else "j M"
        return f"{date_format(self.first, form)}–{date_format(self.last, last)}"

    def until(self, day: date) -> "Period":
        """The part of it that is over or on its way on that day."""
        return Period(self.first, max(self.first, min(self.last, day)), self.slug)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        """ "1–19 November 2026"."""
        if self.first == self.last:
            return date_format(self.last, "j F Y")
        if self.first.year != self.last.year:
            return f"{date_format(self.first, 'j F Y')} – {date_format(self.last, 'j F Y')}"
        if self.first.month != self.last.month:
            return f"{date_format(self.first, 'j F')} – {date_format(self.last, 'j F Y')}"
        return f"{date_format(self.first, 'j')}–{date_format(self.last, 'j F Y')}"


def fortnight(team: Team) -> Period:
    """The last fourteen days, today included."""
    today = days.today(team)
    return Period(today - timedelta(days=FORTNIGHT - 1), today)


def this_month(team: Team) -> Period:
    return month(f"{days.today(team):%Y-%m}")


def month(text: str) -> Period:
    """The whole month of "2026-11". Raises ValueError."""
    first = date.fromisoformat(f"{text}-01")
    length = calendar.monthrange(first.year, first.month)[1]
    return Period(first, first.replace(day=length), slug=f"{first:%Y-%m}")


def choices(team: Team, count: int = 12) -> list[Period]:
    """The team's present month, those before it, no further back than the team; and 14 days."""
    today, founded = days.today(team), team.created_at.astimezone(days.zone(team)).date()
    periods, first = [], today.replace(day=1)
    for _number in range(count):
        periods.append(month(f"{first:%Y-%m}"))
        first = (first - timedelta(days=1)).replace(day=1)
        if first < founded.replace(day=1):
            break
    return [*periods, fortnight(team)]
