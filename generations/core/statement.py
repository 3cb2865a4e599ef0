"""Several writes in one breath: one statement on PostgreSQL, one after another on SQLite.

What holds others up while credits are promised is the way to the database and back, with locks
held. PostgreSQL therefore gets all writes at once (`WITH day AS (INSERT …), …`); SQLite is in the
same process, and gets the same texts in turn. In both, `{name}` in a text stands for the rows that
an earlier write of that name has written, or for a list that was sent along.

No write may lean on another's rows but by their name: PostgreSQL lets none see the tables as the
others leave them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model

from generations.core import ids

Rows = Sequence[Mapping[str, Any]]
# Read from it on PostgreSQL, and the transaction does not wait for the disk. For what may be
# forgotten when the server crashes.
UNHURRIED = "(SELECT set_config('synchronous_commit', 'off', true)) AS unhurried"


@dataclass(frozen=True)
class Sent:
    """A list of rows of a model's table that goes along, so that one text serves one and many.

    It goes as JSON. What a row does not say is NULL in it.
    """

    name: str
    model: type[Model]


def rows_of(instances: Iterable[Model]) -> Rows:
    """What the instances have, in every column."""
    return [
        {str(field.column): getattr(each, field.attname) for field in each._meta.concrete_fields}
        for each in instances
    ]


def mark_written(instances: Iterable[Model]) -> None:
    """What save() goes by to tell a row that is there from one that is to be made."""
    for each in instances:
        each._state.adding, each._state.db = False, DEFAULT_DB_ALIAS


@dataclass(frozen=True)
class Write:
    """INSERT or UPDATE … RETURNING what later texts read under this name.

    `kept` finds the same rows in the table afterwards; without a text it only gives them a name.
    Where a guard returns no row nothing is written after it: on PostgreSQL because what comes
    after reads the guard's rows.
    """

    name: str
    text: str = ""
    kept: str = ""
    is_guard: bool = False


@dataclass(frozen=True)
class Writes:
    """What goes to the database together, in order. `given` are the parameters of all texts."""

    texts: tuple[Write, ...]
    sent: Mapping[Sent, Rows] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)

    def __add__(self, later: "Writes") -> "Writes":
        return Writes(
            self.texts + later.texts, {**self.sent, **later.sent}, {**self.given, **later.given}
        )


NOTHING = Writes(())


def run(writes: Writes, answer: str) -> tuple[int, list[tuple[Any, ...]]]:
    """How many guards let it by, and the rows of `answer`, a SELECT from what was written.

    Runs inside the caller's transaction, which has to undo what a guard wrote where the next one
    let nothing by.
    """
    lists = tuple(writes.sent)
    given = {name: _as_kept(value) for name, value in writes.given.items()}
    for each, rows in writes.sent.items():
        given[each.name] = json.dumps(rows, default=lambda value: str(_as_kept(value)))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_at_once(lists, writes.texts, answer), given)
            rows = cursor.fetchall()
            return rows[0][0], [row[1:-1] for row in rows if row[-1]]
        passed = 0
        for text, is_guard in _in_turn(lists, writes.texts, answer):
            cursor.execute(text, given)
            if is_guard and not cursor.fetchall():
                return passed, []
            passed += is_guard
        return passed, cursor.fetchall()


def _as_kept(value: Any) -> Any:
    """As this database keeps it: SQLite has neither identifiers nor moments."""
    match value:
        case UUID():
            return ids.for_sql(value)
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
    return value


@cache
def _at_once(lists: tuple[Sent, ...], writes: tuple[Write, ...], answer: str) -> str:
    names = {each.name: each.name for each in lists} | {each.name: each.name for each in writes}
    parts = [f"{each.name} AS ({_recordset(each)})" for each in lists]
    parts += [f"{each.name} AS ({(each.text or each.kept).format(**names)})" for each in writes]
    parts.append(f"answer AS ({answer.format(**names)})")
    passed = " + ".join(
        f"(SELECT count(*) FROM {each.name})"  # noqa: S608  # names of our own
        for each in writes
        if each.is_guard
    )
    parts.append(f"passed AS (SELECT {passed or 0} AS passed)")
    parts.append("found AS (SELECT answer.*, true AS is_found FROM answer)")
    # A row even where there is no answer: how many guards let it by.
    return f"WITH {', '.join(parts)} SELECT * FROM passed LEFT JOIN found ON true"  # noqa: S608


@cache
def _in_turn(
    lists: tuple[Sent, ...], writes: tuple[Write, ...], answer: str
) -> list[tuple[str, bool]]:
    names = {each.name: f"({_each(each)})" for each in lists}
    texts = []
    for write in writes:
        if write.text:
            texts.append((write.text.format(**names), write.is_guard))
        names[write.name] = f"({write.kept.format(**names)})"
    return [*texts, (answer.format(**names), False)]


def _recordset(sent: Sent) -> str:
    table = sent.model._meta.db_table
    return f"SELECT * FROM jsonb_populate_recordset(NULL::{table}, %({sent.name})s)"  # noqa: S608


def _each(sent: Sent) -> str:
    names = [field.column for field in sent.model._meta.concrete_fields]
    columns = ", ".join(f"json_extract(value, '$.{name}') AS \"{name}\"" for name in names)
    return f"SELECT {columns} FROM json_each(%({sent.name})s)"  # noqa: S608
