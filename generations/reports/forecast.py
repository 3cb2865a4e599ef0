"""What is still to come, from what was: the mean of the last four weeks, by kind of day.

The rule. Working days (Monday to Friday) and the days of the weekend are counted apart. Each has
the mean of its kind over the 28 days before today, days without spend included, but none before
the first spend in them: who began last week is not measured by the weeks before. Today counts for
what it still lacks of its mean, never for less than nothing. With spend on fewer than three of
those days there is no forecast: two days are no habit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

WINDOW = 28  # days before today: every weekday four times
LEAST = 3  # days with spend, below which nothing is foretold
FARTHEST = 366  # days: who has credits for longer is told no date


@dataclass(frozen=True)
class Pace:
    """Credits of a mean working day and of a mean day of the weekend, whole."""

    working: int
    weekend: int

    def of(self, day: date) -> int:
        return self.working if is_working(day) else self.weekend


def is_working(day: date) -> bool:
    return day.weekday() < 5


def window(today: date) -> tuple[date, date]:
    """The first and the last day that a forecast is made from."""
    return today - timedelta(days=WINDOW), today - timedelta(days=1)


def pace(spent: Mapping[date, int], today: date) -> Pace | None:
    """From credits by day, where days without any may lack. None: too little to tell from."""
    first, last = window(today)
    with_spend = [day for day, credits in spent.items() if credits and first <= day <= last]
    if len(with_spend) < LEAST:
        return None
    start = min(with_spend)
    counted = [start + timedelta(days=n) for n in range((last - start).days + 1)]
    return Pace(
        working=mean([spent.get(day, 0) for day in counted if is_working(day)]),
        weekend=mean([spent.get(day, 0) for day in counted if not is_working(day)]),
    )


def expected(pace: Pace, days: Iterable[date], today: date, spent_today: int) -> dict[date, int]:
    """Credits still to come on each of these days; nothing on those that are over."""
    return {
        day: max(0, pace.of(day) - spent_today) if day == today else pace.of(day)
        for day in days
        if day >= today
    }


def runs_out(pace: Pace, today: date, spent_today: int, left: int) -> date | None:
    """The day on which so many credits are gone at this pace; None: not within a year."""
    coming = (today + timedelta(days=n) for n in range(FARTHEST))
    for day, credits in expected(pace, coming, today, spent_today).items():
        left -= credits
        if left <= 0:
            return day
    return None


def mean(values: list[int]) -> int:
    """Rounded half up; nothing where there is nothing to count."""
    return (2 * sum(values) + len(values)) // (2 * len(values)) if values else 0
