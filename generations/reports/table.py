"""Charges as CSV, one line each, that a spreadsheet cannot be tricked by."""

import csv
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from generations.reports.entries import Line

COLUMNS = [
    "day", "time", "member", "email", "project", "mode",
    "credits", "generation", "prompt", "width", "height", "version", "quality",
]  # fmt: skip


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
