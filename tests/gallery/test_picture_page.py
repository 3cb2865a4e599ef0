import pytest
from django.test import Client
from django.urls import reverse

from generations.lifecycle.models import Image
from generations.prompts import library
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.lifecycle import making


@pytest.fixture
def browser(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def page(browser: Client, image: Image) -> str:
    return browser.get(reverse("picture", args=[image.team.slug, image.pk])).content.decode()


def test_a_picture_tells_everything_about_itself(
    team: Team, alice: User, bob: User, browser: Client
) -> None:
    version = library.save(team, bob, "Hills", "Hills behind {city}", {})
    generation = making.ask(
        team,
        bob,
        "Hills behind Galway",
        template="Hills behind {city}",
        values={"city": "Galway"},
        prompt_version=version,
    )[0]
    text = page(browser, making.finish(generation))
    assert '<em class="variable">Galway</em>' in text
    assert "Held 20 · charged 15 · 5 returned" in text
    assert f"?reference={generation.pk}&amp;mode=test" in text
    assert "896 × 1120 · 4:5" in text
    assert "Pro 1.1 · standard" in text
    assert "Hills, v1" in text
    for step in ("Asked by Bob", "held 20", "Sent", "Stored and settled", "charged 15"):
        assert step in text


def test_neighbours_and_the_batch_are_a_click_away(
    team: Team, alice: User, browser: Client
) -> None:
    older, middle, newer = (making.finish(row) for row in making.ask(team, alice, count=3))
    images = sorted((older, middle, newer), key=lambda image: image.pk)
    text = page(browser, images[1])
    for image in images:
        assert reverse("picture", args=[team.slug, image.pk]) in text
    assert "Same batch" in text
    assert text.index("Newer picture") < text.index("Older picture")
    assert "Newer picture" not in page(browser, images[2])
    assert "Older picture" not in page(browser, images[0])


def test_a_late_picture_says_that_it_cost_nothing(team: Team, alice: User, browser: Client) -> None:
    image = making.finish(making.ask(team, alice)[0])
    generation = image.generation
    generation.is_late = True
    generation.save(update_fields=["is_late"])
    assert "Came late: charged 0" in page(browser, image)


def test_a_reviewer_may_look_and_download_but_not_remix(
    team: Team, alice: User, carol: User, sign_in: SignIn
) -> None:
    text = page(sign_in(carol), making.finish(making.ask(team, alice)[0]))
    assert "Download" in text
    assert "remix=" not in text
