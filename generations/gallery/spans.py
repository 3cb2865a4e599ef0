"""Spans of days by which the gallery is narrowed, in the team's own zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generations.lifecycle.models import Images
from generations.teams import days
from generations.teams.models import Team

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Both days are in it. `name` is how an address says it."""

    name: str
    label: str
    first: date
    last: date

    def among(self, images: Images, team: Team) -> Images:
        return images.filter(
            created_at__gte=days.starts_at(team, self.first),
            created_at__lt=days.starts_at(team, self.last + DAY),
        )


def offered(today: date) -> Iterator[Span]:
    """Those with a name, the shortest first. A week begins on Monday."""
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    before = first - DAY
    yield Span("today", _("Today"), today, today)
    yield Span("yesterday", _("Yesterday"), today - DAY, today - DAY)
    yield Span("week", _("This week"), monday, today)
    yield Span("last-week", _("Last week"), monday - 7 * DAY, monday - DAY)
    yield Span("month", date_format(first, "F"), first, today)
    yield Span("last-month", date_format(before, "F"), before.replace(day=1), before)


def one(day: date) -> Span:
    return Span(day.isoformat(), date_format(day, "j F Y"), day, day)


def month(day: date) -> Span:
    first = day.replace(day=1)
    last = (first + 31 * DAY).replace(day=1) - DAY
    return Span(f"{day:%Y-%m}", date_format(day, "F Y"), first, last)


def read(text: str, today: date) -> Span | None:
    """The span of this name, or the one day that it says (2026-11-19)."""
    for span in offered(today):
        if span.name == text:
            return span
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return one(day) if 2000 <= day.year <= today.year + 1 else None
