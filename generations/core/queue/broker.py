"""Where django-q2's messages lie: rows of our own database, so that a transaction carries its own.

As django-q2's ORM broker, but a batch is pulled in one statement and an empty queue is not polled:
on PostgreSQL the enqueuing transaction notifies, on SQLite a commit changes a number in memory.
"""

import time
from collections.abc import Sequence
from datetime import timedelta

from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ

from generations.core.statement import UNHURRIED

CHANNEL = "fluxhub_queue"
IDLE = 1.0  # seconds until an empty queue is looked at all the same: locks run out unannounced
GLANCE = 0.005  # seconds between two looks at SQLite's number

DUE = "SELECT id FROM django_q_ormq WHERE key = %s AND lock <= %s ORDER BY id LIMIT %s"
PULL = f"""
    UPDATE django_q_ormq SET lock = %s WHERE id IN ({DUE}) RETURNING id, payload
"""  # noqa: S608  # constants
# An array: a subquery may be looked at once for each row, and would find others than it locked.
PULL_SHARED = f"""
    UPDATE django_q_ormq SET lock = %s FROM {UNHURRIED}
    WHERE id = ANY (ARRAY({DUE} FOR UPDATE SKIP LOCKED)) RETURNING id, payload
"""  # noqa: S608  # constants
ACKNOWLEDGE = "DELETE FROM django_q_ormq USING {unhurried} WHERE id = %s"
# What a crash of the server forgets is only that a message was pulled or done: it comes again, and
# every task may run twice.
ENQUEUE = f"""
    INSERT INTO django_q_ormq (key, payload, lock) VALUES (%s, %s, %s)
    RETURNING id, pg_notify('{CHANNEL}', '')
"""  # noqa: S608  # a constant

Message = tuple[int, str]


class Broker(ORM):  # type: ignore[misc]  # django-q2 has no types
    delay = 0.0  # seconds until what is enqueued may be pulled
    _heard_by: object = None  # the connection that listens; another one has to be told anew

    def enqueue(self, task: str) -> int:
        database = _database()
        due = timezone.now() + timedelta(seconds=self.delay)
        if database.vendor != "postgresql":
            pk: int = OrmQ.objects.create(key=self.list_key, payload=task, lock=due).pk
            return pk
        with database.cursor() as cursor:
            cursor.execute(ENQUEUE, [self.list_key, task, due])
            row: tuple[int, object] = cursor.fetchone()
        return row[0]

    def dequeue(self) -> list[Message] | None:
        """The next batch, oldest first, locked for `retry` seconds; None after a vain wait."""
        database = _database()
        if database.vendor == "postgresql":
            return self._dequeue_notified(database)
        return self._dequeue_glancing(database)

    def _dequeue_notified(self, database: BaseDatabaseWrapper) -> list[Message] | None:
        """Who commits between the look and the wait is heard: it listened before it looked."""
        if self._heard_by is not database.connection:
            with database.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            self._heard_by = database.connection
        if found := self._pull(database, PULL_SHARED):
            return found
        for _notification in database.connection.notifies(timeout=IDLE, stop_after=1):
            pass
        return None

    def _dequeue_glancing(self, database: BaseDatabaseWrapper) -> list[Message] | None:
        seen = _version(database)
        if found := self._pull(database, PULL):
            return found
        end = time.monotonic() + IDLE
        while time.monotonic() < end and _version(database) == seen:
            time.sleep(GLANCE)
        return None

    def acknowledge(self, task_id: int) -> None:
        database = _database()
        if database.vendor != "postgresql":
            super().acknowledge(task_id)
            return
        if database.get_autocommit():
            close_old_connections()  # the server may have been started again
        with database.cursor() as cursor:
            cursor.execute(ACKNOWLEDGE.format(unhurried=UNHURRIED), [task_id])

    def _pull(self, database: BaseDatabaseWrapper, pull: str) -> list[Message]:
        moment = timezone.now()
        now = database.ops.adapt_datetimefield_value(moment)
        until = database.ops.adapt_datetimefield_value(moment + timedelta(seconds=Conf.RETRY))
        with database.cursor() as cursor:
            cursor.execute(pull, [until, self.list_key, now, Conf.BULK])
            rows: Sequence[Message] = cursor.fetchall()
        return sorted(rows)


def _database() -> BaseDatabaseWrapper:
    return connections[Conf.ORM]


def _version(database: BaseDatabaseWrapper) -> int:
    """SQLite's count of other connections' commits: microseconds, and no lock is taken."""
    with database.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        row: tuple[int] = cursor.fetchone()
    return row[0]
