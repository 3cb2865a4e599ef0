"""A worker under its supervisor, on a database of its own."""

import logging
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django_q.signing import SignedPackage
from pytest_django import DjangoDbBlocker

from tests.processes import MANAGE, Process, children, connect, fresh_database, running, wait_until

logger = logging.getLogger(__name__)

WORKERS = 2


@dataclass
class Worker:
    """`manage.py worker` and what is below it."""

    process: subprocess.Popen[bytes]
    database: BaseDatabaseWrapper

    @property
    def main(self) -> Process:
        return children(self.process.pid)[0]

    @property
    def sentinel(self) -> Process:
        return children(self.main.pid)[0]

    @property
    def workers(self) -> list[Process]:
        return children(self.sentinel.pid)[:WORKERS]

    @property
    def monitor(self) -> Process:
        return children(self.sentinel.pid)[WORKERS]

    @property
    def pusher(self) -> Process:
        return children(self.sentinel.pid)[WORKERS + 1]

    def is_complete(self) -> bool:
        try:
            return len(children(self.sentinel.pid)) == WORKERS + 2
        except IndexError:
            return False

    def last_beat(self) -> datetime | None:
        with self.database.cursor() as cursor:
            cursor.execute("SELECT at FROM generations_heartbeat")
            row = cursor.fetchone()
        return row[0] if row else None

    def send(self, function: str, *arguments: object, times: int = 1, **options: object) -> None:
        """Put a message on the queue, as another process would."""
        message = {
            "id": "0" * 32,
            "name": function,
            "func": function,
            "args": arguments,
            "kwargs": {},
            "started": timezone.now(),
            "ack_failure": True,
        }
        row = ["fluxhub", SignedPackage.dumps(message | options), self.now()]
        with self.database.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO django_q_ormq (key, payload, lock) VALUES (%s, %s, %s)", [row] * times
            )

    def now(self) -> str | datetime | None:
        """As the ORM writes it."""
        return self.database.ops.adapt_datetimefield_value(timezone.now())

    def count_pulled(self, function: str) -> int:
        """How many such messages a cluster has taken into memory and not yet acknowledged."""
        with self.database.cursor() as cursor:
            cursor.execute("SELECT payload FROM django_q_ormq WHERE lock > %s", [self.now()])
            rows = cursor.fetchall()
        return sum(SignedPackage.loads(payload)["func"] == function for (payload,) in rows)

    def wait_for_work(self) -> None:
        """Wait for a whole cluster, in a hub whose tasks are turned over."""
        wait_until(self.is_complete, 30, "a whole cluster")
        if self.last_beat() is None:
            self.wait_for_beat()

    def wait_for_beat(self) -> None:
        before = self.last_beat()
        wait_until(lambda: self.last_beat() != before, 15, "a task executed")


@pytest.fixture(scope="module")
def hub(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, str]]:
    """The environment of a hub with an empty, migrated database."""
    folder = tmp_path_factory.mktemp("hub")
    with (
        django_db_blocker.unblock(),
        fresh_database(folder, f"fluxhub_worker_{os.getpid()}") as url,
    ):
        environment = {
            "FLUXHUB_DATA": str(folder),
            "DATABASE_URL": url,
            "QUEUE_WORKERS": str(WORKERS),
        }
        subprocess.run(
            [*MANAGE, "migrate", "-v0"], env={**os.environ, **environment}, check=True, timeout=120
        )
        yield environment


@pytest.fixture(scope="module")
def worker(hub: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    log = tmp_path_factory.mktemp("worker") / "log"
    with running([*MANAGE, "worker"], hub, log) as process:
        database = connect(hub["DATABASE_URL"])
        yield Worker(process, database)
        database.close()
    logger.info(log.read_text())
