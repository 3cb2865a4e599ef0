"""Whether the transaction that is open waits for the disk when it ends. On PostgreSQL only."""

from django.db import connection


def waits_for_disk() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return bool(cursor.fetchone() == ("on",))
