"""Several long-lived children, each started again when it ends, all ended together."""

import logging
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generations.core import processes

logger = logging.getLogger(__name__)

GRACE = 3.0  # seconds for all of them together; what is left is killed
HEALTHY = 10.0  # a child that lived so many seconds is replaced at once, others with a delay
LONGEST_DELAY = 10.0


@dataclass
class Child:
    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0  # on the monotonic clock
    delay: float = 0.0

    def start(self) -> None:
        self.process = processes.spawn(self.arguments)
        self.started = time.monotonic()

    def look_after(self) -> None:
        """Start it again if it ended, at once or, when that happens often, after a pause."""
        if self.process is None:
            if time.monotonic() > self.started + self.delay:
                self.start()
        elif (code := self.process.poll()) is not None:
            processes.end_group(self.process)
            lived = time.monotonic() - self.started
            self.delay = 0.0 if lived > HEALTHY else min(self.delay * 2 + 0.5, LONGEST_DELAY)
            logger.error("%s ended with %s; starting again.", self.name, code)
            self.process, self.started = None, time.monotonic()


def run(commands: Mapping[str, Sequence[str]], stop: threading.Event) -> None:
    """Keep one child per command until `stop` is set. Call it from the main thread."""
    processes.adopt_orphans()
    children = [Child(name, arguments) for name, arguments in commands.items()]
    try:
        while not stop.is_set():
            for child in children:
                child.look_after()
            stop.wait(0.2)
    finally:
        _end([child.process for child in children if child.process])


def _end(leaders: Sequence[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + GRACE
    for leader in leaders:
        leader.terminate()
    while any(leader.poll() is None for leader in leaders) and time.monotonic() < deadline:
        time.sleep(0.02)
    for leader in leaders:
        processes.end_group(leader)
