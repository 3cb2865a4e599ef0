"""Real processes of the hub, on a database and a data folder of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import environ
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

PROJECT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, str(PROJECT / "manage.py")]


@dataclass(frozen=True)
class Process:
    """One process at one time: a pid that was given away again is somebody else."""

    pid: int
    parent: int = field(compare=False)
    state: str = field(compare=False)
    started: int

    @property
    def is_alive(self) -> bool:
        now = _look(self.pid)
        return now is not None and now.started == self.started and now.state != "Z"

    def command(self) -> list[str]:
        """Its words; none when it has ended."""
        with suppress(FileNotFoundError, ProcessLookupError):
            return Path(f"/proc/{self.pid}/cmdline").read_text().split("\0")
        return []

    def sockets(self) -> set[str]:
        """The inodes of what it has open; none when it has ended."""
        found = set()
        for each in Path(f"/proc/{self.pid}/fd").glob("*"):
            with suppress(OSError):
                found.add(str(each.readlink()).removeprefix("socket:[").removesuffix("]"))
        return found

    def processor_time(self) -> float:
        """Seconds so far, of all its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self, number: int = signal.SIGKILL) -> None:
        if self.is_alive:
            os.kill(self.pid, number)


def children(pid: int) -> list[Process]:
    """Living children, in the order in which they were started."""
    everybody = (_look(int(folder.name)) for folder in Path("/proc").glob("[0-9]*"))
    found = [each for each in everybody if each and each.parent == pid and each.state != "Z"]
    return sorted(found, key=lambda each: (each.started, each.pid))


def descendants(pid: int) -> list[Process]:
    found = children(pid)
    return found + [each for child in found for each in descendants(child.pid)]


def sockets_on(port: int) -> set[str]:
    """The inodes of this machine's established connections to a port of its own (IPv4)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    here = f":{port:04X}"
    return {row[9] for row in rows if row[1].endswith(here) and row[3] == "01"}


def wait_until(reached: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, f"Not within {seconds:.0f} s: {what}."
        time.sleep(0.05)


@contextmanager
def running(
    arguments: list[str], environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process, and in the end neither it nor anything below it."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            arguments,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        yield process
    finally:
        below = descendants(process.pid)
        if process.poll() is None:
            process.kill()
        process.wait()
        for each in below:
            with suppress(ProcessLookupError):
                each.kill()


@contextmanager
def fresh_database(folder: Path, name: str) -> Iterator[str]:
    """The address of an empty database of the kind that the suite runs on."""
    server = os.environ.get("TEST_DATABASE_URL")
    if server is None:
        yield f"sqlite:///{folder / 'fluxhub.sqlite3'}"
        return
    admin = connect(server)
    with admin.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{server.rpartition('/')[0]}/{name}"
    finally:
        with admin.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        admin.close()


@contextmanager
def opened(url: str) -> Iterator[None]:
    """The ORM of this thread reads and writes another database than the suite's."""
    ours = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = connect(url)
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections[DEFAULT_DB_ALIAS] = ours


def connect(url: str) -> BaseDatabaseWrapper:
    """A connection to a database that the settings do not know."""
    options = {**settings.DATABASES["default"], **environ.Env.db_url_config(url), "TEST": {}}
    return ConnectionHandler({"default": options})["default"]


def _look(pid: int) -> Process | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()
    return Process(pid, int(fields[1]), fields[0], int(fields[19]))
