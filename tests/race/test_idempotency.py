"""One idempotency key is one order, however many send it at once."""

import time

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from generations.credits.models import Account
from generations.keys import issued
from generations.lifecycle import admit as admission
from generations.lifecycle.admit import (
    Admission,
    Idempotency,
    InProgress,
    KeyReused,
    Order,
    admit,
)
from generations.lifecycle.models import Generation
from generations.teams.models import Team, User
from generations.teams.modes import Mode
from tests.api.conftest import one
from tests.race.conftest import OrderOf
from tests.race.crowd import AT_THE_DOORS, at_once
from tests.race.scale import raced

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 50
PATIENCE = 30.0
PARAMETERS = {"service": "flux-pro", "prompt": "a hill", "width": 512, "height": 512}


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


@raced("keys, callers", (4, 10), sqlite=(20, 10), postgresql=(100, 50))
def test_however_many_scripts_send_each_of_many_keys_it_is_one_picture(
    alice: User, team: Team, keys: int, callers: int
) -> None:
    text = issued.issue(team, alice, name="Nightly", mode=Mode.TEST)[1]

    def ask(number: int) -> str:
        script = Client(headers={"X-API-Key": text, "Idempotency-Key": f"{number // callers}"})
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = script.post("/v1/text_to_image", PARAMETERS, content_type="application/json")
            if answer.status_code != 409:  # then the first has not ended
                return str(one(answer)["id"])
            assert time.monotonic() < deadline

    answers = at_once(keys * callers, ask, AT_THE_DOORS)
    given = {str(pk) for pk in Generation.objects.values_list("pk", flat=True)}
    assert set(answers) == given
    assert len(given) == keys
    for first in range(0, keys * callers, callers):
        assert len(set(answers[first : first + callers])) == 1


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


def impatient(mine: Order) -> Admission:
    """Who waits for a tenth of a second and no longer."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    return admit(mine, same_key())


@pytest.mark.postgres
def test_a_call_that_waits_for_its_twin_too_long_says_so(order: OrderOf, alice: User) -> None:
    mine = order(alice)
    with transaction.atomic():
        admit(mine, same_key())  # not committed yet
        assert [type(one) for one in at_once(1, lambda _: impatient(mine))] == [InProgress]


@pytest.mark.postgres
def test_a_call_that_waits_for_the_wallet_does_not(order: OrderOf, alice: User) -> None:
    mine = order(alice)
    with transaction.atomic():
        list(Account.objects.select_for_update())
        assert [type(one) for one in at_once(1, lambda _: impatient(mine))] == [OperationalError]


def test_without_the_record_each_caller_would_get_one_of_their_own(
    order: OrderOf, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race test is worth something: without the guard it fails."""
    monkeypatch.setattr(admission, "_replay", lambda *_: None)
    mine = order(alice)
    outcomes = at_once(5, lambda _: admit(mine, same_key()))
    with pytest.raises(AssertionError):
        assert_one_order(outcomes)
