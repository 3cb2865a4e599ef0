"""What a drill did and what came of it, as a table."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.chaos.findings import Finding
from tests.chaos.journal import Journals
from tests.chaos.nemesis import Fault
from tests.chaos.snapshot import FINAL, Snapshot

WEB = {"web", "web worker"}


@dataclass(frozen=True)
class Report:
    seed: int
    database: str
    seconds: float
    settled_after: float  # seconds from the last fault to the last end
    faults: Sequence[Fault]
    misses: int
    journals: Journals
    rows: Snapshot
    findings: Sequence[Finding]

    def lines(self) -> Iterator[str]:
        for name, value in self.figures():
            yield f"  {name:<28}{value}"
        for finding in self.findings[:40]:
            yield f"  VIOLATION {finding}"
        if len(self.findings) > 40:
            yield f"  and {len(self.findings) - 40} more"

    def figures(self) -> Iterator[tuple[str, object]]:
        states = Counter(each.status for each in self.rows.generations.values())
        late = sum(each.is_late for each in self.rows.generations.values())
        found = Counter(finding.rule for finding in self.findings)
        yield "seed", self.seed
        yield "database", self.database
        yield "duration", f"{self.seconds:.0f} s, all final {self.settled_after:.1f} s after"
        yield "jobs acknowledged", len({line["id"] for line in self.journals.told("acknowledged")})
        yield "completed", f"{states['completed']} (late {late})"
        yield "failed", f"{states['failed']} {_listed(self._failures())}"
        yield "cancelled", states["cancelled"]
        yield "not final", sum(n for state, n in states.items() if state not in FINAL)
        yield "lost", found["lost"]
        yield "charged not once", found["charged not once"] + found["charged for nothing"]
        yield "kills and crashes", f"{len(self.faults)} {_listed(self._kinds())}"
        yield "struck nothing", self.misses
        yield "upstream creations", f"{len(self.journals.seen('creation'))} {_listed(self._odd())}"
        yield "webhooks to callers", f"{len(self.journals.receiver)} arrived"
        yield "callers saw", _listed(self._seen())
        yield "work went on after", _spread(self._work_resumed())
        yield "web answered after", _spread(self._web_resumed())
        yield "violations", len(self.findings)

    def _failures(self) -> Counter[str]:
        return Counter(
            each.failure for each in self.rows.generations.values() if each.status == "failed"
        )

    def _kinds(self) -> Counter[str]:
        return Counter(fault.kind for fault in self.faults)

    def _odd(self) -> Counter[str]:
        creations = self.journals.seen("creation")
        return Counter(fault for line in creations for fault in line["faults"])

    def _seen(self) -> Counter[str]:
        names = ("no answer", "refused", "gave up", "too late", "picture")
        counts = Counter({name: len(self.journals.told(name)) for name in names})
        counts.update(f"HTTP {line['status']}" for line in self.journals.told("trouble"))
        counts["replayed"] = sum(line["replayed"] for line in self.journals.told("acknowledged"))
        return +counts

    def _work_resumed(self) -> list[float]:
        """Seconds from each fault to the next step of any job, where a job was under way."""
        moments = sorted(moment.timestamp() for moment in self.rows.moves)
        waits = []
        for fault in self.faults:
            place = bisect_right(moments, fault.at)
            if fault.kind not in WEB and place < len(moments):
                waits.append(moments[place] - fault.at)
        return waits

    def _web_resumed(self) -> list[float]:
        answers = sorted(line["at"] for line in self.journals.told("answer"))
        waits = []
        for fault in self.faults:
            place = bisect_right(answers, fault.at)
            if fault.kind in WEB and place < len(answers):
                waits.append(answers[place] - fault.at)
        return waits


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


def _spread(seconds: Sequence[float]) -> str:
    if not seconds:
        return "–"
    ordered = sorted(seconds)
    return f"p50 {ordered[len(ordered) // 2]:.1f} s, max {ordered[-1]:.1f} s ({len(ordered)})"
