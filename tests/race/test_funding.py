"""Credit comes for what waits at the very moment in which it ends: no credit stays behind."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from generations.core import clock
from generations.credits.audit import audit as audit_credits
from generations.credits.models import Hold
from generations.lifecycle import fund, recovery
from generations.lifecycle.admit import admit
from generations.lifecycle.audit import audit as audit_lifecycle
from generations.lifecycle.cancel import cancel_all
from generations.lifecycle.models import Batch, Generation
from generations.lifecycle.states import LONGEST_UNFUNDED, Status
from generations.teams.models import Membership, User
from tests.race.conftest import OrderOf
from tests.race.crowd import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
MOMENT = 0.5  # seconds


@pytest.fixture
def batch(order: OrderOf, alice: User) -> Batch:
    """Three that wait for a daily limit, which was lifted since."""
    Membership.objects.filter(user=alice).update(daily_limit=30)
    waiting = admit(replace(order(alice), count=3, may_wait=True)).generations
    Membership.objects.filter(user=alice).update(daily_limit=None)
    return waiting[0].batch


def while_funding(
    batch: Batch, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> list[object]:
    """What becomes of both, where `act` begins before the credit is committed."""
    begun, enqueue = threading.Event(), fund._enqueue

    def slowly(funded: Sequence[tuple[Generation, Hold]]) -> None:
        enqueue(funded)
        if not begun.is_set():
            begun.set()
            time.sleep(MOMENT)

    def afterwards() -> object:
        begun.wait(MOMENT * 10)
        return act()

    monkeypatch.setattr(fund, "_enqueue", slowly)
    calls = [lambda: fund.start(batch), afterwards]
    return list(at_once(2, lambda number: calls[number]()))


def states(batch: Batch) -> set[tuple[str, bool]]:
    """Of each picture the status, and whether credit is held for it."""
    open_holds = Hold.objects.filter(resolved_at=None).values_list("reference", flat=True)
    return {(each.status, each.pk in set(open_holds)) for each in batch.generations.all()}


def test_cancelled_while_credit_comes_it_is_cancelled_and_gives_the_credit_back(
    batch: Batch, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = while_funding(batch, lambda: cancel_all(batch.generations.all(), alice), monkeypatch)
    assert outcomes == [3, 3]
    assert states(batch) == {(Status.CANCELLED, False)}
    assert [*audit_credits(), *audit_lifecycle()] == []


def test_given_up_while_credit_comes_it_goes_on_with_its_credit(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch.generations.update(created_at=clock.after(-LONGEST_UNFUNDED - 1))
    outcomes = while_funding(batch, recovery.end_old_waits, monkeypatch)
    assert outcomes == [3, 0]
    assert states(batch) == {(Status.QUEUED, True)}
    assert [*audit_credits(), *audit_lifecycle()] == []
