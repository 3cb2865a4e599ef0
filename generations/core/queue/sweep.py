"""The sweep: what a lost message or a dead process left undone, done again, every few seconds.

Slices register their steps in `generations/apps.py`. Of all processes that run rounds, one leads;
a step must nevertheless be safe to run twice at a time, because a slow leader loses its lease.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import Error, close_old_connections, connections

from generations.core import ids
from generations.core.queue import lease

logger = logging.getLogger(__name__)

LEASE = "sweep"
HOLDER = f"{socket.gethostname()}:{os.getpid()}:{ids.token()[:8]}"


@dataclass
class Step:
    run: Callable[[], int]
    every: float
    due: float = 0.0  # on the monotonic clock


_steps: dict[str, Step] = {}


def register(name: str, step: Callable[[], int], every: float | None = None) -> None:
    """Add a step that returns how many rows it mended; `every` so many seconds, or each round."""
    _steps[name] = Step(step, every or 0.0)


def run_round() -> dict[str, int]:
    """Run all steps that are due, if this process leads; what each mended, failures left out.

    A step that raises is logged and does not hold up the others. Raises what the database raises
    when it cannot be asked who leads.
    """
    mended = {}
    for name, step in _steps.items():
        if step.due > time.monotonic():
            continue
        # Before each step, because the steps before it may have taken longer than the lease.
        if not lease.take(LEASE, HOLDER, _term()):
            break
        step.due = time.monotonic() + step.every
        try:
            mended[name] = step.run()
        except Exception:  # the boundary: one slice's fault must not stop the others' sweep
            logger.exception("Sweep step %s failed.", name)
    return mended


def run_rounds(stop: threading.Event) -> None:
    """Rounds until `stop`, through outages of the database; then hand over the lead."""
    is_away = False
    while not stop.is_set():
        try:
            close_old_connections()
            run_round()
            is_away = False
        except Error as error:
            if not is_away:
                logger.error("The sweep waits for the database: %s", error)
            is_away = True
            connections.close_all()
        stop.wait(settings.DEADLINES["sweep"])
    try:
        lease.give_back(LEASE, HOLDER)
    except Error:
        logger.info("The lead of the sweep runs out by itself.")
    connections.close_all()


def _term() -> float:
    """Seconds of lead: three rounds, so that a successor waits no longer than that."""
    return float(settings.DEADLINES["sweep"] * 3)
