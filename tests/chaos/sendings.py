"""What reached the upstream: only what we know of, and nothing twice."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos.findings import Finding
from tests.chaos.journal import Journals
from tests.chaos.snapshot import Snapshot


def check(journals: Journals, rows: Snapshot) -> Iterator[Finding]:
    creations = journals.seen("creation")
    by_key = Counter(str(line["idempotency_key"]) for line in creations)
    for key, count in by_key.items():
        if key not in rows.attempts:
            yield Finding("unknown creation", key, "was created upstream by no attempt of ours")
        if count != 1:
            yield Finding("created twice", key, f"was created upstream {count} times")
    generations = Counter(key.rpartition("-")[0] for key in by_key)
    for name, count in generations.items():
        if count > 1:
            yield Finding("sent twice", name, f"was made upstream for {count} attempts")
    for line in creations:
        attempt = rows.attempts.get(str(line["idempotency_key"]))
        if attempt and line["webhook_url"] and attempt.token not in line["webhook_url"]:
            yield Finding("wrong callback", line["id"], "carries another attempt's token")
    yield from adoptions(journals, rows)


def adoptions(journals: Journals, rows: Snapshot) -> Iterator[Finding]:
    """A finished picture is the one that the upstream made for that very generation."""
    made_for = {
        line["id"]: str(line["idempotency_key"]).rpartition("-")[0]
        for line in journals.seen("creation")
    }
    for name, ids in rows.adopted.items():
        for each in ids:
            if made_for.get(each) != name:
                yield Finding("wrong adoption", name, f"took {each}, made for {made_for.get(each)}")
