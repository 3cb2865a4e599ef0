"""What a dead worker or a lost message leaves behind is found and ended, never twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django_q.models import OrmQ
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from generations.core import clock, crypto
from generations.credits import ledger
from generations.credits.models import Account, AccountKind, Entry, Hold
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle import recovery
from generations.lifecycle.claim import claim
from generations.lifecycle.look import look
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.states import AttemptState, Failure, Status, Wait
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.engine import run_messages, run_to_end, run_until
from tests.lifecycle.conftest import Ask
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def age(generation: Generation, **times: object) -> None:
    """Write times of the past into a row: the database's clock itself is never moved."""
    Generation.objects.filter(pk=generation.pk).update(**times)
    generation.refresh_from_db()


def test_a_lost_message_is_made_good(ask: Ask, alice: User) -> None:
    [generation] = ask(alice, "a hill")
    OrmQ.objects.all().delete()
    run_to_end(generation)
    assert generation.status == Status.COMPLETED


def test_a_doubled_message_changes_nothing(ask: Ask, alice: User, sandbox: Sandbox) -> None:
    [generation] = ask(alice, "a hill")
    message = OrmQ.objects.get()
    message.pk = None
    message.save()
    run_to_end(generation)
    run_messages()
    assert len(sandbox.log("creation")) == 1
    assert Entry.objects.filter(reference=generation.pk).count() == 2


def test_a_worker_that_died_before_sending_gives_the_job_back(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    [generation] = ask(alice, "a hill")
    [attempt] = claim(key.pk)
    age(generation, lease_until=clock.after(-1))
    recovery.end_leases()
    generation.refresh_from_db()
    attempt.refresh_from_db()
    assert (generation.status, attempt.state) == (Status.QUEUED, AttemptState.NOT_SENT)
    run_to_end(generation)
    assert generation.attempt == 2


def test_a_slow_worker_that_sends_at_that_moment_keeps_its_job(
    ask: Ask, alice: User, key: UpstreamKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    [generation] = ask(alice, "a hill")
    [attempt] = claim(key.pk)
    age(generation, lease_until=clock.after(-1))

    def each(rows: object, step: Callable[[Generation], bool]) -> int:
        found = Generation.objects.get(pk=generation.pk)
        # Between the sweep's reading and its writing, the worker marks the request as sent.
        age(generation, lease_until=clock.after(45))
        attempt.state, attempt.sends = AttemptState.SENDING, 1
        attempt.save()
        with transaction.atomic():
            return int(step(found))

    monkeypatch.setattr(recovery, "_each", each)
    assert recovery.end_leases() == 0
    generation.refresh_from_db()
    assert generation.status == Status.SUBMITTING
    age(generation, status=Status.UNKNOWN, deadline=clock.after(-1))
    monkeypatch.undo()
    run_to_end(generation)


def test_a_row_that_cannot_be_mended_does_not_hold_up_the_others(
    ask: Ask, alice: User, key: UpstreamKey, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = ask(alice, "a hill", count=2)
    claim(key.pk)
    Attempt.objects.filter(generation=bad).update(n=7)
    for generation in (bad, good):
        age(generation, lease_until=clock.after(-1))
    recovery.end_leases()
    good.refresh_from_db()
    assert good.status == Status.QUEUED
    assert str(bad.pk) in caplog.text
    Attempt.objects.filter(generation=bad).update(n=1)
    run_to_end(bad, good)


def test_a_worker_that_died_while_sending_leaves_the_outcome_unknown(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    [generation] = ask(alice, "a hill")
    [attempt] = claim(key.pk)
    attempt.state, attempt.sends = AttemptState.SENDING, 1
    attempt.save()
    age(generation, lease_until=clock.after(-1))
    recovery.end_leases()
    generation.refresh_from_db()
    assert generation.status == Status.UNKNOWN
    age(generation, deadline=clock.after(-1))
    run_to_end(generation)
    assert generation.status == Status.COMPLETED
    assert generation.attempt == 1
    assert generation.attempts.get().sends == 2


def test_an_unknown_outcome_fails_uncharged_where_the_upstream_honours_no_idempotency(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    key.honours_idempotency = False
    key.save()
    [generation] = ask(alice, "a hill")
    [attempt] = claim(key.pk)
    attempt.state, attempt.sends = AttemptState.SENDING, 1
    attempt.save()
    age(generation, status=Status.UNKNOWN, lease_until=None, deadline=clock.after(-1))
    run_to_end(generation)
    assert (generation.status, generation.failure) == (Status.FAILED, Failure.UNKNOWN)
    assert Hold.objects.get(reference=generation.pk).charged == 0


def test_a_job_that_stops_every_worker_is_ended(ask: Ask, alice: User, key: UpstreamKey) -> None:
    [generation] = ask(alice, "a hill")
    for _crash in range(recovery.MOST_CRASHES):
        assert claim(key.pk)
        age(generation, lease_until=clock.after(-1))
        recovery.end_leases()
    generation.refresh_from_db()
    assert (generation.status, generation.failure) == (Status.FAILED, Failure.CRASHED)


def test_a_store_that_died_is_done_again_and_charged_once(ask: Ask, alice: User) -> None:
    [generation] = ask(alice, "a hill")
    run_until(lambda: Generation.objects.get(pk=generation.pk).status != Status.QUEUED)
    run_to_end(generation)
    assert generation.charged == 10
    [second] = ask(alice, "a hill [[no-webhook]]")
    run_messages()
    age(
        second,
        status=Status.STORING,
        result_url=generation.result_url,
        lease_until=clock.after(-1),
        due_at=None,
        deadline=clock.after(60),
    )
    run_to_end(second)
    assert second.crashes == 1
    assert Entry.objects.filter(reference=second.pk, kind="settle").count() == 1


def test_a_picture_that_never_comes_is_lost_at_the_deadline(
    ask: Ask, alice: User, team: Team
) -> None:
    [generation] = ask(alice, "a hill [[no-webhook]]")
    run_messages()
    age(
        generation,
        status=Status.STORING,
        result_url="http://127.0.0.1:1/never.png",
        deadline=clock.after(-1),
        due_at=None,
    )
    recovery.store_again()
    generation.refresh_from_db()
    assert (generation.status, generation.failure) == (Status.FAILED, Failure.LOST)
    account = Account.objects.get(team=team, mode=Mode.TEST, kind=AccountKind.LOSS)
    assert account.posted == generation.likely


def test_processing_that_never_ends_times_out(ask: Ask, alice: User) -> None:
    [generation] = ask(alice, "a hill [[slow 60]] [[no-webhook]]")
    run_messages()
    age(generation, due_at=clock.after(-1), deadline=clock.after(-1))
    run_to_end(generation)
    assert (generation.status, generation.failure) == (Status.FAILED, Failure.TIMED_OUT)


def test_processing_times_out_though_the_upstream_cannot_even_be_asked(
    ask: Ask, alice: User, settings: Settings
) -> None:
    [generation] = ask(alice, "a hill [[slow 60]] [[no-webhook]]")
    run_messages()
    age(generation, due_at=clock.after(-1), deadline=clock.after(-1))
    settings.FLUXHUB_ENCRYPTION_KEYS = [crypto.new_key()]
    look(generation.pk)
    generation.refresh_from_db()
    assert (generation.status, generation.failure) == (Status.FAILED, Failure.TIMED_OUT)


def test_a_late_picture_that_never_comes_is_given_up_and_booked_as_loss(
    ask: Ask, alice: User, team: Team
) -> None:
    [generation] = ask(alice, "a hill [[fail]]")
    run_to_end(generation)
    late = {"result_url": "http://127.0.0.1:1/never.png", "deadline": clock.after(-1)}
    age(generation, **late)
    recovery.store_again()
    recovery.store_again()
    generation.refresh_from_db()
    assert (generation.status, generation.deadline) == (Status.FAILED, None)
    account = Account.objects.get(team=team, mode=Mode.TEST, kind=AccountKind.LOSS)
    assert account.posted == generation.likely


def test_a_job_that_no_limit_will_ever_fit_does_not_wait_for_ever(ask: Ask, alice: User) -> None:
    Membership.objects.filter(user=alice).update(daily_limit=20)
    ask(alice, "a hill")
    [waiting] = ask(alice, "another", may_wait=True)
    Membership.objects.filter(user=alice).update(daily_limit=19)
    age(waiting, due_at=clock.after(-1))
    recovery.fund_waiting()
    waiting.refresh_from_db()
    assert (waiting.status, waiting.failure) == (Status.FAILED, Failure.WAITED)


def test_a_refused_person_is_asked_for_once_a_round(
    ask: Ask, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Membership.objects.filter(user=alice).update(daily_limit=140)
    ask(alice, "a hill", count=7)
    ask(alice, "another", count=20, may_wait=True)
    Generation.objects.filter(hold=None).update(due_at=clock.after(-1))
    with django_assert_max_num_queries(80):
        recovery.fund_waiting()
    assert not Generation.objects.filter(hold=None, due_at__lt=clock.database_now()).exists()


def test_a_job_waits_for_the_reset_when_asked_and_starts_by_itself(
    ask: Ask, alice: User, team: Team
) -> None:
    Membership.objects.filter(user=alice).update(daily_limit=30)
    [first] = ask(alice, "a hill")
    [second] = ask(alice, "another hill", may_wait=True)
    assert second.hold is None
    assert second.wait == Wait.DAILY_LIMIT
    run_to_end(first)
    second.refresh_from_db()
    assert second.status == Status.QUEUED
    age(second, due_at=clock.after(-1))
    run_to_end(second)
    assert second.status == Status.COMPLETED


def test_a_key_without_credit_is_tried_again_after_its_pause(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    key.state, key.blocked_until = KeyState.EXHAUSTED, clock.now() - timedelta(seconds=1)
    key.save()
    recovery.revive_keys()
    key.refresh_from_db()
    assert key.state == KeyState.ACTIVE


def test_a_hold_without_a_job_freezes_the_account(
    ask: Ask, alice: User, team: Team, key: UpstreamKey
) -> None:
    [generation] = ask(alice, "a hill")
    assert recovery.check_holds() == 0
    run_to_end(generation)
    Membership.objects.filter(user=alice).update(daily_limit=40)
    [other] = ask(alice, "another hill")
    ask(alice, "one that waits for credit", may_wait=True)
    Generation.objects.filter(pk=other.pk).update(status=Status.CANCELLED)
    assert recovery.check_holds() == 1
    held = Hold.objects.get(reference=other.pk)
    assert Account.objects.get(pk=held.account_id).frozen_at
    ledger.release(held)
