"""A style, from the composer to what is sent, shown, tried again and remixed."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from generations.lifecycle.models import Batch, Generation
from generations.prompts import styles
from generations.prompts.models import Style
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.lifecycle import making

HTMX = {"HX-Request": "true"}
INK = "ink wash on rough cotton paper, soft bleeding edges, few tones"


@pytest.fixture
def ink(team: Team) -> Style:
    return Style.objects.for_team(team).get(name="Ink wash")


@pytest.fixture
def words(ink: Style) -> dict[str, str]:
    return {
        "prompt": "The hills behind {city}.",
        "value-city": "Galway",
        "shape": "4:5",
        "version": "flux-pro-1.1",
        "quality": "standard",
        "count": "1",
        "mode": "test",
        "style": str(ink.pk),
    }


@pytest.fixture
def desk(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def composer(desk: Client, team: Team, **query: str) -> str:
    page = desk.get(reverse("create", args=[team.slug]), query).content.decode()
    return page[page.index('id="composer"') :]


def post(desk: Client, team: Team, words: dict[str, str]) -> str:
    answer = desk.post(reverse("create_batch", args=[team.slug]), words, headers=HTMX)
    return answer.content.decode()


def test_a_styles_words_are_sent_after_the_filled_in_prompt(
    team: Team, desk: Client, words: dict[str, str]
) -> None:
    text = post(desk, team, words)
    assert Generation.objects.get().prompt == f"The hills behind Galway, {INK}"
    assert Batch.objects.get().template == "The hills behind {city}."
    assert "Ink wash" in text


def test_the_page_of_the_picture_names_the_style(
    team: Team, desk: Client, words: dict[str, str]
) -> None:
    post(desk, team, words)
    image = making.finish(Generation.objects.get())
    text = desk.get(reverse("picture", args=[team.slug, image.pk])).content.decode()
    assert re.search(r"<dt>Style</dt>\s*<dd>Ink wash</dd>", text)


def test_saving_the_prompt_saves_the_styles_words_with_it(
    team: Team, desk: Client, words: dict[str, str]
) -> None:
    post(desk, team, words)
    image = making.finish(Generation.objects.get())
    link = reverse("picture_prompt", args=[team.slug, image.pk])
    page = desk.get(reverse("picture", args=[team.slug, image.pk])).content.decode()
    for text in (page, desk.get(reverse("create", args=[team.slug])).content.decode()):
        assert f'href="{link}"' in text
    form = desk.get(link).content.decode()
    assert f"The hills behind {{city}}, {INK}</textarea>" in form


def test_a_retry_sends_the_same_and_keeps_the_style(
    team: Team, desk: Client, words: dict[str, str], ink: Style
) -> None:
    post(desk, team, words)
    failed = Generation.objects.get()
    making.fail(failed)
    desk.post(reverse("retry", args=[team.slug, failed.pk]))
    again = Generation.objects.get(retry_of=failed)
    assert again.prompt == failed.prompt
    assert again.batch.style == ink


def test_a_remix_and_the_next_visit_begin_with_the_style(
    team: Team, desk: Client, words: dict[str, str], ink: Style
) -> None:
    post(desk, team, words)
    image = making.finish(Generation.objects.get())
    for text in (composer(desk, team), composer(desk, team, remix=str(image.pk))):
        assert f'<option value="{ink.pk}" selected>' in text
        assert "{city}.</textarea>" in text


def test_a_style_that_is_no_longer_offered_leaves_its_words(
    team: Team, alice: User, desk: Client, words: dict[str, str], ink: Style
) -> None:
    post(desk, team, words)
    styles.archive(ink, alice)
    text = composer(desk, team)
    assert f"The hills behind {{city}}, {INK}</textarea>" in text
    assert str(ink.pk) not in text


def test_a_prompt_that_is_too_long_with_its_style_says_so(
    team: Team, desk: Client, words: dict[str, str]
) -> None:
    text = post(desk, team, words | {"prompt": "x" * 3990})
    assert "With the style “Ink wash” this has 4,054 characters; at most 4,000." in text
    assert not Generation.objects.exists()


def test_only_the_teams_own_living_styles_can_be_chosen(
    team: Team, alice: User, other_team: Team, desk: Client, words: dict[str, str], ink: Style
) -> None:
    theirs = Style.objects.for_team(other_team).get(name="Ink wash")
    styles.archive(ink, alice)
    for style in (theirs, ink):
        answer = desk.post(
            reverse("create_batch", args=[team.slug]), words | {"style": str(style.pk)}
        )
        assert answer.status_code == 422
    assert not Generation.objects.exists()


def test_a_team_without_styles_is_not_asked_for_one(team: Team, desk: Client) -> None:
    assert 'name="style"' in composer(desk, team)
    Style.objects.for_team(team).delete()
    assert 'name="style"' not in composer(desk, team)
