"""`manage.py worker`: keeps a cluster running, and the sweep.

The cluster is a child in a group of its own, replaced whole whenever it ends, falls silent, or
lets beats go unanswered while it has nothing to do.
"""

import logging
import os
import select
import signal
import sys
import threading
import time

from django.db import Error, close_old_connections, connection, connections

from generations.core import processes
from generations.core.queue import sweep
from generations.core.queue.cluster import PULSE_BUSY
from generations.core.queue.heartbeat import Watch

logger = logging.getLogger(__name__)

GRACE = 2.5  # seconds for tasks under way when we are told to stop; they are safe to repeat
STARTING = 30.0  # seconds until the first pulse
SILENT = 5.0  # seconds without a pulse (the sentinel sends four a second)
BEAT_EVERY = 2.0
UNANSWERED = 5.0
HEALTHY = 5.0  # a cluster that ran so many seconds is replaced at once, others with a delay
LONGEST_DELAY = 2.0


def supervise() -> None:
    """Run until SIGTERM or SIGINT; then everything has ended within five seconds."""
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    processes.adopt_orphans()
    sweeper = threading.Thread(target=sweep.run_rounds, args=(stop,), name="sweep", daemon=True)
    sweeper.start()
    delay = 0.0
    while _wait_for_database(stop):
        started = time.monotonic()
        reason = _run_cluster(stop)
        if reason:
            delay = 0.0 if time.monotonic() - started > HEALTHY else min(delay + 0.5, LONGEST_DELAY)
            logger.error("The queue's cluster %s; starting again.", reason)
            stop.wait(delay)
    sweeper.join(0.5)


def _wait_for_database(stop: threading.Event) -> bool:
    """Without it a cluster would only fail again and again. False when we were told to stop."""
    is_away = False
    while not stop.is_set():
        try:
            connection.ensure_connection()
            connection.close()
            return True
        except Error as error:
            if not is_away:
                logger.error("The queue waits for the database: %s", error)
            is_away = True
            stop.wait(0.5)
    return False


def _run_cluster(stop: threading.Event) -> str:
    """One life of a cluster: why it had to end, or '' when we were told to stop."""
    reading, writing = os.pipe()
    cluster = processes.spawn(
        [sys.executable, sys.argv[0], "worker", "--cluster", str(writing)], pass_fds=[writing]
    )
    os.close(writing)
    reason = ""
    try:
        watched = _Cluster(reading)
        with _Beats(watched):
            while not stop.is_set() and not reason:
                watched.listen()
                reason = "ended" if cluster.poll() is not None else watched.fault()
    finally:
        processes.end_group(cluster, 0 if reason else GRACE)
        os.close(reading)
    return reason


class _Cluster:
    """What the pulses and the beats say of the cluster."""

    def __init__(self, pulse: int) -> None:
        self.pulse = pulse
        self.deadline = time.monotonic() + STARTING
        self.busy_at = time.monotonic()
        self.is_up = threading.Event()  # from the first pulse on
        self.unanswered = 0.0  # seconds

    def listen(self) -> None:
        """Take in pulses, or return after a moment without any."""
        ready, _, _ = select.select([self.pulse], [], [], 0.2)
        if not ready:
            return
        pulses = os.read(self.pulse, 1000)
        if not pulses:  # all writers have ended
            time.sleep(0.05)
            return
        self.deadline = time.monotonic() + SILENT
        self.is_up.set()
        if PULSE_BUSY in pulses:
            self.busy_at = time.monotonic()

    def fault(self) -> str:
        if time.monotonic() > self.deadline:
            return "fell silent"
        idle = time.monotonic() - self.busy_at
        if min(idle, self.unanswered) > UNANSWERED:
            return "is idle and leaves its tasks"
        return ""


class _Beats:
    """A thread that sends beats while the cluster lives, and tells it how long none came back."""

    def __init__(self, cluster: _Cluster) -> None:
        self.cluster = cluster
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run, name="beats", daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.stop.set()

    def run(self) -> None:
        watch = Watch()
        self.cluster.is_up.wait(STARTING)
        while not self.stop.wait(BEAT_EVERY if watch.pending else 0.3):
            try:
                close_old_connections()
                watch.send()
            except Error:
                # Without the database nothing is proved against the cluster. The sweep logs it.
                connections.close_all()
                watch = Watch()
            self.cluster.unanswered = watch.silence()
        connections.close_all()
