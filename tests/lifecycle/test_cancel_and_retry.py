"""Cancelling is free before sending and impossible after; retrying is a new generation."""

import pytest

from generations.credits.models import Entry, UserDay
from generations.keys.models import UpstreamKey
from generations.lifecycle.cancel import TooLate, cancel
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Generation
from generations.lifecycle.retry import retry
from generations.lifecycle.states import Status
from generations.teams.models import Membership, Team, User
from tests.engine import run_messages, run_to_end
from tests.lifecycle import making
from tests.lifecycle.conftest import Ask
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def test_cancelling_a_queued_job_returns_everything(
    ask: Ask, alice: User, sandbox: Sandbox
) -> None:
    [generation] = ask(alice, "a hill")
    cancel(generation, alice)
    run_messages()
    generation.refresh_from_db()
    assert generation.status == Status.CANCELLED
    assert UserDay.objects.get().reserved == 0
    assert sandbox.log("creation") == []


def test_cancelling_twice_is_once(ask: Ask, alice: User) -> None:
    [generation] = ask(alice, "a hill")
    cancel(generation, alice)
    cancel(generation, alice)
    assert Entry.objects.filter(reference=generation.pk, kind="release").count() == 1


def test_after_the_claim_it_is_too_late(ask: Ask, alice: User, key: UpstreamKey) -> None:
    [generation] = ask(alice, "a hill")
    claim(key.pk)
    with pytest.raises(TooLate):
        cancel(generation, alice)
    generation.refresh_from_db()
    assert generation.status == Status.SUBMITTING
    assert UserDay.objects.get().reserved == 20


def test_a_job_that_waits_for_credit_is_cancelled_without_a_hold(ask: Ask, alice: User) -> None:
    Membership.objects.filter(user=alice).update(daily_limit=20)
    ask(alice, "a hill")
    [waiting] = ask(alice, "another", may_wait=True)
    cancel(waiting, alice)
    waiting.refresh_from_db()
    assert waiting.status == Status.CANCELLED


def test_a_retry_is_a_new_generation_that_names_the_old_one(
    ask: Ask, alice: User, bob: User
) -> None:
    [failed] = ask(alice, "a hill [[fail]]")
    run_to_end(failed)
    [again] = retry(failed, Membership.objects.get(user=bob)).generations
    run_to_end(again)
    assert (again.retry_of, again.author) == (failed, bob)
    assert again.prompt == failed.prompt
    assert Generation.objects.get(pk=failed.pk).status == Status.FAILED


def test_a_retry_of_one_failure_is_charged_once_however_often_it_is_pressed(
    team: Team, alice: User, bob: User
) -> None:
    [failed] = making.ask(team, alice)
    making.fail(failed)
    first = retry(failed, Membership.objects.get(user=alice))
    second = retry(failed, Membership.objects.get(user=alice))
    assert (second.replayed, *second.generations) == (True, *first.generations)
    assert not retry(failed, Membership.objects.get(user=bob)).replayed
    making.fail(first.generations[0])
    assert not retry(failed, Membership.objects.get(user=alice)).replayed
    assert failed.retries.count() == 3
