"""The database as the checker finds it: rows and sums, read without any of the hub's doors."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from generations.credits.models import Entry
from generations.lifecycle.models import Attempt, Generation, Image, Transition

FINAL = {"completed", "failed", "cancelled"}


@dataclass(frozen=True)
class Snapshot:
    generations: dict[str, Generation]
    ends: dict[str, list[str]]  # final states, in the order in which they were reached
    moves: list[datetime]  # when the queue moved something on
    attempts: dict[str, Attempt]  # by the idempotency key that went to the upstream
    adopted: dict[str, list[str]]  # by generation, the upstream's identifiers
    entries: dict[str, list[Entry]]  # of the wallet, by generation
    pictures: set[str]  # generations that have one


def history() -> list[dict[str, object]]:
    """Each job's life in a few words, for whoever reads on after a finding."""
    steps: dict[str, list[str]] = defaultdict(list)
    rows = Transition.objects.order_by("id").values_list("generation_id", "at", "target", "note")
    for generation, at, target, note in rows:
        steps[str(generation)].append(f"{at:%H:%M:%S.%f} {target} {note}".rstrip())
    lives = Generation.objects.order_by("id").values("id", "status", "failure", "tries", "crashes")
    return [{**life, "id": str(life["id"]), "steps": steps[str(life["id"])]} for life in lives]


def take() -> Snapshot:
    generations = Generation.objects.select_related("hold", "api_key")
    ends: dict[str, list[str]] = defaultdict(list)
    moves = []
    rows = Transition.objects.order_by("id").values_list("generation_id", "source", "target", "at")
    for generation, source, target, at in rows:
        if target in FINAL:
            ends[str(generation)].append(target)
        if source and target != "cancelled":
            moves.append(at)
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in Entry.objects.filter(account__kind="wallet").order_by("id"):
        entries[_text(entry.reference)].append(entry)
    attempts = list(Attempt.objects.order_by("generation", "n"))
    adopted: dict[str, list[str]] = defaultdict(list)
    for attempt in attempts:
        if attempt.upstream_id:
            adopted[str(attempt.generation_id)].append(attempt.upstream_id)
    return Snapshot(
        generations={str(each.pk): each for each in generations},
        ends=dict(ends),
        moves=moves,
        attempts={f"{each.generation_id}-{each.n}": each for each in attempts},
        adopted=dict(adopted),
        entries=dict(entries),
        pictures={str(each) for each in Image.objects.values_list("generation_id", flat=True)},
    )


def _text(reference: UUID | None) -> str:
    return str(reference) if reference else ""
