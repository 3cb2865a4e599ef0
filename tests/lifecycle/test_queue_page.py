"""The queue page: what is drawn, what waits and why, and what each may do about it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.core import clock
from generations.core.undo import offered
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle import waiting
from generations.lifecycle.cancel import cancel
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Status, Wait
from generations.teams.models import Membership, Team, User
from tests.conftest import SignIn
from tests.lifecycle import making


def page(browser: Client, team: Team) -> str:
    return str(browser.get(reverse("queue", args=[team.slug])).content.decode())


def test_the_queue_shows_who_waits_why_and_what_is_drawn(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    making.send(making.ask(team, alice, "Paper boats")[0])
    making.ask(team, bob, "Low sun")
    text = sign_in(alice).get(reverse("queue", args=[team.slug])).content.decode()
    assert "One drawing, one waiting" in text
    assert "Slot 1 · Alice" in text
    assert "Low sun" in text
    assert "40 credits held" in text


def test_it_says_when_all_is_clear_and_what_is_held_leads_to_the_holds(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    making.send(making.ask(team, alice)[0])
    making.ask(team, bob)
    browser = sign_in(alice)
    line = browser.get(reverse("queue", args=[team.slug])).context["line"]
    # A slot is free for Bob's: the last of both ends after the usual twenty seconds.
    assert abs(line.clear_at - clock.now() - timedelta(seconds=20)) < timedelta(seconds=5)
    address = f"{reverse('entries', args=[team.slug])}?kind=open&mode=test"
    assert f'href="{address}">40 credits held</a>'.replace("&", "&amp;") in page(browser, team)
    assert browser.get(address).context["count"] == 2
    UpstreamKey.objects.update(state=KeyState.PAUSED)
    assert "all clear" not in page(browser, team)


def test_a_second_picture_of_one_person_waits_for_the_turn_of_others(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    UpstreamKey.objects.update(concurrent=1)
    making.send(making.ask(team, alice, "Paper boats")[0])
    making.ask(team, alice, "Low sun")
    making.ask(team, bob, "Ferns", count=2)
    turns = waiting.the_line(team, alice).turns
    assert [(turn.tile.generation.prompt, turn.why) for turn in turns] == [
        ("Ferns", "all slots busy"),
        ("Ferns", "second of Bob’s; one turn each"),
        ("Low sun", "second of Alice’s; one turn each"),
    ]
    for generation in Generation.objects.filter(author=bob):
        cancel(generation, bob)
    [turn] = waiting.the_line(team, alice).turns
    assert turn.why == "all slots busy"


def test_what_is_to_be_tried_again_has_no_turn_and_says_when(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    [generation] = making.ask(team, alice)
    rows = Generation.objects.filter(pk=generation.pk)
    rows.update(wait=Wait.RETRY, due_at=clock.now() + timedelta(seconds=300))
    text = flat(page(sign_in(alice), team))
    assert "trying again shortly in 5 min" in text


def test_what_is_drawn_over_a_removed_key_is_still_seen(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    making.send(making.ask(team, alice, "Paper boats")[0])
    UpstreamKey.objects.update(removed_at=clock.now(), state=KeyState.PAUSED)
    assert "Paper boats" in page(sign_in(alice), team)


def test_what_waits_for_credit_says_what_it_needs_and_what_there_is(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    Membership.objects.filter(user=bob).update(daily_limit=70)
    batch = making.ask(team, bob, "Nine dunes", count=9, may_wait=True)[0].batch
    text = page(sign_in(alice), team)
    assert "9 pictures" in text and "needs 180 at most" in text and "has 70 today" in text
    assert "starts <time" in text and "when the day resets" in text
    assert "Start 3 now · at most 60" in text
    address = reverse("start_batch", args=[team.slug, batch.pk])
    answer = sign_in(bob).post(address, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert (
        "Three waiting, six waiting for credit" in text
        and "6 pictures" in text
        and "has 10 today" in text
    )
    assert "<html" not in text and answer.headers["HX-Trigger"] == "meter"
    assert "Start" not in re.findall(r"<button[^>]*>([^<]*)", text)


def test_another_members_batch_is_started_by_managers_only(
    team: Team, alice: User, bob: User, carol: User, sign_in: SignIn
) -> None:
    Membership.objects.filter(user=alice).update(daily_limit=30)
    batch = making.ask(team, alice, count=2, may_wait=True)[0].batch
    address = reverse("start_batch", args=[team.slug, batch.pk])
    assert sign_in(bob).post(address).status_code == 403
    assert sign_in(carol).post(address).status_code == 403
    assert address not in page(sign_in(bob), team)
    assert sign_in(alice).post(address).status_code == 302
    assert batch.generations.filter(hold=None).count() == 1
    browser = sign_in(alice)
    assert "leaves 10" in browser.post(address, follow=True).content.decode()


def test_a_manager_pauses_a_key_and_may_undo_it(
    team: Team, alice: User, bob: User, carol: User, sign_in: SignIn
) -> None:
    key = UpstreamKey.objects.get(team=team)
    pause, resume = (
        reverse(name, args=[team.slug, key.pk]) for name in ("queue_pause", "queue_resumption")
    )
    for user in (bob, carol):
        assert sign_in(user).post(pause).status_code == 403
        assert pause not in page(sign_in(user), team)
    browser = sign_in(alice)
    assert pause in page(browser, team) and "three slots, healthy" in flat(page(browser, team))
    answer = browser.post(pause, headers={"HX-Request": "true"})
    [message] = answer.context["messages"]
    assert (offer := offered(message)) and offer.url == resume
    assert "three slots, paused" in flat(answer.content.decode())
    assert resume in answer.content.decode()
    browser.post(resume)
    browser.post(resume)
    key.refresh_from_db()
    assert key.state == KeyState.ACTIVE
    assert browser.post(reverse("queue_pause", args=[team.slug, uuid4()])).status_code == 404


def test_only_managers_see_the_end_of_a_key(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    assert "Practice ····" in page(sign_in(alice), team)
    assert "····" not in page(sign_in(bob), team)


def test_all_of_ones_own_failures_are_asked_for_again_at_once(
    team: Team, alice: User, bob: User, carol: User, sign_in: SignIn
) -> None:
    for user in (alice, bob, bob):
        making.fail(making.ask(team, user)[0])
    address = reverse("retry_failed", args=[team.slug])
    assert "Retry your 2" in page(sign_in(bob), team)
    assert address not in page(sign_in(alice), team)
    assert sign_in(carol).post(address).status_code == 403
    browser = sign_in(bob)
    text = browser.post(address, headers={"HX-Request": "true"}).content.decode()
    assert "2 asked for again." in text
    assert Generation.objects.filter(author=bob, status=Status.QUEUED).count() == 2
    again = browser.post(address, headers={"HX-Request": "true"}).content.decode()
    assert "asked for again" not in again
    assert Generation.objects.filter(author=bob).count() == 4


def test_a_limit_ends_trying_all_again_and_says_why(team: Team, bob: User, sign_in: SignIn) -> None:
    for _number in range(3):
        making.fail(making.ask(team, bob)[0])
    Membership.objects.filter(user=bob).update(daily_limit=50)
    answer = sign_in(bob).post(reverse("retry_failed", args=[team.slug]), follow=True)
    text = answer.content.decode()
    assert "leaves 10" in text and "2 asked for again." in text


def test_what_waits_for_credit_and_what_failed_stand_apart(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    making.fail(making.ask(team, bob, "Paper lanterns")[0])
    Membership.objects.filter(user=bob).update(daily_limit=30)
    making.ask(team, bob, "Twelve dunes", count=2, may_wait=True)
    text = sign_in(alice).get(reverse("queue", args=[team.slug])).content.decode()
    assert text.index("Waiting for credit") < text.index("Twelve dunes")
    assert text.index("Needs a look") < text.index("Paper lanterns")


def test_a_retried_failure_needs_no_look(team: Team, alice: User, sign_in: SignIn) -> None:
    failed = making.ask(team, alice, "Paper lanterns")[0]
    making.fail(failed)
    browser = sign_in(alice)
    browser.post(reverse("retry", args=[team.slug, failed.pk]), {"next": "queue"})
    assert "Needs a look" not in browser.get(reverse("queue", args=[team.slug])).content.decode()


def test_an_empty_queue_says_what_it_is_for(team: Team, alice: User, sign_in: SignIn) -> None:
    text = sign_in(alice).get(reverse("queue", args=[team.slug])).content.decode()
    assert "Nothing is being made" in text


def test_htmx_gets_the_line_alone(team: Team, alice: User, sign_in: SignIn) -> None:
    making.ask(team, alice)
    address = reverse("queue", args=[team.slug])
    text = sign_in(alice).get(address, headers={"HX-Request": "true"}).content.decode()
    assert "One waiting" in text
    assert "<html" not in text


def test_members_are_offered_only_their_own_to_cancel_and_reviewers_none(
    team: Team, alice: User, bob: User, carol: User, sign_in: SignIn
) -> None:
    making.ask(team, alice)
    making.ask(team, bob)
    address = reverse("queue", args=[team.slug])
    offered = [
        sign_in(user).get(address).content.decode().count('/cancellation/" hx-post')
        for user in (alice, bob, carol)
    ]
    assert offered == [2, 1, 0]


def test_a_stranger_finds_nothing(team: Team, charlie: User, sign_in: SignIn) -> None:
    assert sign_in(charlie).get(reverse("queue", args=[team.slug])).status_code == 404


def flat(text: str) -> str:
    """Its words, one space between them."""
    words = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    return words.replace(" ,", ",")


@pytest.mark.parametrize("name", ["queue_pause", "queue_resumption", "start_batch"])
def test_to_a_stranger_there_is_no_such_queue(
    team: Team, charlie: User, sign_in: SignIn, name: str
) -> None:
    assert sign_in(charlie).post(reverse(name, args=[team.slug, uuid4()])).status_code == 404


def test_a_longer_line_costs_no_more_queries(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    making.ask(team, alice)
    making.fail(making.ask(team, alice)[0])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("queue", args=[team.slug]))
        return len(captured)

    def unfunded(user: User, daily_limit: int = 30) -> None:
        Membership.objects.filter(user=user).update(daily_limit=daily_limit)
        making.ask(team, user, count=2, may_wait=True)
        Membership.objects.filter(user=user).update(daily_limit=None)

    unfunded(alice)
    few = queries()
    making.ask(team, alice, count=10)
    making.fail(making.ask(team, alice)[0])
    unfunded(alice, 60)
    unfunded(bob)
    assert queries() <= few


def test_what_is_done_on_the_queue_is_answered_with_the_line(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    [waits, other] = making.ask(team, alice, count=2)
    making.fail(other)
    for name, words in (("cancel", "Needs a look"), ("retry", "One waiting")):
        row = waits if name == "cancel" else other
        answer = browser.post(
            reverse(name, args=[team.slug, row.pk]),
            {"next": "queue"},
            headers={"HX-Request": "true"},
            follow=True,
        )
        text = answer.content.decode()
        assert text.lstrip().startswith('<div id="line"') and words in text
