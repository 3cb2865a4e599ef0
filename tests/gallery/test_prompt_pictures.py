"""The strip of pictures on a prompt's page."""

import pytest
from django.urls import reverse

from generations.lifecycle.models import Image
from generations.prompts import library
from generations.prompts.models import PromptVersion
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.gallery.conftest import ids as shown
from tests.lifecycle import making

HTMX = {"HX-Request": "true"}


@pytest.fixture
def hills(team: Team, bob: User) -> PromptVersion:
    return library.save(team, bob, "Hills", "Hills", {})


def make(version: PromptVersion, user: User, **size: int) -> str:
    [row] = making.ask(version.prompt.team, user, "Hills", prompt_version=version, **size)
    return str(making.finish(row).pk)


def address(version: PromptVersion) -> str:
    prompt = version.prompt
    return reverse("prompt_pictures", args=[prompt.team.slug, prompt.pk, version.number])


def test_the_newest_pictures_of_one_version_as_many_as_fit(
    team: Team, alice: User, bob: User, hills: PromptVersion, sign_in: SignIn
) -> None:
    second = library.save(team, bob, "Hills", "Peaks", {}, hills.prompt)
    make(hills, bob)
    made = [make(second, bob, width=1280, height=720) for _number in range(3)]
    browser = sign_in(alice)
    text = browser.get(address(second), headers=HTMX).content.decode()
    assert shown(text) == made[:0:-1]
    assert f"{reverse('gallery', args=[team.slug])}?prompt={hills.prompt_id}" in text
    Image.objects.filter(pk=made[-1]).update(is_private=True)
    text = browser.get(address(second), headers=HTMX).content.decode()
    assert shown(text) == made[1::-1]


def test_a_version_without_pictures_says_so(
    team: Team, alice: User, hills: PromptVersion, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    assert "No pictures yet." in browser.get(address(hills), headers=HTMX).content.decode()
    second = library.save(team, alice, "Hills", "Peaks", {}, hills.prompt)
    make(second, alice)
    assert "of this version" in browser.get(address(hills), headers=HTMX).content.decode()


def test_without_htmx_it_leads_to_the_prompt(
    team: Team, alice: User, hills: PromptVersion, sign_in: SignIn
) -> None:
    answer = sign_in(alice).get(address(hills))
    assert answer.headers["Location"] == reverse("prompt", args=[team.slug, hills.prompt_id])


def test_a_stranger_finds_nothing(
    hills: PromptVersion, other_team: Team, charlie: User, sign_in: SignIn
) -> None:
    browser = sign_in(charlie)
    own = reverse("prompt_pictures", args=[other_team.slug, hills.prompt_id, 1])
    for wrong in (address(hills), own):
        assert browser.get(wrong, headers=HTMX).status_code == 404
