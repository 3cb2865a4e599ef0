"""At which steps of its life a generation meets a process that dies.

A point is armed in a file. The first process of the hub that comes to it dies there, its whole
program with it; the file then bears another name, so that it happens once.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

ARMED, REACHED = "armed.json", "reached.json"

WRITE = "a statement"  # of the database
SEND = "generations.core.http.request"
APPLY = "generations.webhooks.apply.apply"
PUT = "generations.core.blobs.put"
CALLS = (SEND, APPLY, PUT)


class Moment(StrEnum):
    BEFORE = "before"
    AFTER = "after"
    BEFORE_COMMIT = "before the commit of"
    AFTER_COMMIT = "after the commit of"


@dataclass(frozen=True)
class Point:
    """A moment around a step; of several such steps, the one in which all these words are."""

    moment: Moment
    step: str
    words: tuple[str, ...] = ()

    def is_at(self, step: str, said: Iterable[object]) -> bool:
        if step != self.step:
            return False
        text = " ".join(str(each) for each in said)
        return all(word in text for word in self.words)


def arm(folder: Path, point: Point) -> None:
    (folder / REACHED).unlink(missing_ok=True)
    fresh = folder / f"{ARMED}.new"
    fresh.write_text(json.dumps(asdict(point)))
    fresh.replace(folder / ARMED)


def armed(folder: Path) -> Point | None:
    try:
        found = json.loads((folder / ARMED).read_text())
    except FileNotFoundError:
        return None
    return Point(Moment(found["moment"]), found["step"], tuple(found["words"]))


def disarm(folder: Path) -> bool:
    """Whether it was still armed: of several that come to it, one dies."""
    try:
        (folder / ARMED).rename(folder / REACHED)
    except FileNotFoundError:
        return False
    return True


def was_reached(folder: Path) -> bool:
    return (folder / REACHED).exists()
