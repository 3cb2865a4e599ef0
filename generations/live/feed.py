"""The one reader of the database: what has happened since it last looked."""

import logging
import threading
import time
from collections.abc import Callable, Iterator

from django.db import Error, connection

from generations.live.sources import SOURCES, News, Source

logger = logging.getLogger(__name__)

PAUSE = 0.015  # seconds between two beats
OUTAGE = 2.0  # seconds before the next try when the database is away
LINGER = 60.0  # seconds that it reads on when nobody listens: people go from page to page
AGAIN = 5.0  # seconds for which rows are read again, because ids do not commit in order
UNDER_WAY = 200  # ids below the newest that may not have been committed when it begins to read
MOST = 5000  # rows of one source in one look


class Feed:
    """Reads what is new while somebody listens, and hands it to `publish` in order."""

    def __init__(
        self, publish: Callable[[list[News]], None], is_wanted: Callable[[], bool]
    ) -> None:
        self.publish = publish
        self.is_wanted = is_wanted
        self.lock = threading.Lock()  # over `cursors`, which arrivals set too
        self.cursors: list[Cursor] = []  # none: it does not read
        self.beat: object = None
        self.since = 0.0  # seconds since the epoch: nothing that came later was missed
        self.until = 0.0  # on the monotonic clock: when it may stop, unless somebody listens

    def run(self, stop: threading.Event) -> None:
        """Until `stop`, through outages of the database."""
        is_away = False
        while not stop.wait(OUTAGE if is_away else PAUSE):
            try:
                self.look()
                is_away = False
            except Error as error:
                if not is_away:
                    logger.error("Live updates wait for the database: %s", error)
                is_away = True
                self.beat = None
                connection.close()
        connection.close()

    def begin(self) -> None:
        """Listen from now on, and at least until LINGER has passed. A listener is told that it is
        heard only after this: between its arrival and the next look nothing may be missed.
        """
        with self.lock:
            self.until = time.monotonic() + LINGER
            if not self.cursors:
                self.cursors = [Cursor(source) for source in SOURCES]
                self.since = time.time()

    def look(self) -> None:
        """One look, unless nothing was committed since. Nobody listens, nor did lately: only forget
        the place.
        """
        if self.is_wanted():
            self.begin()
        else:
            with self.lock:
                if time.monotonic() >= self.until:
                    self.cursors, self.beat = [], None
                    return
        before, self.beat = self.beat, pulse()
        if self.beat == before:
            return
        found: list[News] = []
        try:
            for cursor in self.cursors:
                found += cursor.fresh()
        finally:  # what was read once is not read again
            if found:
                self.publish(list(dict.fromkeys(found)))  # one of what is the same for the page


def pulse() -> object:
    """A value that is another one after every commit of another connection. Reads no table."""
    query = "PRAGMA data_version"
    if connection.vendor == "postgresql":
        query = "SELECT pg_current_snapshot()::text"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


class Cursor:
    """How far one source has been read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        ids = source.rows.order_by("-id").values_list("id", flat=True)
        newest = ids.first() or 0
        self.floor = max(0, newest - UNDER_WAY)  # nothing at or below it is read again
        known = ids.filter(id__gt=self.floor)
        # Id: when first read, on the monotonic clock.
        self.seen: dict[int, float] = dict.fromkeys(known, time.monotonic())

    def fresh(self) -> Iterator[News]:
        """What its rows say that were not read before."""
        rows = list(self.source.rows.filter(id__gt=self.floor).order_by("id")[:MOST])
        now = time.monotonic()
        for row in rows:
            if row["id"] not in self.seen:
                self.seen[row["id"]] = now
                yield from self.source.tell(row)
        self._settle(now - AGAIN, is_full=len(rows) == MOST)

    def _settle(self, moment: float, *, is_full: bool) -> None:
        """Nothing that was first read before the moment is read again."""
        settled = [id_ for id_, first in self.seen.items() if first < moment]
        if is_full:  # too much to read twice
            settled = list(self.seen)
        if settled:
            self.floor = max(settled)
            self.seen = {id_: first for id_, first in self.seen.items() if id_ > self.floor}
