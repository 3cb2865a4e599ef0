"""However an upstream misbehaves, it ends well, says why, and costs only what it should."""

import pytest
from pytest_django.fixtures import Settings

from generations.credits.models import Account, AccountKind, Entry
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle import decoding
from generations.lifecycle.models import Generation
from generations.lifecycle.states import AttemptState, Failure, Status
from generations.teams.models import Team, User
from generations.teams.modes import Mode
from tests.engine import run_messages, run_to_end, run_until
from tests.lifecycle.conftest import Ask
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def loss(team: Team) -> int:
    account = Account.objects.get(team=team, mode=Mode.TEST, kind=AccountKind.LOSS)
    return account.posted


def released(generation: Generation) -> bool:
    return Entry.objects.filter(reference=generation.pk, kind="release").count() == 1


@pytest.mark.parametrize(
    ("mark", "failure"),
    [
        ("[[400]]", Failure.REFUSED),
        ("[[fail]]", Failure.FAILED),
        ("[[500]]", Failure.SERVER_ERROR),
        ("[[inside-url]]", Failure.BAD_URL),
        ("[[other-host]]", Failure.BAD_URL),
        ("[[bomb]]", Failure.BAD_IMAGE),
        ("[[not-an-image]]", Failure.BAD_IMAGE),
        ("[[truncated]]", Failure.BAD_IMAGE),
        ("[[svg]]", Failure.BAD_IMAGE),
    ],
)
def test_a_definite_failure_is_named_and_free(
    ask: Ask, alice: User, mark: str, failure: Failure
) -> None:
    [generation] = ask(alice, f"a hill {mark}")
    run_to_end(generation)
    assert (generation.status, generation.failure) == (Status.FAILED, failure)
    assert generation.charged is None
    assert released(generation)


@pytest.mark.parametrize("mark", ["[[lost]]", "[[lost-before]]", "[[502]]", "[[html]]"])
def test_a_lost_answer_ends_in_one_picture_and_one_charge(
    ask: Ask, alice: User, sandbox: Sandbox, mark: str, settings: Settings
) -> None:
    settings.DEADLINES = settings.DEADLINES | {"unknown": 1}
    [generation] = ask(alice, f"a hill {mark} once")
    run_to_end(generation)
    creations = {line["idempotency_key"] for line in sandbox.log("creation")}
    assert creations <= {f"{generation.pk}-1"}
    if generation.status == Status.COMPLETED:
        assert generation.charged == 10
    else:
        assert generation.failure == Failure.UNKNOWN
        assert released(generation)


def test_a_lost_answer_is_adopted_by_the_webhook_without_sending_again(
    ask: Ask, alice: User, sandbox: Sandbox
) -> None:
    [generation] = ask(alice, "a hill [[lost]]")
    run_to_end(generation)
    assert generation.status == Status.COMPLETED
    assert generation.attempts.get().sends == 1
    assert len(sandbox.log("creation")) == 1


def test_a_rejected_key_is_marked_and_the_job_waits_in_line(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    [generation] = ask(alice, "a hill [[401]]")
    run_messages()
    key.refresh_from_db()
    generation.refresh_from_db()
    assert key.state == KeyState.REJECTED
    assert generation.status == Status.QUEUED
    assert generation.attempts.get().state == AttemptState.REFUSED


def test_an_exhausted_key_is_marked_and_tried_again_later(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    [generation] = ask(alice, "a hill [[402]]")
    run_messages()
    key.refresh_from_db()
    generation.refresh_from_db()
    assert key.state == KeyState.EXHAUSTED
    assert key.blocked_until is not None
    assert generation.status == Status.QUEUED


def test_a_rate_limit_blocks_the_key_until_the_upstream_frees_it(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    [generation] = ask(alice, "a hill [[429]]")
    run_messages()
    key.refresh_from_db()
    generation.refresh_from_db()
    assert key.blocked_until is not None
    assert (generation.status, generation.tries) == (Status.QUEUED, 0)


def test_without_a_webhook_polling_finds_the_end(ask: Ask, alice: User) -> None:
    [generation] = ask(alice, "a hill [[no-webhook]]")
    run_messages()
    Generation.objects.filter(pk=generation.pk).update(due_at=generation.created_at)
    run_to_end(generation)
    assert generation.status == Status.COMPLETED


def test_a_webhook_that_comes_twice_charges_once(ask: Ask, alice: User, sandbox: Sandbox) -> None:
    [generation] = ask(alice, "a hill [[double-webhook]]")
    run_to_end(generation)
    run_until(lambda: len(sandbox.log("webhook")) >= 2)
    run_messages()
    assert Entry.objects.filter(reference=generation.pk, kind="settle").count() == 1


def test_a_webhook_before_the_answer_is_adopted(ask: Ask, alice: User) -> None:
    [generation] = ask(alice, "a hill [[early-webhook]]")
    run_to_end(generation)
    assert (generation.status, generation.charged) == (Status.COMPLETED, 10)


def test_a_cost_above_the_hold_charges_the_hold_and_books_the_rest_as_loss(
    ask: Ask, alice: User, team: Team
) -> None:
    [generation] = ask(alice, "a hill [[wrong-cost 9999]]")
    run_to_end(generation)
    assert generation.charged == 20
    assert loss(team) == 9979


@pytest.mark.parametrize(("mark", "charged"), [("[[cost 4]]", 4), ("[[cost 0]]", 0)])
def test_a_cost_below_the_likely_price_is_what_is_charged(
    ask: Ask, alice: User, team: Team, mark: str, charged: int
) -> None:
    [generation] = ask(alice, f"a hill {mark}")
    run_to_end(generation)
    assert (generation.status, generation.charged) == (Status.COMPLETED, charged)
    assert loss(team) == 0


@pytest.mark.parametrize("mark", ["[[cost -5]]", "[[no-cost]]"])
def test_a_cost_that_makes_no_sense_is_charged_at_the_likely_price(
    ask: Ask, alice: User, mark: str
) -> None:
    [generation] = ask(alice, f"a hill {mark}")
    run_to_end(generation)
    assert generation.charged == 10
    is_named = generation.transitions.filter(note__contains="makes no sense").exists()
    assert is_named == (mark == "[[cost -5]]")


def test_a_picture_that_comes_after_the_failure_is_kept_and_not_charged(
    ask: Ask, alice: User, team: Team
) -> None:
    [generation] = ask(alice, "a hill [[lost]] [[late-webhook 3]]")
    generation.upstream_key.honours_idempotency = False
    generation.upstream_key.save()
    run_messages()
    Generation.objects.filter(pk=generation.pk).update(deadline=generation.created_at)
    run_until(lambda: Generation.objects.get(pk=generation.pk).status == Status.FAILED)
    run_until(lambda: Generation.objects.get(pk=generation.pk).status == Status.COMPLETED)
    generation.refresh_from_db()
    assert generation.is_late
    assert generation.charged == 0
    assert released(generation)
    assert loss(team) == 10


def test_a_picture_too_large_to_take_is_refused_at_once(
    ask: Ask, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "MAX_BYTES", 1000)
    [generation] = ask(alice, "a hill")
    run_to_end(generation)
    assert (generation.status, generation.failure) == (Status.FAILED, Failure.BAD_IMAGE)
