"""Whatever process of the queue is killed, work goes on; and when it is told to stop, all end."""

import logging
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.core.queue.conftest import WORKERS, Worker
from tests.processes import MANAGE, Process, connect, descendants, running, wait_until

logger = logging.getLogger(__name__)

RECOVERY = 30.0  # seconds on a crowded machine; on an idle one it takes 1 to 10
STOP = 5.0


@pytest.fixture(autouse=True)
def _own_database(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_with_all_its_processes(
    hub: dict[str, str], tmp_path: Path, signal_number: int
) -> None:
    with running([*MANAGE, "worker"], hub, tmp_path / "log") as process:
        worker = Worker(process, connect(hub["DATABASE_URL"]))
        worker.wait_for_work()
        pulled = worker.count_pulled("time.sleep")
        worker.send("time.sleep", 30)
        wait_until(lambda: worker.count_pulled("time.sleep") > pulled, 10, "pulled")
        worker.database.close()
        below = descendants(process.pid)
        process.send_signal(signal_number)
        assert process.wait(STOP) == 0
        assert not [each for each in below if each.is_alive]
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_killed_supervisor_takes_everything_with_it(hub: dict[str, str], tmp_path: Path) -> None:
    with running([*MANAGE, "worker"], hub, tmp_path / "log") as process:
        worker = Worker(process, connect(hub["DATABASE_URL"]))
        worker.wait_for_work()
        worker.database.close()
        below = descendants(process.pid)
        process.kill()
        wait_until(lambda: not any(each.is_alive for each in below), 5, "all ended")


@pytest.mark.parametrize(
    "victims",
    [
        pytest.param(lambda worker: worker.workers[:1], id="an idle worker"),
        pytest.param(lambda worker: worker.workers, id="all idle workers"),
        pytest.param(lambda worker: [worker.pusher], id="the pusher"),
        pytest.param(lambda worker: [worker.monitor], id="the monitor"),
        pytest.param(lambda worker: [worker.sentinel], id="the sentinel"),
        pytest.param(lambda worker: [worker.main], id="the main process"),
        pytest.param(lambda worker: descendants(worker.process.pid), id="everything at once"),
    ],
)
def test_work_goes_on_after_killing(
    worker: Worker, victims: Callable[[Worker], list[Process]]
) -> None:
    worker.wait_for_work()
    before = descendants(worker.process.pid)
    for victim in victims(worker):
        victim.kill()
    _wait_for_successor(worker, before)


def test_work_goes_on_after_killing_a_busy_worker(worker: Worker) -> None:
    worker.wait_for_work()
    before = descendants(worker.process.pid)
    pulled = worker.count_pulled("time.sleep")
    worker.send("time.sleep", 30, times=WORKERS)
    wait_until(lambda: worker.count_pulled("time.sleep") == pulled + WORKERS, 10, "pulled")
    worker.workers[0].kill()
    _wait_for_successor(worker, before)


@pytest.mark.parametrize(
    "victim",
    [
        pytest.param(lambda worker: worker.sentinel, id="the sentinel"),
        pytest.param(lambda worker: worker.pusher, id="the pusher"),
    ],
)
def test_work_goes_on_after_freezing(worker: Worker, victim: Callable[[Worker], Process]) -> None:
    worker.wait_for_work()
    before = descendants(worker.process.pid)
    victim(worker).kill(signal.SIGSTOP)
    _wait_for_successor(worker, before)


def test_a_worker_replaced_after_a_timeout_is_no_reason_to_start_again(worker: Worker) -> None:
    worker.wait_for_work()
    main, workers = worker.main, worker.workers
    worker.send("time.sleep", 30, timeout=1)
    wait_until(lambda: not all(each.is_alive for each in workers), 15, "the worker replaced")
    worker.wait_for_beat()
    assert worker.main == main


def test_a_recycled_worker_is_no_reason_to_start_again(worker: Worker) -> None:
    worker.wait_for_work()
    main, workers = worker.main, worker.workers
    worker.send("time.sleep", 0, times=500 * len(workers))
    wait_until(lambda: not all(each.is_alive for each in workers), 30, "a worker recycled")
    worker.wait_for_beat()
    assert worker.main == main


def _wait_for_successor(worker: Worker, before: list[Process]) -> None:
    """A new cluster at work, and nothing left of the old one."""

    def works() -> bool:
        return worker.is_complete() and worker.main not in before and worker.last_beat() != beat

    deadline = time.monotonic() + RECOVERY
    wait_until(lambda: not any(each.is_alive for each in before), RECOVERY, "the old cluster gone")
    beat = worker.last_beat()
    wait_until(works, deadline - time.monotonic(), "a new cluster at work")
    logger.info("work goes on after %.1f s", RECOVERY - deadline + time.monotonic())
