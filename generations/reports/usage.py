"""Who or what spent how much: rows by days, against today's limits. Read-only."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from generations.keys.models import UpstreamKey
from generations.reports import figures, forecast
from generations.reports.figures import ByDay, Wanted
from generations.reports.period import Period
from generations.reports.rows import SERIES, Row, Standings, rows, together
from generations.teams import days
from generations.teams.models import Team
from generations.teams.modes import Mode


@dataclass(frozen=True)
class Stack:
    """What one colour of the chart stands for."""

    series: int
    name: str
    narrows: dict[str, str] | None  # None: the rest, which no address names
    by_day: list[int]


@dataclass
class Usage:
    """All figures in credits."""

    wanted: Wanted
    today: date
    rows: list[Row]
    held: int  # at this moment, whichever day it was promised on
    pace: forecast.Pace | None

    @property
    def period(self) -> Period:
        return self.wanted.period

    @property
    def so_far(self) -> Period:
        return self.period.until(self.today)

    @property
    def week(self) -> Period:
        """Monday to today."""
        return Period(self.today - timedelta(days=self.today.weekday()), self.today)

    @property
    def of_day(self) -> Period:
        return Period(self.today, self.today)

    @property
    def is_present(self) -> bool:
        return self.today in self.period

    @property
    def label(self) -> str:
        """Of what the rows are."""
        names = {"projects": _("Project"), "prompts": _("Prompt")}
        return names.get(self.wanted.by, _("Member"))

    @property
    def has_limits(self) -> bool:
        """Daily limits are people's, and of all that they spend."""
        is_theirs = self.wanted.by == "members" and self.wanted.project is None
        return is_theirs and self.is_present and any(row.limit is not None for row in self.rows)

    @property
    def by_day(self) -> list[int]:
        of_days = [row.by_day for row in self.rows] or [[0] * len(self.period.days)]
        return [sum(credits) for credits in zip(*of_days, strict=True)]

    @property
    def by_day_so_far(self) -> list[int]:
        return self.by_day[: len(self.so_far.days)]

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)

    @property
    def of_today(self) -> int:
        return sum(row.today for row in self.rows)

    @property
    def of_week(self) -> int:
        return sum(row.week for row in self.rows)

    @property
    def limit(self) -> int | None:
        """The sum of everybody's daily limits; None where somebody has none."""
        limits = [row.limit for row in self.rows if not row.has_left]
        return None if None in limits else sum(limit or 0 for limit in limits)

    @property
    def reserved(self) -> int:
        """Held of the limits of today."""
        return sum(row.standing.reserved for row in self.rows if row.standing)

    @property
    def expected(self) -> ByDay:
        """What is still to come in the period, by day; empty where nothing is foretold."""
        if self.pace is None or not self.is_present:
            return {}
        return forecast.expected(self.pace, self.period.days, self.today, self.of_today)

    @property
    def still_expected(self) -> int:
        return sum(self.expected.values())

    @property
    def foretold(self) -> int:
        """The period's total in the end, as far as can be told; to ten credits."""
        return (self.total + self.still_expected + 5) // 10 * 10

    @property
    def mean(self) -> int:
        """Of a working day of the period that is over."""
        of_days = zip(self.so_far.days, self.by_day_so_far, strict=True)
        return forecast.mean(
            [credits for day, credits in of_days if forecast.is_working(day) and day < self.today]
        )

    @property
    def busiest(self) -> tuple[date, int] | None:
        """The day with the most spend, the later of two."""
        of_days = zip(self.period.days, self.by_day, strict=True)
        day, credits = max(of_days, key=lambda each: (each[1], each[0]))
        return (day, credits) if credits else None

    @property
    def stacks(self) -> list[Stack]:
        """The rows as the chart has them: each in its colour, and the rest together in the last."""
        spenders = sorted((row for row in self.rows if row.total), key=lambda row: row.series)
        own = [Stack(row.series, row.name, row.narrows, row.by_day) for row in spenders]
        if len(own) <= SERIES:
            return own
        rest = [stack.by_day for stack in own[SERIES - 1 :]]
        sums = [sum(credits) for credits in zip(*rest, strict=True)]
        return [*own[: SERIES - 1], Stack(SERIES, _("everything else"), None, sums)]

    @property
    def table(self) -> list[tuple[Period, list[tuple[Stack, int]], int]]:
        """The same by day, the last day first: each stack's credits, then all together."""
        stacks, totals = self.stacks, self.by_day
        cells = [
            (Period(day, day), [(stack, stack.by_day[n]) for stack in stacks], totals[n])
            for n, day in enumerate(self.so_far.days)
        ]
        return cells[::-1]


def main_mode(team: Team) -> Mode:
    """What a report is of, where nobody asks: real spend, or practice while there is no other.

    A team that had a live key once stays with real spend, also when that key is gone.
    """
    lives = UpstreamKey.objects.for_team(team).filter(mode=Mode.LIVE)
    return Mode.LIVE if lives.exists() else Mode.TEST


def usage(team: Team, wanted: Wanted, standings: Standings) -> Usage:
    """The biggest spender first. Two queries, and one for the names of what no member is."""
    today = days.today(team)
    report = Usage(wanted, today, [], figures.held(team, wanted), None)
    from_day = min(wanted.period.first, report.week.first, forecast.window(today)[0])
    spent = figures.sums(team, wanted, from_day, max(wanted.period.last, today))
    found = rows(team, wanted, spent, standings)
    for row in found:
        row.by_day = [row.spent.get(day, 0) for day in wanted.period.days]
        row.so_far = row.by_day[: len(report.so_far.days)]
        row.today = row.spent.get(today, 0)
        row.week = sum(row.spent.get(day, 0) for day in report.week.days)
    report.pace = forecast.pace(together(row.spent for row in found), today)
    is_of_all = wanted.by == "members" and wanted.project is None
    shown = [row for row in found if row.total or row.today or (is_of_all and not row.has_left)]
    report.rows = _ranked(shown)
    return report


def _ranked(found: list[Row]) -> list[Row]:
    """In order, with shares and colours. Colours go by age, so that no good day swaps them."""
    found = sorted(found, key=lambda row: (-row.total, -row.today, row.name.casefold()))
    total = sum(row.total for row in found)
    for row in found:
        row.share = 100 * row.total / total if total else 0.0
    spenders = [row for row in found if row.total]
    own = spenders if len(spenders) <= SERIES else spenders[: SERIES - 1]
    for series, row in enumerate(sorted(own, key=lambda row: row.key), start=1):
        row.series = series
    return found
