"""Two panes: the list, and the prompt that is chosen in it."""

import pytest
from django.urls import reverse

from generations.prompts import library
from generations.prompts.models import Prompt, PromptVersion
from generations.teams.models import Team, User
from tests.conftest import SignIn

HTMX = {"HX-Request": "true", "HX-Target": "prompt"}


@pytest.fixture
def hills(team: Team, bob: User) -> PromptVersion:
    return library.save(team, bob, "Hills", "Hills behind {city}", {"width": 896, "height": 1120})


@pytest.fixture
def boats(team: Team, alice: User, hills: PromptVersion) -> PromptVersion:
    return library.save(team, alice, "Boats", "A red boat", {})


def of(prompt: Prompt) -> str:
    return reverse("prompt", args=[prompt.team.slug, prompt.pk])


def test_the_library_opens_with_its_first_prompt_beside_the_list(
    team: Team, bob: User, boats: PromptVersion, sign_in: SignIn
) -> None:
    page = sign_in(bob).get(reverse("prompts", args=[team.slug]))
    assert page.context["prompt"] == boats.prompt
    text = page.content.decode()
    assert "A red boat" in text and "2 in the library" in text
    assert "<title>Prompts" in text


def test_a_prompt_has_an_address_of_its_own_with_the_list_beside_it(
    team: Team, bob: User, hills: PromptVersion, boats: PromptVersion, sign_in: SignIn
) -> None:
    page = sign_in(bob).get(of(hills.prompt), {"by": "me"})
    text = page.content.decode()
    assert "<title>Hills" in text
    assert f'href="{of(hills.prompt)}?by=me" aria-current="page"' in text
    assert of(boats.prompt) not in text  # not Bob's


def test_htmx_gets_the_prompt_alone_with_its_title(
    team: Team, bob: User, hills: PromptVersion, sign_in: SignIn
) -> None:
    text = sign_in(bob).get(of(hills.prompt), headers=HTMX).content.decode()
    assert "<html" not in text and "listing" not in text
    assert "<title>Hills · Harbour Street</title>" in text
    assert 'id="prompt"' in text


def test_the_archive_is_a_shelf_of_its_own(
    team: Team, bob: User, hills: PromptVersion, boats: PromptVersion, sign_in: SignIn
) -> None:
    browser, address = sign_in(bob), reverse("prompts", args=[team.slug])
    empty = browser.get(address, {"archived": ""}).content.decode()
    assert "Nothing is archived" in empty
    library.archive(hills.prompt, bob)
    archived = browser.get(address, {"archived": ""})
    assert archived.context["prompt"] == hills.prompt
    assert "1 found" in archived.content.decode()
    assert "Bring back" in archived.content.decode()
    assert "Hills" not in browser.get(address).content.decode()


def test_an_empty_library_says_what_to_do(team: Team, bob: User, sign_in: SignIn) -> None:
    text = sign_in(bob).get(reverse("prompts", args=[team.slug])).content.decode()
    assert "The library is empty" in text


def test_while_a_text_is_written_its_variables_are_named(
    team: Team, bob: User, carol: User, sign_in: SignIn
) -> None:
    address = reverse("prompt_notes", args=[team.slug])
    words = "{city} in {Fog}, ink wash on rough paper"
    text = sign_in(bob).post(address, {"text": words}).content.decode()
    assert '<em class="variable">city</em>' in text
    assert "{Fog} stays as it is" in text
    assert "Style" in text and "Says nothing of light" in text
    assert "data-insert" not in text
    assert "Nothing to fill in" in sign_in(bob).get(address).content.decode()
    assert sign_in(carol).post(address).status_code == 403


@pytest.mark.parametrize("is_open", [False, True])
def test_a_look_at_the_list_brings_the_list_and_how_many_there_are(
    team: Team, bob: User, boats: PromptVersion, sign_in: SignIn, is_open: bool
) -> None:
    address = of(boats.prompt) if is_open else reverse("prompts", args=[team.slug])
    browser = sign_in(bob)
    look = {"HX-Request": "true", "HX-Target": "library"}
    text = browser.get(address, headers=look).content.decode()
    assert "Boats" in text and "2 in the library" in text
    assert "<html" not in text and "A red boat" not in text
    assert ('aria-current="page"' in text) == is_open


def test_a_list_that_was_read_on_is_not_shortened_again(
    team: Team, bob: User, sign_in: SignIn
) -> None:
    for number in range(31):
        library.save(team, bob, f"Hill {number}", "Hills", {})
    address = reverse("prompts", args=[team.slug])
    browser = sign_in(bob)
    page = browser.get(address)
    assert 'id="library-news"' in page.content.decode()
    more = browser.get(
        address, {"after": page.context["shelf"].page.next_cursor}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "Hill 0" in more and 'id="library-news" hx-swap-oob="delete"' in more
