"""Actions that run later, on a fixed number of threads that never hold up the end."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)


class Scheduler:
    def __init__(self, name: str, threads: int) -> None:
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._news = threading.Condition()
        self._is_open = True
        # Daemons: a webhook that hangs must not delay SIGTERM.
        for n in range(threads):
            threading.Thread(target=self._work, name=f"{name}-{n}", daemon=True).start()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        with self._news:
            moment = time.monotonic() + seconds
            heapq.heappush(self._due, (moment, next(self._order), action))
            self._news.notify()

    def stop(self) -> None:
        """What has not begun is dropped."""
        with self._news:
            self._is_open = False
            self._due.clear()
            self._news.notify_all()

    def _work(self) -> None:
        while action := self._next():
            try:
                action()
            except Exception:  # the boundary of a thread: one broken job must not end the others
                log.exception("An action of the sandbox failed.")

    def _next(self) -> Callable[[], None] | None:
        """Waits for the next action that is due; None at the end."""
        with self._news:
            while self._is_open:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[2]
                self._news.wait(wait)
            return None
