"""Charges: each picture once, at what the upstream says it cost, and nothing else ever."""

from collections.abc import Iterator

from generations.lifecycle.models import Generation
from tests.chaos.findings import Finding
from tests.chaos.journal import Journals
from tests.chaos.snapshot import FINAL, Snapshot

DEAREST = 10**6  # credits; beyond it no figure is believed


def check(journals: Journals, rows: Snapshot) -> Iterator[Finding]:
    stated = {line["id"]: line["cost"] for line in journals.seen("finish")}
    expected_sum = charged_sum = 0
    for name, generation in rows.generations.items():
        if generation.status not in FINAL:
            continue
        expected = expected_charge(generation, stated)
        expected_sum += expected
        charged_sum += sum(-each.posted for each in rows.entries.get(name, []))
        yield from one(name, generation, rows, expected)
    if expected_sum != charged_sum:
        sentence = f"{charged_sum} charged in all, {expected_sum} by what the upstream stated"
        yield Finding("sum of charges", "wallet", sentence)
    known = {"", *rows.generations}
    for reference in rows.entries.keys() - known:
        yield Finding("charged for nothing", reference, "has entries and does not exist")


def expected_charge(generation: Generation, stated: dict[str, int | None]) -> int:
    """By the upstream's own books; where it stated no sensible cost, the likely price."""
    if generation.status != "completed" or generation.is_late or generation.hold is None:
        return 0
    cost = stated.get(generation.upstream_id)
    if cost is None or not 0 <= cost <= DEAREST:
        cost = generation.likely
    return min(cost, generation.hold.amount)


def one(name: str, generation: Generation, rows: Snapshot, expected: int) -> Iterator[Finding]:
    entries = rows.entries.get(name, [])
    kinds = [each.kind for each in entries]
    is_paid = generation.status == "completed" and not generation.is_late
    if is_paid and kinds.count("settle") != 1:
        yield Finding("charged not once", name, f"has {kinds.count('settle')} charges")
    if not is_paid and "settle" in kinds:
        yield Finding("charged for nothing", name, f"is {generation.status} and was charged")
    if generation.hold_id and (kinds[:1] != ["hold"] or len(kinds) != 2):
        yield Finding("resolved not once", name, f"has the entries {', '.join(kinds)}")
    amount = sum(-each.posted for each in entries)
    if amount != expected:
        yield Finding("wrong charge", name, f"was charged {amount} instead of {expected}")
    if sum(each.held for each in entries):
        yield Finding("still held", name, "has ended and holds credits")
