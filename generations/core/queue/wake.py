"""Nudges for the cluster: a message carries ids, the row it names is the job."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from generations.core.queue.broker import CHANNEL, Broker
from generations.core.statement import Write, Writes

FLOOD = 500  # messages


def wake(task: str, *ids: object, after: float = 0.0) -> None:
    """Queue `task` (a dotted path that never changes) with these ids, as text.

    With `after` it is left alone for so many seconds, and then taken within one more.

    The message is a row on the application's own database, so it is written by the caller's
    transaction and vanishes with it.
    """
    broker = Broker()
    broker.delay = after
    async_task(task, *(str(each) for each in ids), broker=broker)


class _Envelope(Broker):
    """Takes a message, and keeps it."""

    content = ""

    def enqueue(self, task: str) -> int:
        self.content = task
        return 0


ENQUEUE = """
    INSERT INTO django_q_ormq (key, payload, lock)
    SELECT %(queue)s, %(message)s, %(unlocked)s WHERE EXISTS (SELECT 1 FROM {{{rows}}} AS reason)
"""
NOTIFY = f" RETURNING pg_notify('{CHANNEL}', '')"


def waking(rows: str, task: str, *ids: object, after: float = 0.0) -> Writes:
    """wake() as one of several writes: only where there are any of the {rows}."""
    envelope = _Envelope()
    async_task(task, *(str(each) for each in ids), broker=envelope)
    text = ENQUEUE.format(rows=rows) + (NOTIFY if connection.vendor == "postgresql" else "")
    unlocked = timezone.now() + timedelta(seconds=after)
    given = {"queue": envelope.list_key, "message": envelope.content, "unlocked": unlocked}
    return Writes((Write("message", text),), given=given)


def nudge(task: str, *ids: object) -> bool:
    """wake(), for the sweep: not while so much waits that another message would only lengthen it.

    Leaving it out costs time and nothing else: the next round sees the same rows.
    """
    if OrmQ.objects.count() >= FLOOD:
        return False
    wake(task, *ids)
    return True
