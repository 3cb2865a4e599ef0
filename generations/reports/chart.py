"""Where the bars of a usage chart stand.

Across in per cent, down in pixels: the chart stretches with the page and its words do not.
Figures are text already, so that no locale rewrites a coordinate.
"""

from dataclasses import dataclass
from datetime import date

from generations.reports.usage import Stack, Usage

TOP, ZERO = 28, 180  # pixels from the upper edge
MONDAY = 0
LEAST_BAR = 1.5  # pixels: whatever was spent is seen


@dataclass(frozen=True)
class Bar:
    y: str
    height: str
    stack: Stack
    credits: int


@dataclass(frozen=True)
class Column:
    day: date
    x: str
    width: str
    middle: str
    total: int
    bars: list[Bar]
    expected: int
    expected_y: str  # where the dashed part begins, or "" where nothing is to come
    expected_height: str
    value_y: str  # where the total is written, or "" where it is not
    is_today: bool
    is_named: bool  # also where there is room for few names only


@dataclass(frozen=True)
class Line:
    y: str
    value: int


@dataclass(frozen=True)
class Chart:
    columns: list[Column]
    lines: list[Line]
    stacks: list[Stack]
    has_forecast: bool


def chart(report: Usage) -> Chart:
    """One column a day, one bar a stack; dashed what is still to come."""
    days, totals, expected = report.period.days, report.by_day, report.expected
    highest = max(total + expected.get(day, 0) for day, total in zip(days, totals, strict=True))
    step = _step(highest)
    top = max(step, -(-highest // step) * step)
    scale = (ZERO - TOP) / top
    stacks, written = report.stacks, _written(report)
    columns = [_column(report, stacks, n, scale, n in written) for n in range(len(days))]
    lines = [Line(f"{ZERO - value * scale:.1f}", value) for value in range(0, top + 1, step)]
    return Chart(columns, lines, stacks, any(column.expected_y for column in columns))


def _column(report: Usage, stacks: list[Stack], n: int, scale: float, has_value: bool) -> Column:
    pitch = 100 / len(report.period.days)
    day, floor, bars = report.period.days[n], float(ZERO), []
    for stack in stacks:
        if credits := stack.by_day[n]:
            # A hair of ground between two bars, so that neighbours part without colour.
            height = max(credits * scale, LEAST_BAR + 1)
            floor -= height
            bars.append(Bar(f"{floor:.1f}", f"{height - 1:.1f}", stack, credits))
    expected = report.expected.get(day, 0)
    height = expected * scale
    return Column(
        day=day,
        x=f"{pitch * (n + 0.2):.2f}%",
        width=f"{pitch * 0.6:.2f}%",
        middle=f"{pitch * (n + 0.5):.2f}%",
        total=report.by_day[n],
        bars=bars,
        expected=expected,
        expected_y=f"{floor - height:.1f}" if height >= 1 else "",
        expected_height=f"{height:.1f}",
        value_y=f"{floor - (height if height >= 1 else 0) - 7:.1f}" if has_value and bars else "",
        is_today=day == report.today,
        is_named=day == report.today
        or (day.weekday() == MONDAY and abs((day - report.today).days) > 1),
    )


def _written(report: Usage) -> set[int]:
    """The columns whose total is written: the highest, and today's if it is not its neighbour."""
    totals = report.by_day
    highest = max(range(len(totals)), key=totals.__getitem__)
    now = report.period.days.index(report.today) if report.is_present else highest
    return {highest, now} if abs(highest - now) > 3 else {highest}


def _step(most: int) -> int:
    """The distance of the lines: 1, 2 or 5 times a power of ten, two to four of them."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if most <= 4 * factor * size:
                return max(factor * size, 5)
        size *= 10
