"""One press of Generate in the demo's story, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from generations.management.demo.cast import Prompt
from generations.prompts.render import render

SLOTS = 3


class Fate(Enum):
    DRAWN = "drawn"
    CANCELLED = "cancelled"  # what had not been sent yet
    REFUSED = "refused"
    GIVEN_UP = "given up"
    BROKEN = "broken"
    RETRIED = "retried"
    LATE = "late"
    BATCH = "batch"  # one row more than there are slots, and that one is given up


class Way(Enum):
    HAND = "hand"
    SCRIPT = "script"
    PRACTICE = "practice"


@dataclass(frozen=True)
class Sitting:
    """One press of Generate, or one call of the script."""

    at: datetime
    who: str
    prompt: Prompt
    version: int  # of the library's prompt; 0 for words of their own
    template: str
    values: Mapping[str, str]
    size: tuple[int, int]
    count: int
    quality: str
    fate: Fate
    way: Way
    rows: tuple[Mapping[str, str], ...] = ()  # of a batch

    @property
    def words(self) -> str:
        return render(self.template, self.values)

    @property
    def pictures(self) -> int:
        """How many come of it."""
        sent = {Fate.DRAWN: self.count, Fate.CANCELLED: SLOTS, Fate.LATE: 1, Fate.RETRIED: 1}
        sent[Fate.BATCH] = SLOTS
        return sent.get(self.fate, 0)
