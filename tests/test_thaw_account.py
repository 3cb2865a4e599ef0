"""`manage.py thaw_account`: only over exact books, and never silently."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from generations.credits import ledger
from generations.credits.models import Account
from generations.teams.models import AuditEntry, Team
from generations.teams.modes import Mode

pytestmark = pytest.mark.django_db(transaction=True)


def wallet(team: Team, mode: Mode = Mode.LIVE) -> Account:
    return Account.objects.get(team=team, mode=mode, kind="wallet")


def thaw(*words: str) -> str:
    said = StringIO()
    call_command("thaw_account", *words, stdout=said)
    return said.getvalue()


def test_exact_books_are_thawed_and_both_acts_are_recorded(team: Team) -> None:
    ledger.freeze(wallet(team))
    ledger.freeze(wallet(team))
    assert "thawed" in thaw(team.slug)
    assert wallet(team).frozen_at is None
    acts = AuditEntry.objects.filter(action__startswith="account.", actor=None).order_by("pk")
    assert [act.action for act in acts] == ["account.frozen", "account.thawed"]


def test_a_difference_keeps_it_frozen(team: Team) -> None:
    ledger.freeze(wallet(team))
    Account.objects.filter(pk=wallet(team).pk).update(posted=7)
    with pytest.raises(CommandError, match="1 difference"):
        thaw(team.slug)
    assert wallet(team).frozen_at is not None


def test_only_the_mode_that_is_named(team: Team) -> None:
    ledger.freeze(wallet(team, Mode.TEST))
    with pytest.raises(CommandError, match="Nothing"):
        thaw(team.slug)
    thaw(team.slug, "--mode", "test")
    assert wallet(team, Mode.TEST).frozen_at is None


def test_an_unknown_team_is_said(db: None) -> None:
    with pytest.raises(CommandError, match="no team nobody"):
        thaw("nobody")
