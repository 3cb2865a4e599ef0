"""What a script found out, and the table of it."""

import json
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

AS_JSON = "--json"
HEADS = ("row", "what", "target", "measured", "against", "verdict")


@dataclass(frozen=True)
class Line:
    row: int
    what: str
    target: str
    measured: str
    against: str = ""  # the limit or the peer, from the same interleaved run
    is_met: bool | None = None  # None: a figure without a target, or nothing was measured

    @property
    def verdict(self) -> str:
        return {True: "met", False: "MISSED", None: "-"}[self.is_met]

    def cells(self) -> tuple[str, ...]:
        parts = (str(self.row), self.what, self.target, self.measured, self.against, self.verdict)
        return tuple(part.replace("|", "/") for part in parts)


def left_out(what: str, why: str) -> Line:
    return Line(0, what, "", f"left out: {why}")


def table(lines: Iterable[Line]) -> str:
    rows = [HEADS, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    rows.insert(1, tuple("-" * width for width in widths))
    texts = (
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    )
    return "\n".join(texts)


def report(lines: Sequence[Line]) -> None:
    """The end of a script: a table, or one line of JSON for whoever runs them all."""
    as_json = AS_JSON in sys.argv
    text = json.dumps([asdict(line) for line in lines]) if as_json else table(lines)
    sys.stdout.write(f"{text}\n")


def load(text: str) -> list[Line]:
    return [Line(**values) for values in json.loads(text)]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: Sequence[float], unit: str, scale: float = 1.0) -> str:
    """The median, and between which values it was found."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle * scale:.3g} {unit} ({low * scale:.3g}-{high * scale:.3g})"
