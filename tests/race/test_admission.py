"""However many ask at once, exactly what is covered is promised."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from django.db.models import F

from generations.core.statement import Writes
from generations.credits import limits, promise, refusals, writes
from generations.credits.models import Entry, Hold, UserDay
from generations.credits.refusals import Refusal
from generations.lifecycle.admit import Admission, admit
from generations.lifecycle.cancel import cancel
from generations.lifecycle.models import Generation
from generations.teams.models import Membership, Team, User
from tests.race.conftest import MOST, OrderOf
from tests.race.crowd import Meeting, at_once
from tests.race.scale import raced

pytestmark = pytest.mark.django_db(transaction=True)
exactly_covered = raced(
    "calls, covered",
    (200, 20),
    pytest.param(2000, 100, marks=pytest.mark.postgres),
    sqlite=(200, 20),
    postgresql=(2000, 100),
)


def assert_exactly(covered: int, code: str, outcomes: Sequence[Admission | Exception]) -> None:
    """So many were admitted; all others were refused, for that reason and no other."""
    admitted = [one for one in outcomes if isinstance(one, Admission)]
    others = [one for one in outcomes if not isinstance(one, Admission)]
    assert [one for one in others if not isinstance(one, Refusal)] == []
    assert {one.code for one in others if isinstance(one, Refusal)} == {code}
    assert len(admitted) == covered
    assert Generation.objects.count() >= covered
    assert not Entry.objects.filter(account__is_enforced=True, posted_after__lt=F("held_after"))


@exactly_covered
def test_a_wallet_for_a_hundred_pictures_admits_exactly_a_hundred(
    order: OrderOf, alice: User, funded: Callable[[int], None], calls: int, covered: int
) -> None:
    funded(covered)
    mine = order(alice)
    outcomes = at_once(calls, lambda _: admit(mine), threads=40)
    assert_exactly(covered, refusals.WALLET, outcomes)
    assert Generation.objects.count() == covered


@exactly_covered
def test_a_daily_limit_for_a_hundred_pictures_admits_exactly_a_hundred(
    order: OrderOf, alice: User, calls: int, covered: int
) -> None:
    Membership.objects.filter(user=alice).update(daily_limit=covered * MOST + MOST - 1)
    mine = order(alice)
    outcomes = at_once(calls, lambda _: admit(mine), threads=40)
    assert_exactly(covered, refusals.DAILY, outcomes)
    assert UserDay.objects.get(user=alice).reserved == covered * MOST


def test_two_people_share_a_wallet_to_the_last_credit(
    order: OrderOf, alice: User, bob: User, funded: Callable[[int], None]
) -> None:
    funded(5)
    orders = [order(alice), order(bob)]
    outcomes = at_once(40, lambda number: admit(orders[number % 2]))
    assert_exactly(5, refusals.WALLET, outcomes)


def test_credits_that_come_back_meanwhile_never_turn_into_an_error(
    order: OrderOf, alice: User, funded: Callable[[int], None]
) -> None:
    funded(2)
    mine = order(alice)

    def ask_and_give_back(_: int) -> Admission:
        admission = admit(mine)
        cancel(admission.generations[0], alice)
        return admission

    outcomes = at_once(120, ask_and_give_back, threads=12)
    others = [one for one in outcomes if not isinstance(one, Admission)]
    assert [one for one in others if not isinstance(one, Refusal)] == []


def test_room_that_appears_after_the_guarded_write_is_used(
    order: OrderOf,
    alice: User,
    funded: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The write found no room; before the refusal was worded, another's credits came back."""
    funded(1)
    found_none: list[list[Hold]] = [[]]
    write = promise._write
    monkeypatch.setattr(
        promise,
        "_write",
        lambda asked, beside: found_none.pop() if found_none else write(asked, beside),
    )
    assert len(admit(order(alice)).generations) == 1


def test_an_empty_wallet_is_named_although_the_day_would_not_bear_two(
    order: OrderOf, alice: User, funded: Callable[[int], None]
) -> None:
    """What this very call had reserved of the day must not count against it."""
    funded(1)
    Membership.objects.filter(user=alice).update(daily_limit=2 * MOST + 1)
    admit(order(alice))
    with pytest.raises(Refusal) as refused:
        admit(order(alice))
    assert refused.value.code == refusals.WALLET


@pytest.mark.postgres
def test_checking_before_writing_would_break_the_daily_limit(
    order: OrderOf, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race test is worth something: without the guarded write it fails."""
    mine = order(alice)
    cancel(admit(mine).generations[0], alice)  # the day's row exists
    Membership.objects.filter(user=alice).update(daily_limit=MOST)
    meeting = Meeting()

    write = promise._write

    def check_then_act(asked: promise.Promise, beside: Writes) -> list[Hold]:
        fits = limits.now(asked.membership, asked.mode).refusal(asked.total) is None
        meeting.wait()
        Membership.objects.filter(user=alice).update(daily_limit=None)  # no guard any more
        return write(asked, beside) if fits else []

    monkeypatch.setattr(promise, "_write", check_then_act)
    outcomes = at_once(2, lambda _: admit(order(alice)))
    with pytest.raises(AssertionError):
        assert_exactly(1, refusals.DAILY, outcomes)


@pytest.mark.postgres
def test_checking_before_writing_would_break_on_the_wallets_constraint(
    order: OrderOf,
    alice: User,
    bob: User,
    team: Team,
    funded: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second line: what Python forgets the database refuses, and nobody overspends."""
    funded(1)
    orders = [order(alice), order(bob)]
    guard = "posted >= held + %(total)s"
    assert guard in writes.WALLET.text
    unguarded = replace(writes.WALLET, text=writes.WALLET.text.replace(guard, "true"))
    parts = [unguarded if part is writes.WALLET else part for part in writes.PROMISE]
    monkeypatch.setattr(writes, "PROMISE", tuple(parts))
    outcomes = at_once(2, lambda number: admit(orders[number]))
    with pytest.raises(AssertionError):
        assert_exactly(1, refusals.WALLET, outcomes)
    assert sum(isinstance(one, Admission) for one in outcomes) == 1
