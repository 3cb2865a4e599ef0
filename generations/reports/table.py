"""Charges as CSV, one line each, that a spreadsheet cannot be tricked by."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from generations.reports.entries import Line

COLUMNS = [
    "day", "time", "member", "email", "project", "mode",
    "credits", "generation", "prompt", "width", "height", "version", "quality",
]  # fmt: skip
BILL_COLUMNS = ["day", "key", "line", "credits", "generation", "why"]

# Day, shared key, line of the bill, credits, generation, and the reason.
BillRow = tuple[date, str, str, int, UUID | None, str]


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def rows(lines: Iterable[Line], zone: ZoneInfo) -> Iterator[str]:
    """The header, then the lines as they come; days and times are the team's."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for line in lines:
        yield writer.writerow(_row(line, zone))


def bill_rows(lines: Iterable[BillRow]) -> Iterator[str]:
    """The header, then the lines of a bill; the credits of all of them are what was billed."""
    writer = csv.writer(_Echo())
    yield writer.writerow(BILL_COLUMNS)
    for day, key, line, credits, generation, why in lines:
        cells = [day.isoformat(), safe(key), line, credits, str(generation or ""), safe(why)]
        yield writer.writerow(cells)


def safe(text: str) -> str:
    """A cell that a spreadsheet shows and never runs: formulas start with one of these."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _row(line: Line, zone: ZoneInfo) -> list[object]:
    entry, made = line.entry, line.generation
    return [
        entry.day.isoformat(),
        entry.at.astimezone(zone).isoformat(timespec="seconds"),
        safe(str(entry.user or "")),
        safe(entry.user.email if entry.user else ""),
        safe(str(entry.project or "")),
        entry.account.mode,
        line.credits,
        str(entry.reference or ""),
        safe(made.prompt) if made else "",
        made.width if made else "",
        made.height if made else "",
        safe(made.version) if made else "",
        safe(made.quality) if made else "",
    ]
