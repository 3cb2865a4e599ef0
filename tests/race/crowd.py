"""Many callers at the same moment, each on a thread with a database connection of its own."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")
START_SECONDS = 30.0
AT_THE_DOORS = 16  # requests at the same moment, as many as the web process has threads


def at_once(calls: int, call: Callable[[int], T], threads: int = 20) -> list[T | Exception]:
    """What `call(0)` … `call(calls - 1)` returned or raised; the threads start together."""
    threads = min(threads, calls)
    barrier = threading.Barrier(threads)

    def some(first: int) -> list[T | Exception]:
        try:
            connections["default"].ensure_connection()
            barrier.wait(START_SECONDS)
            return [outcome(call, number) for number in range(first, calls, threads)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        shares = list(pool.map(some, range(threads)))
    return [shares[number % threads][number // threads] for number in range(calls)]


def outcome(call: Callable[[int], T], number: int) -> T | Exception:
    try:
        return call(number)
    except Exception as error:  # the outcome is what the test judges
        return error


class Meeting:
    """A place at which two callers wait for each other: between a check and its act."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2)

    def wait(self) -> None:
        """Returns when both are there, or when the other does not come."""
        with contextlib.suppress(threading.BrokenBarrierError):
            self._barrier.wait(3)
