"""The proof that the queue turns tasks over: a tiny task that writes the time."""

import time

from generations.core.clock import after, database_now
from generations.core.queue.models import Heartbeat
from generations.core.queue.wake import wake

QUEUE = "queue"
BEAT = "generations.core.queue.heartbeat.beat"
MOST_PENDING = 3


def beat() -> None:
    """The task: what it writes, a cluster has executed."""
    Heartbeat.objects.update_or_create(name=QUEUE, defaults={"at": database_now()})


def is_fresh(seconds: float) -> bool:
    """Whether a beat was executed in the last so many seconds of the database's clock."""
    return Heartbeat.objects.filter(name=QUEUE, at__gt=after(-seconds)).exists()


class Watch:
    """Sends beats, and knows for how long none has been answered."""

    def __init__(self) -> None:
        self.unanswered_since: float | None = None  # on the monotonic clock
        self.pending = 0
        self.last: object = None

    def send(self) -> None:
        """Look for an answer, then send the next beat; a few may be under way, never a pile."""
        last = Heartbeat.objects.filter(name=QUEUE).values_list("at", flat=True).first()
        if last != self.last:
            self.last, self.unanswered_since, self.pending = last, None, 0
        if self.pending < MOST_PENDING:
            wake(BEAT)
            self.pending += 1
            if self.unanswered_since is None:
                self.unanswered_since = time.monotonic()

    def silence(self) -> float:
        """Seconds since the first beat that nobody has answered."""
        return time.monotonic() - self.unanswered_since if self.unanswered_since else 0.0
