"""The real product, as a newcomer starts it: `manage.py up` on an empty folder."""

import os
import random
import re
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import MANAGE, Process, children, descendants, sockets_on, wait_until
from tests.sandbox.running import Sandbox

PATIENCE = 60.0  # seconds until it says that it is ready
GRACE = 5.0  # seconds from Ctrl-C to the end of all of it
PORTS_IN_A_ROW = 2  # web, sandbox
# What the suite sets for itself. A newcomer's shell has none of it.
NOT_A_NEWCOMERS = re.compile(
    r"FLUXHUB_\w+|SANDBOX_\w+|\w*SECRET_KEY\w*|(TEST_)?DATABASE_URL|CACHE_URL|SITE_URL|"
    r"CALLBACK_URL|DEADLINE_PROFILE|DJANGO_\w+|QUEUE_WORKERS|PYTEST_\w+"
)


@dataclass
class Hub:
    """One data folder and its address; `start` and `stop` it as often as the story needs."""

    folder: Path
    outbound: str = ""  # an origin that it may reach although it is not public
    command: Sequence[str] = ("up",)
    port: int = field(default_factory=lambda: free_ports(PORTS_IN_A_ROW))
    process: subprocess.Popen[bytes] | None = None
    was: list[Process] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "up.log").read_text()

    @property
    def practice(self) -> Sandbox:
        """The built-in upstream, with the secret that `up` wrote."""
        lines = (self.folder / ".env").read_text().splitlines()
        secrets = dict(line.split("=", 1) for line in lines)
        return Sandbox(f"http://127.0.0.1:{self.port + 1}", secrets["SANDBOX_SECRET"])

    def start(self, patience: float = PATIENCE) -> str:
        """Start it and wait, so many seconds at most; the link that it prints."""
        before = len(self.log) if (self.folder / "up.log").exists() else 0
        with (self.folder / "up.log").open("ab") as output:
            self.process = subprocess.Popen(
                [*MANAGE, *self.command, "--data", str(self.folder), "--port", str(self.port)],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = self.process

        def is_settled() -> bool:
            return "is ready: " in self.log[before:] or process.poll() is not None

        wait_until(is_settled, patience, "the link of `up`")
        link = re.search(r"is ready: (http\S+)", self.log[before:])
        assert link, self.log[before:]
        return link[1]

    def stop(self) -> None:
        """Ctrl-C: all of it ends in time, and nothing stays behind."""
        process = self.process
        assert process is not None
        self.was = descendants(process.pid)
        pressed = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the whole group
        assert process.wait(GRACE) == 0, self.log
        left = pressed + GRACE - time.monotonic()
        wait_until(lambda: not self.leftover(), left, "the end of every child")
        self.process = None

    def parts(self) -> dict[str, Process]:
        """The children of `up`: web, worker, live, sandbox."""
        assert self.process is not None
        found = {}
        for child in children(self.process.pid):
            words = child.command() if _is_leader(child) else []
            if "gunicorn" in words:
                found["web"] = child
            elif len(words) > 2:
                found[words[2]] = child
        return found

    def open_streams(self) -> int:
        """How many browsers' connections the live process holds."""
        live = self.parts().get("live")
        return len(live.sockets() & sockets_on(self.port)) if live else 0

    def leftover(self) -> list[Process]:
        return [each for each in self.was if each.is_alive]

    def kill(self) -> None:
        """Whatever went wrong, nothing of it stays."""
        if self.process is not None:
            self.was += descendants(self.process.pid)
            self.process.kill()
            self.process.wait()
        for each in self.leftover():
            each.kill()

    def _environment(self) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if _is_newcomers(name)}
        return kept | {"ALLOWED_OUTBOUND_ORIGINS": self.outbound}


def free_ports(count: int) -> int:
    """The first of so many free ports in a row, below those that systems give away."""
    for first in random.sample(range(20_000, 30_000, count), 50):
        if all(_is_free(first + number) for number in range(count)):
            return first
    raise AssertionError("No free ports in a row.")


def _is_leader(child: Process) -> bool:
    """Not an orphan that `up` has adopted and is about to end."""
    with suppress(ProcessLookupError):
        return os.getsid(child.pid) == child.pid
    return False


def _is_free(port: int) -> bool:
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _is_newcomers(name: str) -> bool:
    return NOT_A_NEWCOMERS.fullmatch(name) is None
