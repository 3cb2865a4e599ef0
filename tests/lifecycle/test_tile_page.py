import pytest
from django.test import Client
from django.urls import reverse

from generations.lifecycle.models import Generation, Image
from generations.lifecycle.states import Status
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.lifecycle import making

HTMX = {"HX-Request": "true"}


@pytest.fixture
def generation(team: Team, alice: User) -> Generation:
    return making.ask(team, alice)[0]


@pytest.fixture
def browser(alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def address(name: str, generation: Generation) -> str:
    return reverse(name, args=[generation.team.slug, generation.pk])


def tile(browser: Client, generation: Generation) -> str:
    return browser.get(address("tile", generation), headers=HTMX).content.decode()


def test_a_waiting_tile_says_its_turn_and_that_cancelling_is_free(
    generation: Generation, browser: Client
) -> None:
    text = tile(browser, generation)
    assert '1<small class="figure__unit">st</small>' in text
    assert "Cancel is free" in text
    assert 'hx-trigger="refresh, live:poll from:body' in text


def test_a_tile_that_waits_for_a_slot_says_how_many_are_busy(
    team: Team, alice: User, browser: Client
) -> None:
    for busy in making.ask(team, alice, count=3):
        making.send(busy)
    waiting = making.ask(team, alice)[0]
    assert "all three slots busy" in tile(browser, waiting)


def test_a_drawing_tile_counts_and_cannot_be_cancelled(
    generation: Generation, browser: Client
) -> None:
    making.send(generation)
    text = tile(browser, generation)
    assert "data-elapsed=" in text
    assert "Already at the practice studio" in text
    assert "Charged if it succeeds" in text
    assert address("cancel", generation) not in text


def test_a_finished_tile_is_a_picture_that_is_not_asked_for_again(
    generation: Generation, browser: Client
) -> None:
    image = making.finish(generation)
    text = tile(browser, generation)
    assert reverse("picture", args=[generation.team.slug, image.pk]) in text
    assert 'fill="#806771"' in text
    assert "15 credits" in text
    assert address("tile", generation) not in text


def test_a_failed_tile_says_why_and_that_it_cost_nothing(
    generation: Generation, browser: Client
) -> None:
    making.fail(generation)
    text = tile(browser, generation)
    assert "The upstream refused the request." in text
    assert "No such style" in text
    assert "Not charged" in text
    assert address("retry", generation) in text


def test_cancelling_gives_everything_back(generation: Generation, browser: Client) -> None:
    text = browser.post(address("cancel", generation), headers=HTMX).content.decode()
    generation.refresh_from_db()
    assert generation.status == Status.CANCELLED
    assert "Cancelled" in text
    assert f'id="charge-{generation.batch_id}"' in text


def test_cancelling_too_late_says_so(generation: Generation, browser: Client) -> None:
    making.send(generation)
    text = browser.post(address("cancel", generation), headers=HTMX).content.decode()
    assert "Too late to cancel" in text
    assert "Already at the practice studio" in text


def test_without_script_cancelling_leads_back_to_the_page(
    generation: Generation, browser: Client
) -> None:
    slug = generation.team.slug
    answer = browser.post(address("cancel", generation), {"next": "queue"})
    assert answer.headers["Location"] == reverse("queue", args=[slug])


def test_a_retry_is_a_new_generation_on_the_desk(generation: Generation, browser: Client) -> None:
    making.fail(generation)
    text = browser.post(address("retry", generation), headers=HTMX).content.decode()
    again = Generation.objects.get(retry_of=generation)
    assert f'id="generation-{again.pk}"' in text


def test_a_retry_in_another_window_shows_what_was_asked_for_already(
    generation: Generation, browser: Client
) -> None:
    making.fail(generation)
    browser.post(address("retry", generation), headers=HTMX)
    answer = browser.post(address("retry", generation), headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
    page = browser.post(address("retry", generation), follow=True).content.decode()
    assert "It was asked for again already." in page
    assert generation.retries.count() == 1


def test_a_member_cancels_only_their_own(
    generation: Generation, bob: User, sign_in: SignIn
) -> None:
    assert sign_in(bob).post(address("cancel", generation)).status_code == 403
    generation.refresh_from_db()
    assert generation.status == Status.QUEUED


def test_an_owner_cancels_anybodys(team: Team, bob: User, browser: Client) -> None:
    theirs = making.ask(team, bob)[0]
    browser.post(address("cancel", theirs))
    theirs.refresh_from_db()
    assert theirs.status == Status.CANCELLED


@pytest.mark.parametrize("name", ["cancel", "retry"])
def test_a_reviewer_changes_nothing(
    generation: Generation, carol: User, sign_in: SignIn, name: str
) -> None:
    assert sign_in(carol).post(address(name, generation)).status_code == 403


@pytest.mark.parametrize("name", ["cancel", "retry"])
def test_looking_changes_nothing(generation: Generation, browser: Client, name: str) -> None:
    assert browser.get(address(name, generation)).status_code == 405


@pytest.mark.parametrize("name", ["tile", "cancel", "retry"])
def test_another_members_private_picture_does_not_exist(
    generation: Generation, bob: User, sign_in: SignIn, browser: Client, name: str
) -> None:
    making.finish(generation)
    Image.objects.update(is_private=True)
    for each, is_found in ((sign_in(bob), False), (browser, True)):
        ask = each.get if name == "tile" else each.post
        assert (ask(address(name, generation)).status_code != 404) is is_found


@pytest.mark.parametrize("name", ["tile", "cancel", "retry"])
def test_another_teams_generation_does_not_exist(
    generation: Generation, other_team: Team, charlie: User, sign_in: SignIn, name: str
) -> None:
    browser = sign_in(charlie)
    elsewhere = reverse(name, args=[other_team.slug, generation.pk])
    for target in (elsewhere, address(name, generation)):
        answer = browser.get(target) if name == "tile" else browser.post(target)
        assert answer.status_code == 404
    generation.refresh_from_db()
    assert generation.status == Status.QUEUED
