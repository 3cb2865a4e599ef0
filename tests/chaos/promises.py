"""What callers were told: each accepted job exists, ends once, and ends as it was said to."""

from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.findings import Finding
from tests.chaos.journal import Journals
from tests.chaos.snapshot import FINAL, Snapshot

ENDS_ONCE = [["completed"], ["failed"], ["cancelled"]]
LATE = ["failed", "completed"]


def check(journals: Journals, rows: Snapshot) -> Iterator[Finding]:
    yield from answers(journals, rows)
    yield from endings(rows)
    yield from reports(journals, rows)
    yield from cancellations(journals, rows)


def answers(journals: Journals, rows: Snapshot) -> Iterator[Finding]:
    """One idempotency key, one job: always the same, nobody else's, and it exists."""
    for line in journals.told("refused"):
        yield Finding("refused", line["key"], f"a good order was answered with {line['status']}")
    for line in journals.told("gave up"):
        yield Finding("never answered", line["key"], "its caller gave up asking")
    given: dict[str, set[str]] = defaultdict(set)
    for line in journals.told("acknowledged"):
        given[line["key"]].add(line["id"])
    owners: dict[str, str] = {}
    for key, ids in given.items():
        if len(ids) != 1:
            yield Finding("two answers", key, f"was given {', '.join(sorted(ids))}")
        for each in ids:
            if each not in rows.generations:
                yield Finding("lost", each, "was acknowledged and does not exist")
            if owners.setdefault(each, key) != key:
                yield Finding("two owners", each, f"was given to {owners[each]} and to {key}")


def endings(rows: Snapshot) -> Iterator[Finding]:
    for name, generation in rows.generations.items():
        ends = rows.ends.get(name, [])
        if generation.status not in FINAL:
            yield Finding("lost", name, f"is still {generation.status}")
        elif ends not in ([LATE] if generation.is_late else ENDS_ONCE):
            yield Finding("ended not once", name, f"ended as {', '.join(ends) or 'nothing'}")
        elif ends[-1] != generation.status:
            yield Finding("ended not once", name, f"is {generation.status}, ended {ends[-1]}")
        if (generation.status == "completed") != (name in rows.pictures):
            yield Finding("picture", name, f"is {generation.status} and its picture does not fit")


def reports(journals: Journals, rows: Snapshot) -> Iterator[Finding]:
    """What polling said at the end is what the rows say; a picture could be fetched."""
    for line in journals.told("final"):
        generation = rows.generations.get(line["id"])
        if generation is None:
            continue
        is_late = generation.is_late and line["status"] == "failed"
        if line["status"] != generation.status and not is_late:
            yield Finding("told otherwise", line["id"], f"{line['status']} was {generation.status}")
        elif not is_late and line["cost"] != (generation.charged or 0):
            yield Finding(
                "told otherwise", line["id"], f"cost {line['cost']}, charged {generation.charged}"
            )
    for line in journals.told("picture"):
        if line["status"] != 200 or not line["type"].startswith("image/"):
            yield Finding("picture", line["id"], f"answered {line['status']} {line['type']}")


def cancellations(journals: Journals, rows: Snapshot) -> Iterator[Finding]:
    for event, is_cancelled in (("cancelled", True), ("too late", False)):
        for line in journals.told(event):
            generation = rows.generations.get(line["id"])
            if generation and (generation.status == "cancelled") != is_cancelled:
                yield Finding("told otherwise", line["id"], f"{event}, is {generation.status}")
