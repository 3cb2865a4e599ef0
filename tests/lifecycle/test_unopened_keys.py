"""A shared key whose secret cannot be opened: the hub's own trouble, over when it opens again."""

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from generations.core import clock, crypto
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle import recovery
from generations.lifecycle.dispatch import dispatch
from generations.lifecycle.look import REMEMBERED, look
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.places import place
from generations.lifecycle.states import Failure, Status
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.engine import run_messages, run_to_end
from tests.lifecycle.conftest import Ask
from tests.lifecycle.test_several_keys import assert_each_made_and_charged_once, sent_by
from tests.processes import wait_until
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)

UNREADABLE = b"\x01sealed under a key that was retired"


@pytest.mark.parametrize("harm", ["sealed under a key that is gone", "no secret at all"])
def test_a_key_that_cannot_be_opened_holds_up_nothing_that_another_one_can_send(
    ask: Ask, alice: User, team: Team, key: UpstreamKey, spare: UpstreamKey, sandbox: Sandbox,
    harm: str,
) -> None:  # fmt: skip
    if harm == "no secret at all":
        key.secrets.update(retired_at=clock.now())
    else:
        key.secrets.update(api_key=UNREADABLE)
    generations = ask(alice, "a hill", count=3)
    run_to_end(*generations)
    key.refresh_from_db()
    assert key.state == KeyState.ACTIVE
    assert_each_made_and_charged_once(generations)
    assert sent_by(sandbox) == {"spare": 3}
    assert not Attempt.objects.filter(upstream_key=key).exists()


def test_with_wrong_encryption_keys_all_wait_and_say_so_and_go_on_by_themselves_with_the_right_ones(
    ask: Ask, alice: User, key: UpstreamKey, settings: Settings, team: Team, sign_in: SignIn
) -> None:
    right = settings.FLUXHUB_ENCRYPTION_KEYS
    settings.FLUXHUB_ENCRYPTION_KEYS = [crypto.new_key()]
    [generation] = ask(alice, "a hill")
    run_messages()
    generation.refresh_from_db()
    assert (generation.status, generation.attempt) == (Status.QUEUED, 0)
    assert place(generation).why == "the hub cannot open the key"
    queue = sign_in(alice).get(reverse("queue", args=[team.slug])).content.decode()
    assert "The hub cannot open Practice" in queue and "cannot be opened" in queue
    listed = sign_in(alice).get(reverse("upstream_keys", args=[team.slug])).content.decode()
    assert "The hub cannot open this key" in listed
    key.refresh_from_db()
    assert key.state == KeyState.ACTIVE
    settings.FLUXHUB_ENCRYPTION_KEYS = right
    run_to_end(generation)
    assert_each_made_and_charged_once([generation])


def test_what_was_drawn_comes_in_though_the_key_cannot_be_opened_meanwhile(
    ask: Ask, alice: User, key: UpstreamKey, sandbox: Sandbox
) -> None:
    [generation] = ask(alice, "a hill [[no-webhook]]")
    dispatch(key.pk)
    wait_until(lambda: bool(sandbox.log("finish")), 20, "the picture")
    Generation.objects.filter(pk=generation.pk).update(due_at=clock.after(-1))
    look(generation.pk)
    generation.refresh_from_db()
    assert generation.status == Status.STORING
    key.secrets.update(api_key=UNREADABLE)
    run_to_end(generation)
    assert_each_made_and_charged_once([generation])


def test_a_key_that_stops_opening_between_claim_and_sending_gives_the_job_back(
    ask: Ask, alice: User, key: UpstreamKey, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    [secret] = key.secrets.values_list("api_key", flat=True)
    monkeypatch.setattr(UpstreamKey, "is_openable", True)
    key.secrets.update(api_key=UNREADABLE)
    [generation] = ask(alice, "a hill")
    dispatch(key.pk)
    generation.refresh_from_db()
    key.refresh_from_db()
    assert (generation.status, key.state) == (Status.QUEUED, KeyState.ACTIVE)
    key.secrets.update(api_key=secret)
    run_to_end(generation)
    assert_each_made_and_charged_once([generation])


def drawn_unseen(ask: Ask, alice: User, sandbox: Sandbox) -> Generation:
    """It is finished upstream; no webhook came, and the next look is due."""
    [generation] = ask(alice, "a hill [[no-webhook]]")
    run_messages()
    wait_until(lambda: bool(sandbox.log("finish")), 20, "the picture")
    Generation.objects.filter(pk=generation.pk).update(due_at=clock.after(-1))
    return generation


def test_a_look_with_a_key_that_does_not_open_is_put_off(
    ask: Ask, alice: User, key: UpstreamKey, sandbox: Sandbox
) -> None:
    generation = drawn_unseen(ask, alice, sandbox)
    [secret] = key.secrets.values_list("api_key", flat=True)
    key.secrets.update(api_key=UNREADABLE)
    look(generation.pk)
    generation.refresh_from_db()
    assert generation.status == Status.PROCESSING
    key.secrets.update(api_key=secret)
    Generation.objects.filter(pk=generation.pk).update(due_at=clock.after(-1))
    run_to_end(generation)
    assert_each_made_and_charged_once([generation])


def test_a_key_that_does_not_open_until_the_deadline_is_named_as_the_reason(
    ask: Ask, alice: User, key: UpstreamKey, sandbox: Sandbox
) -> None:
    generation = drawn_unseen(ask, alice, sandbox)
    Generation.objects.filter(pk=generation.pk).update(deadline=clock.after(-1))
    key.secrets.update(api_key=UNREADABLE)
    look(generation.pk)
    generation.refresh_from_db()
    assert (generation.status, generation.failure) == (Status.FAILED, Failure.TIMED_OUT)
    assert generation.message == "The key cannot be opened to ask for it."


def lost(ask: Ask, alice: User) -> Generation:
    """Its answer was lost, no webhook came, and its deadline is over."""
    [generation] = ask(alice, "a hill [[lost 1]] [[no-webhook]]")
    run_messages()
    Generation.objects.filter(pk=generation.pk).update(deadline=clock.after(-1), due_at=None)
    return generation


def test_a_lost_answer_of_a_key_that_no_longer_opens_ends_at_its_deadline_uncharged(
    ask: Ask, alice: User, key: UpstreamKey, spare: UpstreamKey, sandbox: Sandbox
) -> None:
    generation = lost(ask, alice)
    key.secrets.update(api_key=UNREADABLE)
    recovery.poll()
    run_messages()
    generation.refresh_from_db()
    assert (generation.status, generation.failure) == (Status.FAILED, Failure.UNKNOWN)
    assert generation.message == "The key cannot be opened to ask once more."
    assert generation.hold and generation.hold.charged == 0
    assert (generation.attempts.get().sends, sum(sent_by(sandbox).values())) == (1, 1)


def test_a_request_that_its_upstream_may_have_forgotten_is_not_sent_again(
    ask: Ask, alice: User, sandbox: Sandbox
) -> None:
    generation = lost(ask, alice)
    generation.attempts.update(claimed_at=clock.after(-REMEMBERED - 1))
    look(generation.pk)
    generation.refresh_from_db()
    assert (generation.status, generation.failure) == (Status.FAILED, Failure.UNKNOWN)
    assert sum(sent_by(sandbox).values()) == 1
