"""What an act leaves behind: every row of every table, comparable with what another act leaves.

Numbers and ids differ from act to act, so a row is known by its place in its table, and whatever
points to it says so. Moments are equal where less than a minute lies between them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction
from django_q.models import OrmQ

from generations.credits.models import ApiKeyDay, UserDay

APART = timedelta(minutes=1)
Row = dict[str, Any]
Footprint = dict[str, list[Row]]
Names = dict[object, str]  # by (model, primary key), and by a UUID alone


@dataclass(frozen=True)
class Moment:
    at: datetime

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Moment) and abs(self.at - other.at) < APART

    __hash__ = None  # type: ignore[assignment]


def left_by(act: Callable[[], object]) -> Footprint:
    """All tables as they are after the act, which is then undone."""
    with transaction.atomic():
        act()
        connection.check_constraints()
        found = _read()
        transaction.set_rollback(True)
    return found


def _read() -> Footprint:
    tables: dict[type[models.Model], list[models.Model]] = {
        model: list(model._base_manager.order_by("pk")) for model in apps.get_models()
    }
    names: Names = {}
    for model, rows in tables.items():
        for place, row in enumerate(rows):
            name = f"{model.__name__} {place}"
            names[model, row.pk] = name
            if isinstance(row.pk, UUID):
                names[row.pk] = name
    return {
        model.__name__: [_plain(row, names) for row in rows if not _is_empty_day(row)]
        for model, rows in tables.items()
    }


def _plain(row: models.Model, names: Names) -> Row:
    if isinstance(row, OrmQ):
        task = row.task
        asked = {each: task[each] for each in task if each not in {"id", "name", "started"}}
        return {"key": row.key, "lock": row.lock and Moment(row.lock), "task": asked}
    return {field.name: _value(row, field, names) for field in row._meta.concrete_fields}


def _value(row: models.Model, field: "models.Field[Any, Any]", names: Names) -> object:
    value = getattr(row, field.attname)
    if value is None:
        return None
    if isinstance(field, models.ForeignKey):
        return names[field.related_model, value]
    if field.primary_key:
        return names[type(row), value]
    if isinstance(value, datetime):
        return Moment(value)
    return names.get(value, value) if isinstance(value, UUID) else value


def _is_empty_day(row: models.Model) -> bool:
    """A day of zeros says the same as none."""
    return isinstance(row, UserDay | ApiKeyDay) and row.reserved == row.spent == 0
