"""`manage.py rotate_keys`: seal every stored secret anew with the first encryption key."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models

from generations.core import crypto
from generations.core.sealed import SealedField


class Command(BaseCommand):
    help = (
        "Seals every stored secret with the first of FLUXHUB_ENCRYPTION_KEYS. Afterwards the "
        "older keys may be taken out. Safe to stop and to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = sum(
            reseal(model, field)
            for model in apps.get_app_config("generations").get_models()
            for field in model._meta.concrete_fields
            if isinstance(field, SealedField)
        )
        self.stdout.write(f"{count} secrets were sealed with the current key.")


def reseal(model: type[models.Model], field: SealedField) -> int:
    """Row by row, so that nothing is locked for long. Raises crypto.CannotOpen."""
    count = 0
    for row in model._default_manager.only("pk", field.attname).iterator(chunk_size=500):
        sealed = row.__dict__[field.attname]
        if not sealed or crypto.is_current(sealed):
            continue
        setattr(row, field.attname, getattr(row, field.attname))
        fresh = row.__dict__[field.attname]
        # Only over the value that was read: a key rotated meanwhile is newer than ours.
        rows = model._default_manager.filter(**{"pk": row.pk, field.attname: sealed})
        count += rows.update(
            **{field.attname: models.Value(fresh, output_field=models.BinaryField())}
        )
    return count
