import re
from html import unescape

import pytest
from django.urls import reverse

from generations.lifecycle.models import Image
from generations.prompts.models import PromptVersion
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.lifecycle import making


@pytest.mark.parametrize("where", ["picture", "tile"])
def test_save_prompt_beside_a_picture_leads_to_a_form_that_saves_as_it_is(
    team: Team, bob: User, sign_in: SignIn, where: str
) -> None:
    image = making.finish(making.ask(team, bob, "A hill, 3:00 & “blue”\nin rain")[0])
    subject = image if where == "picture" else image.generation
    browser = sign_in(bob)
    beside = browser.get(reverse(where, args=[team.slug, subject.pk])).content.decode()
    address = reverse("picture_prompt", args=[team.slug, image.pk])
    assert f'"{address}"' in beside
    form = filled(browser.get(address).content.decode())
    answer = browser.post(reverse("prompt_new", args=[team.slug]), form | {"title": "Hill"})
    assert answer.status_code == 302
    version = PromptVersion.objects.get()
    assert version.text.split() == image.generation.prompt.split()
    wanted = {"width": 896, "height": 1120, "version": "flux-pro-1.1", "quality": "standard"}
    assert version.settings == wanted


def test_a_prompt_of_any_length_is_saved_from_its_picture(
    team: Team, bob: User, sign_in: SignIn
) -> None:
    """It may have 4,000 characters of any language: more than an address may."""
    words = "丘の上の家、" * 666
    image = making.finish(making.ask(team, bob, words)[0])
    browser = sign_in(bob)
    address = reverse("picture_prompt", args=[team.slug, image.pk])
    assert filled(browser.get(address).content.decode())["text"] == words


def test_nobody_saves_the_words_of_a_picture_that_is_not_theirs_to_see(
    team: Team, alice: User, bob: User, carol: User, sign_in: SignIn
) -> None:
    image = making.finish(making.ask(team, alice)[0])
    Image.objects.update(is_private=True)
    address = reverse("picture_prompt", args=[team.slug, image.pk])
    assert sign_in(bob).get(address).status_code == 404
    assert sign_in(carol).get(address).status_code == 403  # who only looks saves nothing
    assert sign_in(alice).get(address).status_code == 200


def test_what_is_wrong_with_a_side_is_said(team: Team, bob: User, sign_in: SignIn) -> None:
    words = {"title": "Blue", "text": "A plant", "shape": "other", "width": "wide"}
    answer = sign_in(bob).post(reverse("prompt_new", args=[team.slug]), words)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Each side is 256 to 2048 pixels." in text
    assert "Give both sides in pixels." in text
    assert 'value="wide"' in text and 'value="Blue"' in text


def test_a_prompt_that_is_too_long_is_told_both_lengths(
    team: Team, bob: User, sign_in: SignIn
) -> None:
    words = {"title": "Long", "text": "x" * 9000}
    text = sign_in(bob).post(reverse("prompt_new", args=[team.slug]), words).content.decode()
    assert "At most 4,000 characters; this has 9,000." in text


def filled(page: str) -> dict[str, str]:
    """What a browser sends of the page's form if nobody touches it."""
    inputs = re.findall(r'<input type="(?:text|number)" name="(\w+)"(?: value="([^"]*)")?', page)
    areas = re.findall(r'<textarea name="(\w+)"[^>]*>\n?([^<]*)</textarea>', page)
    selects = re.findall(
        r'<select name="(\w+)".*?<option value="([^"]*)" selected', page, flags=re.DOTALL
    )
    return {name: unescape(value) for name, value in [*inputs, *areas, *selects]}
