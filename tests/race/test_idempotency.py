"""One idempotency key is one order, however many send it at once."""

import time

import pytest

from generations.lifecycle import admit as admission
from generations.lifecycle.admit import Admission, Idempotency, InProgress, KeyReused, admit
from generations.lifecycle.models import Generation
from generations.teams.models import User
from tests.race.conftest import OrderOf
from tests.race.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 50
PATIENCE = 30.0


def same_key(fingerprint: str = "a") -> Idempotency:
    return Idempotency("alice POST /v1/text_to_image", "order-1", fingerprint)


def assert_one_order(outcomes: list[Admission | Exception]) -> None:
    assert {type(one) for one in outcomes} == {Admission}, outcomes[:3]
    given = {one.generations[0].pk for one in outcomes if isinstance(one, Admission)}
    assert given == set(Generation.objects.values_list("pk", flat=True))
    assert len(given) == 1
    assert sum(not one.replayed for one in outcomes if isinstance(one, Admission)) == 1


def test_fifty_callers_of_one_key_get_one_generation(order: OrderOf, alice: User) -> None:
    mine = order(alice)

    def ask(_: int) -> Admission:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return admit(mine, same_key())
            except InProgress:  # what a client does with a 409: the same again
                assert time.monotonic() < deadline

    assert_one_order(at_once(CALLERS, ask, threads=CALLERS))


def test_another_body_under_the_same_key_never_gets_a_picture(order: OrderOf, alice: User) -> None:
    mine = order(alice)
    outcomes = at_once(20, lambda number: admit(mine, same_key("ab"[number % 2])))
    answered = [number % 2 for number, one in enumerate(outcomes) if isinstance(one, Admission)]
    others = [one for one in outcomes if not isinstance(one, Admission)]
    assert len(set(answered)) == 1
    assert {type(one) for one in others} <= {KeyReused, InProgress}
    assert any(isinstance(one, KeyReused) for one in others)
    assert Generation.objects.count() == 1


def test_keys_of_others_do_not_meet(order: OrderOf, alice: User, bob: User) -> None:
    orders = [order(alice), order(bob)]

    def ask(number: int) -> Admission:
        scope = f"{number % 2} POST /v1/text_to_image"
        return admit(orders[number % 2], Idempotency(scope, "order-1", "a"))

    at_once(10, ask)
    assert Generation.objects.count() == 2


def test_without_the_record_each_caller_would_get_one_of_their_own(
    order: OrderOf, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race test is worth something: without the guard it fails."""
    monkeypatch.setattr(admission, "_replay", lambda *_: None)
    mine = order(alice)
    outcomes = at_once(5, lambda _: admit(mine, same_key()))
    with pytest.raises(AssertionError):
        assert_one_order(outcomes)
