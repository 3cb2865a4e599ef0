"""django-q2's cluster, made fail-stop. Runs in a process group of its own, under the supervisor.

A process that is killed while it holds a lock of the multiprocessing queue (an idle worker always
holds one) never gives it back, and the cluster waits for ever. So whenever one of the cluster's
processes dies in a way that was not planned, the sentinel kills the whole group, itself included.
"""

import contextlib
import logging
import multiprocessing
import os
import signal
from typing import NoReturn

from django.urls import get_resolver
from django_q import cluster

from generations.core import processes

logger = logging.getLogger(__name__)

CYCLE = 0.25  # seconds between two looks at the processes
STUCK = 4.0  # seconds during which work waits and every worker is idle
TIMED_OUT, IDLE, RECYCLED = 0, -1, -2  # what django-q2 writes into a worker's timer
PULSE_IDLE, PULSE_BUSY = b"i", b"b"


def run(pulse: int) -> None:
    """Run the cluster until SIGTERM; the sentinel writes a byte to `pulse` in every cycle."""
    os.set_blocking(pulse, False)
    FailStopSentinel.pulse = pulse
    processes.forks_die_with_parent()
    # Once for all workers: a second that each would else spend while its first job's lease runs.
    get_resolver().url_patterns  # noqa: B018  (the access imports every view)
    cluster.Sentinel = FailStopSentinel
    running = cluster.Cluster()
    running.start()
    running.sentinel.join()


class FailStopSentinel(cluster.Sentinel):  # type: ignore[misc]  # django-q2 has no types
    pulse = -1

    def guard(self) -> None:
        """The same as django-q2's, but that only planned ends are followed by a new process."""
        self.stuck = 0.0
        self.start_event.set()
        while not self.stop_event.wait(CYCLE):
            for worker in list(self.pool):
                self.check_worker(worker)
            for helper in (self.monitor, self.pusher):
                self.check_helper(helper)
            self.report()
        self.stop()

    def check_worker(self, worker: multiprocessing.Process) -> None:
        timer = worker.timer  # type: ignore[attr-defined]  # django-q2 hangs it there
        if not worker.is_alive():
            # Read without the timer's lock, which the dead may hold.
            if worker.exitcode != 0 or timer.get_obj().value not in (TIMED_OUT, RECYCLED):
                self.stop_all(f"worker {worker.pid} ended with {worker.exitcode}")
            self.reincarnate(worker)
            return
        with timer.get_lock():
            if timer.value > 0:
                timer.value = max(timer.value - CYCLE, TIMED_OUT)
            if timer.value == TIMED_OUT:
                self.reincarnate(worker)

    def check_helper(self, helper: multiprocessing.Process) -> None:
        """The pusher ends with 0 when the database went away, and is started again."""
        if helper.is_alive():
            return
        if helper.exitcode != 0:
            self.stop_all(f"process {helper.pid} ended with {helper.exitcode}")
        self.reincarnate(helper)

    def report(self) -> None:
        is_idle = all(worker.timer.get_obj().value == IDLE for worker in self.pool)
        self.stuck = self.stuck + CYCLE if is_idle and not self.task_queue.empty() else 0.0
        if self.stuck > STUCK:
            self.stop_all("work is waiting and no worker takes it")
        with contextlib.suppress(BlockingIOError):  # nobody reads just now
            os.write(self.pulse, PULSE_IDLE if is_idle else PULSE_BUSY)

    def stop_all(self, reason: str) -> NoReturn:
        logger.error("The queue's processes are started again: %s.", reason)
        os.killpg(0, signal.SIGKILL)
        raise SystemExit(1)  # not reached: the group includes this process
