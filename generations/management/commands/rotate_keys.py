"""`manage.py rotate_keys`: seal every stored secret anew with the first encryption key."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models
from django.utils.translation import gettext as _

from generations.core import crypto
from generations.core.sealed import SealedField


class Command(BaseCommand):
    help = (
        "Seals every stored secret with the first of FLUXHUB_ENCRYPTION_KEYS. Afterwards the "
        "older keys may be taken out. Safe to stop and to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count, unopened = 0, []
        for model in apps.get_app_config("generations").get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, SealedField):
                    for row in unsealed(model, field):
                        try:
                            count += reseal(row, field)
                        except crypto.CannotOpen:
                            unopened.append(field.place(row))
        self.stdout.write(f"{count} secrets were sealed with the current key.")
        if unopened:
            said = _(
                "These cannot be opened and were left as they are. Keep the key that sealed them, "
                "or replace them:"
            )
            raise CommandError("\n".join([said, *unopened]))


def unsealed(model: type[models.Model], field: SealedField) -> Iterator[models.Model]:
    """The rows whose secret is not sealed with the first key."""
    for row in model._default_manager.only("pk", field.attname).iterator(chunk_size=500):
        sealed = row.__dict__[field.attname]
        if sealed and not crypto.is_current(sealed):
            yield row


def reseal(row: models.Model, field: SealedField) -> int:
    """One row, so that nothing is locked for long. Raises crypto.CannotOpen."""
    sealed = row.__dict__[field.attname]
    setattr(row, field.attname, getattr(row, field.attname))
    fresh = models.Value(row.__dict__[field.attname], output_field=models.BinaryField())
    # Only over the value that was read: a key rotated meanwhile is newer than ours.
    rows = type(row)._default_manager.filter(**{"pk": row.pk, field.attname: sealed})
    return rows.update(**{field.attname: fresh})
