"""`manage.py audit_ledger`: silent over exact books, loud over a difference."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from generations.credits import ledger
from generations.credits.models import Account
from generations.teams.models import Team
from generations.teams.modes import Mode

pytestmark = pytest.mark.django_db(transaction=True)


def audit() -> str:
    said = StringIO()
    call_command("audit_ledger", stdout=said)
    return said.getvalue()


def test_exact_books_are_exact(team: Team) -> None:
    with transaction.atomic():
        ledger.grant(team, Mode.TEST, 100)
    assert audit() == "The books are exact.\n"


def test_a_difference_is_named_and_fails(team: Team) -> None:
    Account.objects.filter(team=team).update(posted=7)
    with pytest.raises(CommandError, match="4 differences"):
        audit()
