"""`manage.py audit_ledger`: prove that the books add up."""

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generations.core.snapshot import one_moment
from generations.credits import audit as credits_audit
from generations.lifecycle import audit as lifecycle_audit


class Command(BaseCommand):
    help = "Proves that entries, balances, holds, days and generations agree, to the credit."

    def handle(self, *args: Any, **options: Any) -> None:
        # A job admitted between two of the questions would look like a difference.
        with one_moment():
            differences = list(chain(credits_audit.audit(), lifecycle_audit.audit()))
        for difference in differences:
            self.stdout.write(difference)
        if differences:
            raise CommandError(
                ngettext("%(count)d difference.", "%(count)d differences.", len(differences))
                % {"count": len(differences)}
            )
        self.stdout.write(_("The books are exact."))
