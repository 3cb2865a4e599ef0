"""Where the bars of a usage chart stand.

Across in per cent, down in pixels: the chart stretches with the page and its words do not.
Figures are text already, so that no locale rewrites a coordinate.
"""

from dataclasses import dataclass
from datetime import date

from generations.reports.usage import Usage

TOP, ZERO = 28, 180  # pixels from the upper edge
ACROSS = 94.0  # per cent; the rest is for the figures of the axis
LABELLED = 16  # more days than this, and only every seventh is named


@dataclass(frozen=True)
class Bar:
    y: str
    height: str
    series: int
    name: str
    credits: int


@dataclass(frozen=True)
class Column:
    day: date
    x: str
    width: str
    middle: str
    total: int
    bars: list[Bar]
    has_label: bool
    value_y: str  # where the total is written, or "" where it is not


@dataclass(frozen=True)
class Line:
    y: str
    value: int


@dataclass(frozen=True)
class Chart:
    columns: list[Column]
    lines: list[Line]


def chart(report: Usage) -> Chart:
    """One stack a day, one bar a person, in the order of the table."""
    totals, days = report.by_day, report.period.days
    step = _step(max(totals, default=0))
    top = max(step, -(-max(totals, default=0) // step) * step)
    scale = (ZERO - TOP) / top
    written = _written(totals, days, report.today)
    columns = [_column(report, n, scale, n in written) for n in range(len(days))]
    lines = [Line(f"{ZERO - value * scale:.1f}", value) for value in range(0, top + 1, step)]
    return Chart(columns, lines)


def _column(report: Usage, n: int, scale: float, has_value: bool) -> Column:
    pitch = ACROSS / len(report.period.days)
    day = report.period.days[n]
    floor = float(ZERO)
    bars = []
    for row in report.rows:
        if credits := row.by_day[n]:
            height = credits * scale
            floor -= height
            # A hair of ground between two bars, so that neighbours part without colour.
            drawn = max(height - 1, 0.5)
            bars.append(Bar(f"{floor:.1f}", f"{drawn:.1f}", row.series, str(row.user), credits))
    return Column(
        day=day,
        x=f"{pitch * (n + 0.2):.2f}%",
        width=f"{pitch * 0.6:.2f}%",
        middle=f"{pitch * (n + 0.5):.2f}%",
        total=report.by_day[n],
        bars=bars,
        has_label=len(report.period.days) <= LABELLED or n % 7 == 0,
        value_y=f"{floor - 7:.1f}" if has_value and bars else "",
    )


def _written(totals: list[int], days: list[date], today: date) -> set[int]:
    """The columns whose total is written: the highest, and today's if it is not its neighbour."""
    highest = max(range(len(totals)), key=totals.__getitem__, default=0)
    now = days.index(today) if today in days else highest
    return {highest, now} if abs(highest - now) > 3 else {highest}


def _step(most: int) -> int:
    """The distance of the lines: 1, 2 or 5 times a power of ten, two to four of them."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if most <= 4 * factor * size:
                return max(factor * size, 5)
        size *= 10
