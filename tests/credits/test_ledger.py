"""The ledger: holds resolve once, figures follow from entries, the database refuses the rest."""

import uuid

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from generations.apps import guards
from generations.core import append_only
from generations.credits import audit, ledger, limits
from generations.credits.models import Account, Entry, Hold, UserDay
from generations.credits.refusals import Refusal, Refused
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(team: Team, alice: User) -> Membership:
    return Membership.objects.select_related("team", "user").get(team=team, user=alice)


def hold(member: Membership, *amounts: int) -> list[Hold]:
    return ledger.hold(member, Mode.TEST, [ledger.Ask(uuid.uuid4(), each) for each in amounts])


def wallet(team: Team, mode: Mode = Mode.TEST) -> Account:
    return Account.objects.get(team=team, mode=mode, kind="wallet")


def figures(member: Membership) -> tuple[int, int]:
    standing = limits.now(member, Mode.TEST)
    return standing.spent, standing.reserved


def test_a_hold_settles_at_the_cost_and_returns_the_rest(member: Membership) -> None:
    [held] = hold(member, 20)
    assert figures(member) == (0, 20)
    assert ledger.settle(held, 15) == 15
    assert figures(member) == (15, 0)
    assert (wallet(member.team).posted, wallet(member.team).held) == (-15, 0)


def test_a_release_returns_everything(member: Membership) -> None:
    [held] = hold(member, 20)
    ledger.release(held)
    assert figures(member) == (0, 0)
    assert wallet(member.team).posted == 0


def test_a_hold_resolves_once(member: Membership) -> None:
    [held] = hold(member, 20)
    ledger.settle(held, 15)
    with pytest.raises(ledger.AlreadyResolved):
        ledger.release(held)
    with pytest.raises(ledger.AlreadyResolved):
        ledger.settle(held, 15)
    assert figures(member) == (15, 0)
    assert Entry.objects.count() == 2


def test_a_cost_above_the_hold_is_a_loss_of_ours(member: Membership) -> None:
    [held] = hold(member, 20)
    assert ledger.settle(held, 32) == 20
    loss = Account.objects.get(team=member.team, mode=Mode.TEST, kind="loss")
    assert loss.posted == 12


def test_several_asks_are_held_together_or_not_at_all(member: Membership) -> None:
    with pytest.raises(Refusal), transaction.atomic():
        hold(member, 500, 500, 1)
    assert figures(member) == (0, 0)
    hold(member, 500, 500)
    assert figures(member) == (0, 1000)


def test_the_first_grant_opens_the_wallet_at_what_was_granted(member: Membership) -> None:
    [held] = hold(member, 20)
    ledger.settle(held, 15)
    assert limits.now(member, Mode.TEST).wallet_left is None
    ledger.grant(member.team, Mode.TEST, 100, reason="INV-1")
    assert limits.now(member, Mode.TEST).wallet_left == 100


def test_a_first_grant_below_what_is_held_is_refused_in_words(member: Membership) -> None:
    hold(member, 20)
    with pytest.raises(ValueError, match="20"):
        ledger.grant(member.team, Mode.TEST, 19)


@pytest.mark.parametrize("amount", [0, -5])
def test_a_grant_is_positive(member: Membership, amount: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        ledger.grant(member.team, Mode.TEST, amount)


def test_practice_never_touches_live_money(member: Membership) -> None:
    ledger.grant(member.team, Mode.LIVE, 100)
    [held] = hold(member, 20)
    ledger.settle(held, 20)
    assert wallet(member.team, Mode.LIVE).posted == 100
    assert limits.now(member, Mode.LIVE).spent == 0


def test_an_adjustment_cannot_take_what_is_held(member: Membership) -> None:
    ledger.grant(member.team, Mode.TEST, 30)
    hold(member, 20)
    with pytest.raises(Refused, match="At most 10 credits"):
        ledger.adjust(member.team, Mode.TEST, -11, actor=None, reason="too much")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=wallet(member.team).pk).update(posted=19)
    ledger.adjust(member.team, Mode.TEST, -10, actor=None, reason="just right")
    assert wallet(member.team).posted == 20


def test_the_database_refuses_to_change_what_was_written(member: Membership) -> None:
    [held] = hold(member, 20)
    ledger.settle(held, 15)
    for change in (
        lambda: Entry.objects.update(posted=0),
        lambda: Entry.objects.all().delete(),
        lambda: Hold.objects.update(resolved_at=None, charged=None),
        lambda: Hold.objects.update(amount=1),
        lambda: Hold.objects.all()._raw_delete("default"),
        lambda: UserDay.objects.update(reserved=-1),
        lambda: Account.objects.update(held=-1),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_guards_are_installed() -> None:
    expected = {f"{guard.name}_{event}" for guard in guards() for event in ("update", "delete")}
    assert expected <= append_only.installed()


def test_the_audit_is_silent_over_exact_books(member: Membership) -> None:
    ledger.grant(member.team, Mode.TEST, 100)
    [first, second, _third] = hold(member, 20, 20, 20)
    ledger.settle(first, 35)
    ledger.release(second)
    assert list(audit.audit()) == []


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (lambda: Account.objects.filter(kind="wallet").update(posted=7), "account"),
        (lambda: Account.objects.filter(kind="wallet").update(held=7), "open holds"),
        (lambda: Entry.objects.filter(kind="settle").update(posted_after=7), "running balance"),
        (lambda: Entry.objects.filter(kind="settle").delete(), "ends"),
        (lambda: UserDay.objects.update(spent=7), "user day"),
        (lambda: UserDay.objects.all().delete(), "without a user day"),
    ],
)
def test_the_audit_names_every_kind_of_difference(
    member: Membership, damage: object, word: str
) -> None:
    [held, _open] = hold(member, 20, 20)
    ledger.settle(held, 15)
    append_only.lift(guards())
    damage()  # type: ignore[operator]
    assert any(word in sentence for sentence in audit.audit())
