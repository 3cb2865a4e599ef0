from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.teams.models import Membership, Team, User
from tests.conftest import SignIn
from tests.lifecycle import making


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
        sign_in(user).get(address).content.decode().count("/cancellation/")
        for user in (alice, bob, carol)
    ]
    assert offered == [2, 1, 0]


def test_a_stranger_finds_nothing(team: Team, charlie: User, sign_in: SignIn) -> None:
    assert sign_in(charlie).get(reverse("queue", args=[team.slug])).status_code == 404


def test_a_longer_line_costs_no_more_queries(team: Team, alice: User, sign_in: SignIn) -> None:
    browser = sign_in(alice)
    making.ask(team, alice)
    making.fail(making.ask(team, alice)[0])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("queue", args=[team.slug]))
        return len(captured)

    few = queries()
    making.ask(team, alice, count=10)
    making.fail(making.ask(team, alice)[0])
    assert queries() <= few
