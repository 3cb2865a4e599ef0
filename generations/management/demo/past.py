"""Another time, for this process alone: what happened in the past is born there.

Entries, holds and transitions can never be edited, so their times must be right from the first.
Nothing in the product can move its clocks; here they are replaced from outside, all four of them:
Django's (which dates new rows), the two expressions of `core.clock`, and that of the identifiers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import SimpleNamespace
from unittest.mock import patch

from django.utils import timezone

from generations.core import clock, ids

TICK = timedelta(milliseconds=4)


class Past:
    """A clock that goes where it is told, never back, and a little further at each look."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def go(self, moment: datetime) -> None:
        self.moment = max(self.moment, moment)

    def now(self) -> datetime:
        self.moment += TICK
        return self.moment

    @contextmanager
    def lived(self) -> Iterator[None]:
        with (
            patch.object(timezone, "now", self.now),
            patch.object(clock, "database_now", self.now),
            patch.object(clock, "after", lambda seconds: self.now() + timedelta(seconds=seconds)),
            patch.object(ids, "time", SimpleNamespace(time_ns=self._time_ns)),
            patch.object(ids, "_last", 0),
        ):
            yield

    def _time_ns(self) -> int:
        return int(self.now().timestamp() * 1e9)
