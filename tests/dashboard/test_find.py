from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.core import clock
from generations.dashboard import places
from generations.lifecycle.models import Image
from generations.prompts import library
from generations.teams.models import Membership, Role, Team, User
from tests.conftest import SignIn
from tests.lifecycle import making

Find = Callable[..., str]


@pytest.fixture
def find(team: Team) -> Find:
    """What the page says for these words; with htmx, what the palette adds to its own list."""

    def ask(browser: Client, words: str = "", *, htmx: bool = False) -> str:
        address = reverse("find", args=[team.slug])
        headers = {"HX-Request": "true"} if htmx else {}
        answer = browser.get(address, {"q": words}, headers=headers)
        assert answer.status_code == 200
        text: str = answer.content.decode()
        return text if htmx else text.partition("<main")[2].partition("</main>")[0]

    return ask


def draw(team: Team, author: User, prompt: str) -> Image:
    return making.finish(making.ask(team, author, prompt)[0])


@pytest.mark.parametrize("htmx", [True, False])
def test_prompts_and_pictures_are_found_by_their_words(
    team: Team, alice: User, bob: User, sign_in: SignIn, find: Find, htmx: bool
) -> None:
    library.save(team, bob, "Hills at dusk", "Hills behind {city}", {})
    image = draw(team, bob, "Five layers of hills")
    draw(team, bob, "A red boat")
    text = find(sign_in(alice), "hills", htmx=htmx)
    assert "Hills at dusk" in text
    assert reverse("picture", args=[team.slug, image.pk]) in text
    assert f"{reverse('gallery', args=[team.slug])}?q=hills" in text
    assert "A red boat" not in text


def test_what_is_private_thrown_away_archived_or_another_teams_is_not_found(
    team: Team, other_team: Team, alice: User, bob: User, charlie: User, sign_in: SignIn, find: Find
) -> None:
    library.archive(library.save(team, bob, "Hills archived", "A hill", {}).prompt, bob)
    library.save(other_team, charlie, "Hills elsewhere", "A hill", {})
    draw(other_team, charlie, "Hills drawn elsewhere")
    private, trashed = draw(team, bob, "Hills private"), draw(team, bob, "Hills in the trash")
    Image.objects.filter(pk=private.pk).update(is_private=True)
    Image.objects.filter(pk=trashed.pk).update(trashed_at=clock.now())
    assert "No prompt and no picture says “hills”." in find(sign_in(alice), "hills")
    assert "Hills private" in find(sign_in(bob), "hills")


def test_pages_and_actions_are_those_of_ones_role(
    team: Team, alice: User, bob: User, carol: User, sign_in: SignIn, find: Find
) -> None:
    offered = {
        user.name: [
            words
            for words in ("Write a prompt", "Invite somebody", "Team and projects", "Sign out")
            if words in find(sign_in(user))
        ]
        for user in (alice, bob, carol)
    }
    assert offered == {
        "Alice": ["Write a prompt", "Invite somebody", "Team and projects", "Sign out"],
        "Bob": ["Write a prompt", "Sign out"],
        "Carol": ["Sign out"],
    }


def test_every_page_offered_opens(
    team: Team, alice: User, bob: User, carol: User, sign_in: SignIn, find: Find
) -> None:
    for user in (alice, bob, carol):
        browser, membership = sign_in(user), Membership.objects.get(user=user)
        for group in places.groups(membership, [membership]):
            for place in group.places:
                if not place.is_action:
                    assert browser.get(place.url).status_code == 200, place


def test_words_narrow_pages_and_actions_down(
    alice: User, team: Team, sign_in: SignIn, find: Find
) -> None:
    text = find(sign_in(alice), "theme dark")
    assert "Colours: dark" in text
    assert "Colours: light" not in text and "Queue" not in text


def test_one_switches_to_a_team_that_one_is_in(
    team: Team, other_team: Team, alice: User, sign_in: SignIn, find: Find
) -> None:
    assert "Switch to" not in find(sign_in(alice))
    Membership.objects.create(team=other_team, user=alice, role=Role.MEMBER)
    text = find(sign_in(alice), "elsewhere")
    assert "Switch to Elsewhere" in text
    assert reverse("team_home", args=[other_team.slug]) in text


def test_colours_chosen_in_the_palette_lead_back_to_the_page(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    page = reverse("queue", args=[team.slug])
    answer = sign_in(alice).post(reverse("theme"), {"theme": "dark", "next": page})
    assert answer.headers["Location"] == page


def test_one_letter_is_looked_for_nowhere(
    team: Team, alice: User, sign_in: SignIn, find: Find
) -> None:
    draw(team, alice, "Hills")
    assert "Hills" not in find(sign_in(alice), "h", htmx=True)


def test_only_the_newest_pictures_are_looked_through(
    team: Team, alice: User, sign_in: SignIn, find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generations.gallery.finding.WINDOW", 1)
    draw(team, alice, "Old hills")
    draw(team, alice, "A boat")
    assert "Old hills" not in find(sign_in(alice), "hills", htmx=True)
    assert "A boat" in find(sign_in(alice), "boat", htmx=True)


def test_ten_more_of_everything_cost_no_more_queries(
    team: Team, alice: User, sign_in: SignIn, find: Find
) -> None:
    browser = sign_in(alice)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            find(browser, "hills")
        return len(captured)

    library.save(team, alice, "Hills 0", "Hills", {})
    draw(team, alice, "Hills")
    before = queries()
    for number in range(1, 11):
        library.save(team, alice, f"Hills {number}", "Hills", {})
        draw(team, alice, f"Hills {number}")
    assert queries() == before
