"""What one job did to the credits: held at first, charged or given back in the end."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from generations.credits.models import Entry, EntryKind
from generations.reports.entries import Line
from generations.teams import days


@dataclass(frozen=True)
class Job:
    """The entries of one generation, and the generation where the reader may see it."""

    line: Line
    held: Entry | None
    settled: Entry | None
    released: Entry | None
    losses: Sequence[Entry] = ()  # what the upstream took and nobody was charged, oldest first

    @property
    def amount(self) -> int:
        """What was held for it at first, in credits."""
        return self.held.held if self.held else 0

    @property
    def clock(self) -> str:
        """How its moments are written: with the day where it took more than one of the team's."""
        entries = [self.held, self.settled, self.released, *self.losses]
        zone = days.zone(self.line.entry.account.team)
        found = {timezone.localtime(entry.at, zone).date() for entry in entries if entry}
        return "moment" if len(found) > 1 else "seconds"

    @property
    def lost(self) -> int:
        return sum(entry.posted for entry in self.losses)

    @property
    def charged(self) -> int:
        return -self.settled.posted if self.settled else 0

    @property
    def still_held(self) -> int:
        return 0 if self.settled or self.released else self.amount

    @property
    def returned(self) -> int:
        return self.amount - self.charged - self.still_held


def job(lines: Sequence[Line]) -> Job | None:
    """From all entries of one reference; None where there are none."""
    if not lines:
        return None
    by_kind = {line.entry.kind: line.entry for line in lines}
    losses = [line.entry for line in lines if line.entry.kind == EntryKind.LOSS]
    own = [line for line in lines if line.entry.kind != EntryKind.LOSS]
    return Job(
        line=(own or lines)[0],
        losses=losses[::-1],
        held=by_kind.get(EntryKind.HOLD),
        settled=by_kind.get(EntryKind.SETTLE),
        released=by_kind.get(EntryKind.RELEASE),
    )
