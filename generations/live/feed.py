"""The one reader of the database: what has happened since it last looked."""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import Error, close_old_connections, connection
from django.db.models import Max

from generations.lifecycle.models import Transition

logger = logging.getLogger(__name__)

PAUSE = 0.4  # seconds between two looks
OUTAGE = 2.0  # seconds before the next try when the database is away
AGAIN = 5.0  # seconds for which rows are read again, because ids do not commit in order
MOST = 5000  # rows in one look


@dataclass(frozen=True)
class News:
    team_id: UUID
    text: str  # as it goes over the wire


class Feed:
    """Reads new transitions while somebody listens, and hands them to `publish` in order."""

    def __init__(
        self, publish: Callable[[list[News]], None], is_wanted: Callable[[], bool]
    ) -> None:
        self.publish = publish
        self.is_wanted = is_wanted
        self.lock = threading.Lock()  # over `floor`, which arrivals set too
        self.floor: int | None = None  # nothing at or below it is read again
        self.seen: dict[int, float] = {}  # id: when first read, on the monotonic clock

    def run(self, stop: threading.Event) -> None:
        """Until `stop`, through outages of the database."""
        is_away = False
        while not stop.wait(OUTAGE if is_away else PAUSE):
            try:
                close_old_connections()
                self.look()
                is_away = False
            except Error as error:
                if not is_away:
                    logger.error("Live updates wait for the database: %s", error)
                is_away = True
                connection.close()
        connection.close()

    def begin(self) -> None:
        """Listen from now on. A listener is told that it is heard only after this: between its
        arrival and the next look nothing may be missed.
        """
        with self.lock:
            if self.floor is None:
                newest = Transition.objects.aggregate(newest=Max("id"))["newest"]
                self.floor, self.seen = newest or 0, {}

    def look(self) -> None:
        """One look. Nobody listening: only start afresh, from the newest row, at the next one."""
        with self.lock:
            if not self.is_wanted():
                self.floor = None
                return
        if self.floor is None:
            self.begin()
            return
        rows = _rows_after(self.floor)
        fresh = [row for row in rows if row[0] not in self.seen]
        now = time.monotonic()
        self.seen |= {row[0]: now for row in fresh}
        if fresh:
            self.publish([_news(row) for row in fresh])
        settled = [id_ for id_, first in self.seen.items() if first < now - AGAIN]
        if len(rows) == MOST:  # too much to read twice
            settled = list(self.seen)
        if settled:
            self.floor = max(settled)
            self.seen = {id_: first for id_, first in self.seen.items() if id_ > self.floor}


Row = tuple[int, UUID, UUID, UUID, UUID, str, str]


def _rows_after(floor: int) -> list[Row]:
    rows = Transition.objects.filter(id__gt=floor).order_by("id")
    return list(
        rows.values_list(
            "id",
            "team_id",
            "generation_id",
            "generation__batch_id",
            "generation__author_id",
            "generation__mode",
            "target",
        )[:MOST]
    )


def _news(row: Row) -> News:
    _, team, generation, batch, author, mode, status = row
    data = {
        "id": str(generation),
        "batch": str(batch),
        "status": status,
        "author": str(author),
        "mode": mode,
    }
    return News(team, f"event: generation\ndata: {json.dumps(data)}\n\n")
