"""The desk: what a script does leaves it alone, and what waits for credit is one tile."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from generations.keys import issued
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Status
from generations.teams.models import Membership, Team, User
from tests.conftest import SignIn
from tests.lifecycle import making

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def page(team: Team, name: str = "create") -> str:
    return reverse(name, args=[team.slug])


def waiting(team: Team, user: User) -> list[Generation]:
    Membership.objects.filter(user=user, team=team).update(daily_limit=40)
    return making.ask(team, user, "Twelve dunes", count=5, may_wait=True)


def cancellation(team: Team, generation: Generation) -> str:
    return reverse("cancel_batch", args=[team.slug, generation.batch_id])


def test_what_a_script_asked_for_is_not_what_the_composer_begins_with(
    team: Team, alice: User, desk: Client
) -> None:
    making.ask(team, alice, "By hand")
    key, _ = issued.issue(team, alice, name="cron", mode="test")
    making.ask(team, alice, "By a script", api_key=key)
    text = desk.get(page(team)).content.decode()
    composer = text[text.index("<textarea") : text.index("</textarea>")]
    assert "By hand" in composer


def test_success_takes_old_errors_away(team: Team, desk: Client) -> None:
    asked = {"prompt": "x", "shape": "4:5", "version": "flux-pro-1.1", "quality": "standard"}
    asked |= {"count": "1", "mode": "test"}
    text = desk.post(page(team, "create_batch"), asked, headers=HTMX).content.decode()
    assert '<div id="composer-errors" role="alert" hx-swap-oob="true"></div>' in text


def test_what_was_cancelled_is_no_longer_held(team: Team, alice: User, desk: Client) -> None:
    first, *_ = making.ask(team, alice, count=5)
    text = desk.post(reverse("cancel", args=[team.slug, first.pk]), headers=HTMX).content.decode()
    assert "Held 80 · charged 0 so far" in text


def test_the_pictures_on_top_are_fetched_at_once_and_what_is_below_when_it_is_near(
    team: Team, alice: User, desk: Client
) -> None:
    for prompt in ("Below", "On top"):
        for generation in making.ask(team, alice, prompt, count=2):
            making.finish(generation)
    text = desk.get(page(team)).content.decode()
    assert re.findall(r'alt="([^"]+)" (fetchpriority="high"|loading="lazy")', text) == [
        *[("On top", 'fetchpriority="high"')] * 2,
        *[("Below", 'loading="lazy"')] * 2,
    ]


def test_what_waits_for_credit_is_one_tile_and_one_row(
    team: Team, alice: User, desk: Client
) -> None:
    first, *_ = waiting(team, alice)
    for name in ("create", "queue"):
        text = desk.get(page(team, name)).content.decode()
        assert text.count("Cancel all</button>") == 1
        assert text.count(cancellation(team, first)) >= 1
        assert "5 pictures" in text
        assert "/generations/" not in text


def test_all_of_a_batch_is_cancelled_at_once(team: Team, alice: User, desk: Client) -> None:
    first, *_rest = waiting(team, alice)
    text = desk.post(cancellation(team, first), headers=HTMX).content.decode()
    assert text.count("Not charged") == 5
    assert {row.status for row in Generation.objects.all()} == {Status.CANCELLED}


def test_what_was_started_of_a_batch_is_not_cancelled_with_what_still_waits_for_credit(
    team: Team, alice: User, desk: Client
) -> None:
    first, *_rest = waiting(team, alice)
    desk.post(reverse("start_batch", args=[team.slug, first.batch_id]))
    for name in ("create", "queue"):
        assert 'name="only" value="unfunded"' in desk.get(page(team, name)).content.decode()
    desk.post(cancellation(team, first), {"only": "unfunded"})
    rows = Generation.objects.filter(batch=first.batch)
    assert rows.filter(status=Status.QUEUED, hold__isnull=False).count() == 2
    assert rows.filter(status=Status.CANCELLED, hold=None).count() == 3


def test_a_batch_that_is_partly_sent_goes_on_with_that_part(
    team: Team, alice: User, desk: Client
) -> None:
    first, second = making.ask(team, alice, count=2)
    making.send(first)
    desk.post(cancellation(team, first))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (Status.PROCESSING, Status.CANCELLED)


def test_members_cancel_their_own_batches_and_those_who_manage_anybodys(
    team: Team, bob: User, carol: User, alice: User, sign_in: SignIn
) -> None:
    [hers] = making.ask(team, alice)
    [his] = making.ask(team, bob)
    assert sign_in(bob).post(cancellation(team, hers)).status_code == 403
    assert sign_in(carol).post(cancellation(team, his)).status_code == 403
    assert sign_in(alice).post(cancellation(team, his)).status_code == 302
    hers.refresh_from_db()
    his.refresh_from_db()
    assert (hers.status, his.status) == (Status.QUEUED, Status.CANCELLED)


def test_a_batch_of_another_team_does_not_exist(
    team: Team, alice: User, charlie: User, other_team: Team, sign_in: SignIn
) -> None:
    [hers] = making.ask(team, alice)
    address = reverse("cancel_batch", args=[other_team.slug, hers.batch_id])
    assert sign_in(charlie).post(address).status_code == 404


def test_another_tab_of_the_same_person_may_ask_for_a_batch_and_nobody_else(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    [hers] = making.ask(team, alice, "Paper boats")
    address = reverse("batch", args=[team.slug, hers.batch_id])
    text = sign_in(alice).get(address).content.decode()
    assert f'id="sitting-{hers.batch_id}"' in text
    assert "<html" not in text
    assert sign_in(bob).get(address).status_code == 404
