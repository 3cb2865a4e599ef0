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
    name, sign = field.removeprefix("-"), "-" if field.startswith("-") else ""
    if cursor:
        queryset = queryset.filter(beyond(queryset.model, cursor, field))
    rows = list(queryset.order_by(f"{sign}{name}", f"{sign}pk")[: size + 1])
    has_more = len(rows) > size
    rows = rows[:size]
    return Page(rows, _cursor(rows[-1], name) if has_more else None)


def cursor_after(row: models.Model, field: str = "-id") -> str:
    """Where a page begins that follows this row, for lists that show less than they read."""
    return _cursor(row, field.removeprefix("-"))


def beyond(model: type[models.Model], cursor: str, field: str = "-id") -> Q:
    """What comes after the cursor in the order of the field. Raises BadCursor."""
    return _after(field, *_decode(model, field.removeprefix("-"), cursor))


def following(row: models.Model, field: str = "-id") -> Q:
    """What comes after this row in the order of the field. Those before it: the other sign."""
    return _after(field, getattr(row, field.removeprefix("-")), row.pk)


def _after(field: str, value: Any, key: Any) -> Q:
    """The first condition alone bounds the index: a database that walks it begins at the row."""
    name, beyond = field.removeprefix("-"), "lt" if field.startswith("-") else "gt"
    here_or_beyond = Q(**{f"{name}__{beyond}e": value})
    return here_or_beyond & (Q(**{f"{name}__{beyond}": value}) | Q(**{f"pk__{beyond}": key}))


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
