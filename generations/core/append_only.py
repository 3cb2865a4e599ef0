"""Rows that are written once: triggers that refuse to change them, on SQLite and PostgreSQL.

Installed after every migration, because altering a table on SQLite silently drops its triggers.
"""

from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Guard:
    """Refuses deleting rows of a table, and updates that match `when` (SQL over OLD and NEW)."""

    table: str
    when: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}_guard"


def install(guards: list[Guard], using: str = DEFAULT_DB_ALIAS) -> None:
    connection = connections[using]
    statements = _sqlite if connection.vendor == "sqlite" else _postgresql
    with connection.cursor() as cursor:
        for guard in guards:
            for statement in statements(guard):
                cursor.execute(statement)


def lift(guards: list[Guard], using: str = DEFAULT_DB_ALIAS) -> None:
    """Take the guards off, for emptying a test database only."""
    connection = connections[using]
    place = "" if connection.vendor == "sqlite" else " ON {}"
    with connection.cursor() as cursor:
        for guard in guards:
            for event in ("update", "delete"):
                name = f"DROP TRIGGER IF EXISTS {guard.name}_{event}"
                cursor.execute(name + place.format(guard.table))


def installed(using: str = DEFAULT_DB_ALIAS) -> set[str]:
    """The names of the triggers that are there."""
    connection: BaseDatabaseWrapper = connections[using]
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def _sqlite(guard: Guard) -> list[str]:
    condition = f"WHEN {guard.when} " if guard.when else ""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{guard.table} is append-only'); END"
    return [
        f"CREATE TRIGGER IF NOT EXISTS {guard.name}_update BEFORE UPDATE ON {guard.table} "
        f"FOR EACH ROW {condition}{refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {guard.name}_delete BEFORE DELETE ON {guard.table} "
        f"FOR EACH ROW {refuse}",
    ]


def _postgresql(guard: Guard) -> list[str]:
    condition = f"WHEN ({guard.when}) " if guard.when else ""
    return [
        "CREATE OR REPLACE FUNCTION fluxhub_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE OR REPLACE TRIGGER {guard.name}_update BEFORE UPDATE ON {guard.table} "
        f"FOR EACH ROW {condition}EXECUTE FUNCTION fluxhub_append_only()",
        f"CREATE OR REPLACE TRIGGER {guard.name}_delete BEFORE DELETE ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION fluxhub_append_only()",
    ]
