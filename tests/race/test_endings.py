"""Of two who would end or send the same generation, exactly one does."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from generations.core import clock
from generations.credits import ledger
from generations.credits.ledger import AlreadyResolved
from generations.credits.models import Account, Entry, EntryKind, Hold
from generations.keys.models import UpstreamKey
from generations.lifecycle import moves
from generations.lifecycle.admit import admit
from generations.lifecycle.cancel import TooLate, cancel
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.states import Status
from generations.teams.models import User
from tests.race.conftest import MOST, OrderOf
from tests.race.crowd import Meeting, at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 15


def assert_cancelled_or_sent(generation: Generation, cancelling: object) -> None:
    """Either it is cancelled, free and never claimed, or claimed once with its hold open."""
    generation.refresh_from_db()
    held = Hold.objects.get(reference=generation.pk)
    if generation.status == Status.CANCELLED:
        assert cancelling is None
        assert not generation.attempts.exists()
        assert held.charged == 0
    else:
        assert generation.status == Status.SUBMITTING
        assert isinstance(cancelling, TooLate)
        assert generation.attempts.count() == 1
        assert held.resolved_at is None
    assert generation.transitions.count() == 2


def cancel_and_claim(generation: Generation, actor: User, key: UpstreamKey) -> object:
    calls: list[Callable[[], object]] = [
        lambda: cancel(generation, actor),
        lambda: claim(key.pk),
    ]
    return at_once(2, lambda number: calls[number]())[0]


def test_a_cancel_and_a_claim_at_once_have_one_winner(
    order: OrderOf, alice: User, key: UpstreamKey
) -> None:
    for _ in range(ROUNDS):
        generation = admit(order(alice)).generations[0]
        assert_cancelled_or_sent(generation, cancel_and_claim(generation, alice, key))


@pytest.mark.postgres
def test_a_claim_waits_for_nobody_who_is_being_cancelled(
    order: OrderOf, alice: User, key: UpstreamKey
) -> None:
    """It holds others' rows by then, and a deadlock would end one of the two."""
    leaving, staying = (admit(order(alice)).generations[0] for _ in range(2))

    def impatient(_number: int) -> list[Attempt]:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        return claim(key.pk)

    with transaction.atomic():
        cancel(leaving, alice)
        [attempts] = at_once(1, impatient)
    assert isinstance(attempts, list), attempts
    assert [attempt.generation for attempt in attempts] == [staying]


@pytest.mark.postgres
def test_without_locks_and_compare_and_set_both_would_win(
    queued: Generation, alice: User, key: UpstreamKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race test is worth something: with check-then-act it fails."""
    meeting = Meeting()

    def check_then_act(
        generation: Generation, target: Status, note: str = "", **changes: Any
    ) -> bool:
        current = Generation.objects.get(pk=generation.pk)
        meeting.wait()
        if current.status != generation.status:
            return False
        Generation.objects.filter(pk=generation.pk).update(status=target, **changes)
        generation.status = target
        moves.record(generation, Status.QUEUED, note)
        return True

    def one_by_one(generations: Sequence[Generation], *arguments: Any, **changes: Any) -> None:
        for generation in generations:
            check_then_act(generation, *arguments, **changes)

    monkeypatch.setattr(moves, "move", check_then_act)
    monkeypatch.setattr(moves, "move_all", one_by_one)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows.all())
    cancelling = cancel_and_claim(queued, alice, key)
    with pytest.raises(AssertionError):
        assert_cancelled_or_sent(queued, cancelling)


def resolve(held: Hold, number: int) -> None:
    """Every second one settles, the others release."""
    with transaction.atomic():
        fresh = Hold.objects.select_related("account__team").get(pk=held.pk)
        if number % 2:
            ledger.release(fresh)
        else:
            ledger.settle(fresh, 12)


def assert_resolved_once(held: Hold, outcomes: Sequence[Exception | None]) -> None:
    assert {type(one) for one in outcomes} == {type(None), AlreadyResolved}, outcomes[:3]
    assert outcomes.count(None) == 1
    entry = Entry.objects.get(hold=held, kind__in=[EntryKind.SETTLE, EntryKind.RELEASE])
    assert entry.held == -MOST
    account = Account.objects.get(pk=held.account_id)
    assert (account.held, account.posted) == (0, entry.posted)


def test_settling_and_releasing_one_hold_at_once_resolves_it_once(lone_hold: Hold) -> None:
    outcomes = at_once(10, partial(resolve, lone_hold))
    assert_resolved_once(lone_hold, outcomes)


@pytest.mark.postgres
def test_without_the_guarded_write_the_database_refuses_the_second(
    lone_hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second line: what Python forgets, a trigger refuses; the race test would fail."""
    meeting = Meeting()

    def check_then_act(one: Hold, kind: EntryKind, charged: int, reason: str = "") -> None:
        if Hold.objects.filter(pk=one.pk, resolved_at__isnull=False).exists():
            raise AlreadyResolved
        meeting.wait()
        later = clock.now() + timedelta(seconds=1)
        Hold.objects.filter(pk=one.pk).update(resolved_at=later, charged=charged)

    monkeypatch.setattr(ledger, "_resolve", check_then_act)
    outcomes = at_once(2, partial(resolve, lone_hold))
    assert [type(one) for one in outcomes if one] == [IntegrityError]
    with pytest.raises(AssertionError):
        assert_resolved_once(lone_hold, outcomes)
