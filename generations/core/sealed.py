"""A model field whose value is sealed at rest."""

from typing import Any

from django.db import models

from generations.core import crypto


class SealedField(models.BinaryField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Assign text, it is sealed at once for this row; read the attribute, it is opened.

    The row's primary key must be known before assignment: give it a default (`ids.uuid7`).
    Raises crypto.CannotOpen on reading a value that does not open.
    """

    def contribute_to_class(
        self, cls: type[models.Model], name: str, *args: Any, **kwargs: Any
    ) -> None:
        super().contribute_to_class(cls, name, *args, **kwargs)
        setattr(cls, name, SealedAttribute(self))

    def deconstruct(self) -> Any:
        """Migrations see a BinaryField and import nothing of ours."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    def place(self, row: models.Model) -> str:
        return f"{row._meta.db_table}.{self.column}:{row.pk}"

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return model_instance.__dict__[self.attname]


class SealedAttribute:
    def __init__(self, field: SealedField) -> None:
        self.field = field

    def __get__(self, row: models.Model | None, owner: type[models.Model]) -> Any:
        if row is None:
            return self
        if self.field.attname not in row.__dict__:
            row.refresh_from_db(fields=[self.field.attname])
        sealed = row.__dict__[self.field.attname]
        return crypto.open_sealed(sealed, self.field.place(row)) if sealed else ""

    def __set__(self, row: models.Model, value: str | bytes | memoryview) -> None:
        if isinstance(value, str):
            value = crypto.seal(value, self.field.place(row)) if value else b""
        row.__dict__[self.field.attname] = bytes(value)
