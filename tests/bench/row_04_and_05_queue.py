"""Rows 4 and 5: from a message to the start of its task, and how many messages a second are done.

Both clusters turn over the same empty task, in turns, each in a life of its own.
"""

import random
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench import stamps
from tests.bench.clusters import Cluster, cluster, queue
from tests.bench.lines import Line, percentile, report, spread

ROUNDS = 5
SINGLE = 24  # messages of a round, one after the other
PAUSE = (0.02, 0.12)  # seconds between two of them
HEAP = {True: 600, False: 100}  # messages at once: each heap takes some seconds


class Round(NamedTuple):
    delays: list[float]  # seconds
    rate: float  # messages a second


def measure(folder: Path, database: str) -> list[Line]:
    rounds: dict[bool, list[Round]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for is_ours, done in rounds.items():
            with cluster(folder, is_ours=is_ours) as running:
                done.append(Round(one_by_one(running), a_heap(running)))
    ours, theirs = rounds[True], rounds[False]
    return [*waited(ours, theirs, database), drained(ours, theirs, database)]


def one_by_one(running: Cluster) -> list[float]:
    """From just before each message is written to the first line of its task."""
    began = {}
    for _ in range(SINGLE):
        time.sleep(random.uniform(*PAUSE))
        moment = time.time()
        began[running.enqueue()] = moment
    running.drained()
    started = stamps.read(running.file)
    return [started[number] - moment for number, moment in began.items()]


def a_heap(running: Cluster) -> float:
    """Messages of one transaction, from its commit until all are done and acknowledged."""
    from django.db import transaction

    count = HEAP[running.is_ours]
    with transaction.atomic():
        for _ in range(count):
            running.enqueue()
    began = time.monotonic()
    running.drained()
    return count / (time.monotonic() - began)


def waited(ours: Sequence[Round], theirs: Sequence[Round], database: str) -> list[Line]:
    here = [delay for each in ours for delay in each.delays]
    there = [delay for each in theirs for delay in each.delays]
    lines = []
    for name, share, most in (("p50", 0.5, 0.01), ("p99", 0.99, 0.05)):
        mine, other = percentile(here, share), percentile(there, share)
        lines.append(
            Line(
                4,
                f"{database}: message to task, {name}",
                f"<= {most * 1000:.0f} ms" if database == "PostgreSQL" else "",
                f"{mine * 1000:.1f} ms ({mine / other:.2f}x)",
                f"django-q2 as it comes: {other * 1000:.0f} ms",
                mine <= most if database == "PostgreSQL" else None,
            )
        )
    return lines


def drained(ours: Sequence[Round], theirs: Sequence[Round], database: str) -> Line:
    ratio = median(a.rate / b.rate for a, b in zip(ours, theirs, strict=True))
    least = 6 if database == "PostgreSQL" else 10
    return Line(
        5,
        f"{database}: messages done and acknowledged",
        f">= {least}x django-q2 as it comes",
        f"{ratio:.1f}x: {spread([each.rate for each in ours], '/s')}",
        f"django-q2 as it comes: {spread([each.rate for each in theirs], '/s')}",
        ratio >= least,
    )


if __name__ == "__main__":
    with queue() as (folder, database):
        report(measure(folder, database))
