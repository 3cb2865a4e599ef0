import re
from html import unescape

import pytest
from django.urls import reverse

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
    found = re.search(rf'"({reverse("prompt_new", args=[team.slug])}\?[^"]+)"', beside)
    assert found
    form = filled(browser.get(unescape(found[1])).content.decode())
    answer = browser.post(reverse("prompt_new", args=[team.slug]), form | {"title": "Hill"})
    assert answer.status_code == 302
    version = PromptVersion.objects.get()
    assert version.text.split() == image.generation.prompt.split()
    wanted = {"width": 896, "height": 1120, "version": "flux-pro-1.1", "quality": "standard"}
    assert version.settings == wanted


def test_what_is_wrong_with_a_hidden_setting_is_said(
    team: Team, bob: User, sign_in: SignIn
) -> None:
    words = {"title": "Blue", "text": "A plant", "width": "wide"}
    answer = sign_in(bob).post(reverse("prompt_new", args=[team.slug]), words)
    assert answer.status_code == 422
    assert "Width: Enter a whole number." in answer.content.decode()


def test_a_prompt_that_is_too_long_is_told_both_lengths(
    team: Team, bob: User, sign_in: SignIn
) -> None:
    words = {"title": "Long", "text": "x" * 9000}
    text = sign_in(bob).post(reverse("prompt_new", args=[team.slug]), words).content.decode()
    assert "At most 4,000 characters; this has 9,000." in text


def filled(page: str) -> dict[str, str]:
    """What a browser sends of the page's form if nobody touches it."""
    inputs = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page)
    areas = re.findall(r'<textarea name="(\w+)"[^>]*>\n?([^<]*)</textarea>', page)
    return {name: unescape(value) for name, value in [*inputs, *areas]}
