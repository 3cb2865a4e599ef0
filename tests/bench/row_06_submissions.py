"""Row 6: submissions a second, to an upstream that takes 100 ms for each.

Ours from the moment in which the shared key opens until the last of the line is sent and its answer
written down; against one task for each submission, which asks the upstream and does nothing else.
Both on two workers of the same hub.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from tests.bench import stamps
from tests.bench.house import House, house
from tests.bench.lines import Line, report, spread
from tests.bench.upstream import upstream
from tests.processes import descendants

if TYPE_CHECKING:
    from generations.keys.models import UpstreamKey

ROW = 6
TAKES = 0.1  # seconds
WORKERS = 2
ROUNDS = 5
PATIENCE = 60.0
GLANCE = 0.01
OURS, THEIRS = 500, 60  # submissions of a round
AT_ONCE = 20  # pictures of one order


class Round(NamedTuple):
    rate: float  # submissions a second
    effort: float  # the worker's own seconds for one, whatever else the machine does


def measure(place: House, url: str) -> list[Line]:
    key = open_key(place, url)
    ours: list[Round] = []
    theirs: list[float] = []
    by_tasks(place, url, WORKERS * 4)
    by_dispatcher(place, key, AT_ONCE)
    for _ in range(ROUNDS):
        theirs.append(by_tasks(place, url, THEIRS))
        ours.append(by_dispatcher(place, key, OURS))
    ratio = median(a.rate / b for a, b in zip(ours, theirs, strict=True))
    what = f"{place.database}: submissions to an upstream that takes {TAKES * 1000:.0f} ms"
    return [
        Line(
            ROW,
            what,
            ">= 15x a task for each",
            f"{ratio:.1f}x: {spread([each.rate for each in ours], '/s')}",
            f"a task for each, {WORKERS} workers: {spread(theirs, '/s')}",
            ratio >= 15,
        ),
        Line(
            ROW,
            f"{place.database}: processor time of the worker for one",
            "",
            spread([each.effort for each in ours], "ms", 1000),
        ),
    ]


def open_key(place: House, url: str) -> "UpstreamKey":
    """Wide enough that nothing but our own work binds."""
    from generations.keys import upstream as keys

    return keys.add(
        place.team,
        place.people[0],
        name="Bench",
        provider="doitong",
        api_key="bench-0123456789",
        webhook_secret="whsec-bench-0123456789",
        base_url=url,
        requests_per_minute=1_000_000,
        concurrent=100_000,
    )


def by_dispatcher(place: House, key: "UpstreamKey", count: int) -> Round:
    """So many in line before a key that takes none, which opens."""
    from generations.core import clock
    from generations.keys import upstream as keys
    from generations.lifecycle.models import Generation
    from generations.lifecycle.states import Status

    keys.block(key, clock.now() + timedelta(minutes=1))
    for _ in range(count // AT_ONCE):
        order(place)
    settle(place)
    waiting = Generation.objects.filter(status__in=[Status.QUEUED, Status.SUBMITTING])
    worker = descendants(place.hub.parts()["worker"].pid)
    before = sum(each.processor_time() for each in worker)
    began = time.monotonic()
    keys.resume(key, place.people[0])
    wait_for(lambda: not waiting.exists())
    took = time.monotonic() - began
    effort = sum(each.processor_time() for each in worker) - before
    # Nobody asks after them, which would be in the way of the next round.
    sent = Generation.objects.filter(status=Status.PROCESSING)
    assert sent.update(due_at=None, deadline=None) >= count
    return Round(count / took, effort / count)


def order(place: House) -> None:
    from generations.lifecycle.admit import Order, admit
    from generations.providers.catalogue import Spec
    from generations.teams.models import Membership
    from generations.teams.modes import Mode

    member = Membership.objects.get(team=place.team, user=place.people[0])
    spec = Spec(stamps.PROMPT, 1024, 1024, "flux-pro-1.1", "standard", "flux-pro")
    admit(Order(member, Mode.LIVE, spec, count=AT_ONCE))


def by_tasks(place: House, url: str, count: int) -> float:
    """So many messages of one transaction, each a task that asks the upstream."""
    from django.db import transaction

    from generations.core.queue.wake import wake

    file = place.hub.folder / "stamps"
    settle(place)
    with transaction.atomic():
        for number in range(count):
            wake(stamps.SUBMIT, file, number, url)
    began = time.monotonic()
    wait_for(lambda: len(stamps.read(file)) == count)
    took = time.monotonic() - began
    file.unlink()
    return count / took


def settle(place: House) -> None:
    from django_q.models import OrmQ

    wait_for(lambda: not OrmQ.objects.exists())


def wait_for(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, "It did not come to pass."
        time.sleep(GLANCE)


if __name__ == "__main__":
    with upstream(TAKES) as url, house(outbound=url, QUEUE_WORKERS=WORKERS) as place:
        report(measure(place, url))
