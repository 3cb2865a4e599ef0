"""Two clusters before one queue, one at a time: ours as it ships, and django-q2's as it comes."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fluxhub.environment import write_secrets
from tests.bench import stamps
from tests.bench.house import POSTGRESQL, database
from tests.processes import MANAGE, PROJECT, running, wait_until

WORKERS = os.cpu_count() or 2  # django-q2's own choice
KEPT = 250  # results that django-q2 keeps and looks through: its usual state
PATIENCE = 60.0  # seconds


@dataclass
class Cluster:
    """Messages go to whichever cluster runs; `is_ours` chooses the broker that takes them."""

    folder: Path
    is_ours: bool
    asked: int = 0

    @property
    def file(self) -> Path:
        return self.folder / "stamps"

    def enqueue(self) -> int:
        from django_q.brokers.orm import ORM
        from django_q.tasks import async_task

        from generations.core.queue.broker import Broker

        self.asked += 1
        broker = Broker() if self.is_ours else ORM("fluxhub")
        async_task(stamps.STAMP, str(self.file), str(self.asked), broker=broker)
        return self.asked

    def drained(self) -> None:
        """Until every message is done and acknowledged."""
        from django_q.models import OrmQ

        deadline = time.monotonic() + PATIENCE
        while OrmQ.objects.exists():
            assert time.monotonic() < deadline, "The queue is not empty."
            time.sleep(0.005)


@contextmanager
def cluster(folder: Path, *, is_ours: bool) -> Iterator[Cluster]:
    """One that is up and has worked."""
    found = Cluster(folder, is_ours)
    settings = "fluxhub.settings" if is_ours else "tests.bench.defaults"
    environment = {"DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": str(PROJECT)}
    command = [*MANAGE, "worker" if is_ours else "qcluster"]
    with running(command, environment, folder / "log"):
        for _ in range(4 * WORKERS):
            found.enqueue()
        wait_until(lambda: len(stamps.read(found.file)) == found.asked, PATIENCE, "a cluster")
        found.drained()
        yield found
    found.file.unlink()


@contextmanager
def queue() -> Iterator[tuple[Path, str]]:
    """A data folder and the name of its kind of database, migrated. Once in a process."""
    server = os.environ["TEST_DATABASE_URL"] if POSTGRESQL in sys.argv else ""
    with tempfile.TemporaryDirectory(prefix="fluxhub-bench-") as name:
        folder = Path(name)
        with database(server, folder):
            _prepare(folder)
            yield folder, "PostgreSQL" if server else "SQLite"
            from django.db import connections

            connections.close_all()


def _prepare(folder: Path) -> None:
    import django
    from django.core.management import call_command
    from django.utils import timezone

    for unset in ("DATABASE_URL", "CACHE_URL", "EMAIL_URL"):
        os.environ.pop(unset, None)
    write_secrets(folder)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "fluxhub.settings",
        "FLUXHUB_DATA": str(folder),
        "QUEUE_WORKERS": str(WORKERS),
    }
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)

    from django_q.models import Task

    now = timezone.now()
    Task.objects.bulk_create(
        Task(id=f"{n:032}", name=str(n), func=stamps.STAMP, started=now, stopped=now, success=True)
        for n in range(KEPT)
    )
