"""One drill: start the hub, load it, hurt it, let it settle, and judge."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from random import Random

import requests
from django.conf import settings
from django.db import Error, connections

from generations.keys.models import UpstreamKey
from generations.lifecycle.models import Generation
from generations.lifecycle.states import FINAL
from generations.teams.models import User
from generations.webhooks.models import Delivery, DeliveryState
from tests.chaos.checker import check
from tests.chaos.findings import Finding
from tests.chaos.journal import Journal, Journals
from tests.chaos.load import Job, Load
from tests.chaos.nemesis import Nemesis
from tests.chaos.postgres import Postgres
from tests.chaos.receiver import Receiver
from tests.chaos.report import Report
from tests.chaos.run import Plan
from tests.chaos.services import Hub
from tests.chaos.snapshot import history, take
from tests.chaos.upstream import make_hostile
from tests.processes import MANAGE, wait_until

TICK = 0.1
START_SECONDS = 60.0
LOAD_SECONDS = 240.0  # beyond what the pace takes, until the load is broken off
CREDITS = 10_000_000


def drill(plan: Plan, folder: Path, postgres: Postgres | None) -> int:
    """Run it and print the table. Returns how many violations there were."""
    started = time.monotonic()
    receiver = Receiver(Journal(folder / "receiver.jsonl"), int(os.environ["RECEIVER_PORT"]))
    _manage("migrate", "-v0")
    api_key = _found_team()
    hub = Hub(folder, int(os.environ["FLUXHUB_PORT"]), settings.SANDBOX_PORT)
    nemesis = Nemesis(hub, postgres, Random(plan.seed), plan.kill_every, list(plan.crashes_at))
    load = Load(
        url=settings.SITE_URL,
        api_key=api_key,
        hook=f"{receiver.origin}/told",
        owner=User.objects.get(),
        journal=Journal(folder / "client.jsonl"),
        jobs=[Job.of(plan.seed, number) for number in range(plan.jobs)],
        pace=plan.pace,
    )
    connections.close_all()
    try:
        _start(hub)
        make_hostile(settings.SANDBOX_URL, settings.SANDBOX_SECRET, plan.seed)
        _hurt(hub, nemesis, load)
        settled_after, left = _settle(hub, nemesis, plan.settle)
        load.ask_all()
    finally:
        load.stop()
        hub.stop()
    lines = [json.dumps(life) + "\n" for life in history()]
    (folder / "history.jsonl").write_text("".join(lines))
    journals, rows = Journals.of(folder), take()
    findings = check(journals, rows)
    findings += [Finding("not settled", f"after {plan.settle:.0f} s", each) for each in left]
    report = Report(
        seed=plan.seed,
        database="PostgreSQL" if postgres else "SQLite",
        seconds=time.monotonic() - started,
        settled_after=settled_after,
        faults=nemesis.faults,
        misses=nemesis.misses,
        journals=journals,
        rows=rows,
        findings=findings,
    )
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return len(findings)


def _found_team() -> str:
    """A team without limits of its own, its practice key opened wide; returns its API key."""
    made = _manage(
        *["createteam", "Chaos", "--owner", "owner@example.com", "--plan", "enterprise"],
        *["--credits", str(CREDITS), "--sandbox", "--api-key", "--json"],
    )
    UpstreamKey.objects.update(concurrent=40, requests_per_minute=100_000)
    return str(json.loads(made)["api_key"])


def _start(hub: Hub) -> None:
    def is_ready() -> bool:
        hub.look_after()
        try:
            return requests.get(f"{settings.SITE_URL}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    wait_until(is_ready, START_SECONDS, "a hub that is ready")


def _hurt(hub: Hub, nemesis: Nemesis, load: Load) -> None:
    """Services are started by this thread only: the kernel ends them with it."""
    loading = threading.Thread(target=load.run, daemon=True)
    loading.start()
    deadline = time.monotonic() + len(load.jobs) / load.pace + LOAD_SECONDS
    while loading.is_alive():
        if time.monotonic() > deadline:
            load.stop()  # what nobody answered is a finding
        hub.look_after()
        nemesis.strike(load.sent / max(1, len(load.jobs)))
        time.sleep(TICK)


def _settle(hub: Hub, nemesis: Nemesis, seconds: float) -> tuple[float, list[str]]:
    """Wait until all is final and told: how long after the last fault that was, and what is left.

    No longer than given, after that fault.
    """
    last = max((fault.at for fault in nemesis.faults), default=time.time())
    left = ["everything"]
    while left and time.time() - last <= seconds:
        hub.look_after()
        try:
            left = _left()
        except Error:
            connections.close_all()
        time.sleep(TICK)
    return time.time() - last, left


def _left() -> list[str]:
    """What is still under way: jobs, late pictures, news for callers."""
    under_way = Generation.objects.exclude(status__in=FINAL)
    late = Generation.objects.filter(status="failed", deadline__isnull=False)
    untold = Delivery.objects.filter(state=DeliveryState.DUE)
    return [
        *(f"{each.pk} is {each.status}" for each in under_way),
        *(f"{each.pk} is late" for each in late),
        *(f"delivery {each.pk} after {each.tries} tries, {each.note}" for each in untold),
    ]


def _manage(*arguments: str) -> str:
    done = subprocess.run([*MANAGE, *arguments], stdout=subprocess.PIPE, check=True, timeout=120)
    return done.stdout.decode()
