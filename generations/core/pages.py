"""Pages of a list that stay right while rows come and go: each begins after the last row seen."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

Row = TypeVar("Row", bound=models.Model)


class BadCursor(ValueError):
    """The cursor was not made by this list."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: list[Row]
    next_cursor: str | None  # None on the last page


def keyset(
    queryset: models.QuerySet[Row], cursor: str | None, size: int, field: str = "-id"
) -> Page[Row]:
    """At most `size` rows in the order of one field that is never null (`-` for descending).

    Rows with the same value are told apart by their primary key. Raises BadCursor.
    """
    name, is_descending = field.removeprefix("-"), field.startswith("-")
    sign = "-" if is_descending else ""
    if cursor:
        queryset = queryset.filter(_after(queryset.model, name, is_descending, cursor))
    rows = list(queryset.order_by(f"{sign}{name}", f"{sign}pk")[: size + 1])
    has_more = len(rows) > size
    rows = rows[:size]
    return Page(rows, _cursor(rows[-1], name) if has_more else None)


def cursor_after(row: models.Model, field: str = "-id") -> str:
    """Where a page begins that follows this row, for lists that show less than they read."""
    return _cursor(row, field.removeprefix("-"))


def _after(model: type[models.Model], name: str, is_descending: bool, cursor: str) -> Q:
    value, key = _decode(model, name, cursor)
    beyond = "lt" if is_descending else "gt"
    return Q(**{f"{name}__{beyond}": value}) | Q(**{name: value, f"pk__{beyond}": key})


def _cursor(row: models.Model, name: str) -> str:
    fields = (_field(type(row), name), row._meta.pk)
    text = json.dumps([field.value_to_string(row) for field in fields])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(model: type[models.Model], name: str, cursor: str) -> tuple[Any, Any]:
    try:
        value, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not (isinstance(value, str) and isinstance(key, str)) or "\0" in value + key:
            raise BadCursor
        return _field(model, name).to_python(value), model._meta.pk.to_python(key)
    except (ValueError, TypeError, RecursionError, binascii.Error, ValidationError) as error:
        raise BadCursor("The cursor does not belong to this list.") from error


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{name} is not a column of {model.__name__}")
    return field
