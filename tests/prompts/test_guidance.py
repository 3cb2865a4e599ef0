"""Guidance: what a prompt has, what it says nothing of, and when it is better to be silent."""

import pytest
from django.test import Client
from django.urls import reverse

from generations.prompts.guidance import ASPECTS, Review, review
from generations.prompts.models import Style
from generations.teams.models import Team, User
from tests.conftest import SignIn

HILLS = (
    "The hills behind Galway at dusk, five layers of mist, ink wash on rough cotton paper, "
    "last light from the left"
)
ALL = "minimalist 85mm photo of a cat, golden hour, close-up, serene"


def test_what_a_prompt_has_and_what_it_says_nothing_of() -> None:
    found = review(HILLS)
    assert found.has == ["Subject", "Style", "Light", "Composition"]
    assert found.lacks == ["mood", "camera angle"]
    assert len(found.suggestions) == 2
    assert found.contradictions == []


def test_of_what_is_missing_two_are_named_the_most_telling_first() -> None:
    assert review("A lighthouse by the sea").lacks == ["style", "light"]


def test_a_prompt_that_has_everything_is_told_so_and_nothing_else() -> None:
    found = review(ALL)
    assert found.has == ["Subject", "Style", "Light", "Composition", "Camera", "Mood"]
    assert not (found.lacks or found.suggestions or found.contradictions)


def test_what_no_list_knows_is_a_subject_and_so_is_a_variable() -> None:
    for text in ("A zeppelin with the moon behind", "{city} at dusk, with the tide out"):
        assert "Subject" in review(text).has
    assert "Subject" not in review("calm light").has


@pytest.mark.parametrize(
    "text",
    [
        "",
        "λόφοι στο σούρουπο",
        "灯台、夕暮れ",
        "Leuchtturm im Nebel bei Nacht, Aquarell",
        "Un portrait de femme dans la nature, style art nouveau",
        "Un retrato en blanco y negro de una mujer, studio",
        "Ein altes Haus in den Bergen im Winter, Photo, Studio",
        "Een huis met een boot",
        "Teach beag cois farraige, ink",
        "xyzzy " * 100,
    ],
)
def test_what_is_not_understood_is_not_judged(text: str) -> None:
    assert review(text) == Review()


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("A street at night under bright noon sun", ("night", "bright noon sun")),
        ("Black and white photograph of a colourful market", ("black and white", "colourful")),
        ("A close-up of a bridge, aerial panorama", ("close-up", "aerial")),
        ("A deserted square with a crowd", ("deserted", "crowd")),
    ],
)
def test_contradictions_are_named_as_they_were_written(text: str, pair: tuple[str, str]) -> None:
    assert review(text).contradictions == [pair]


@pytest.mark.parametrize(
    "text", ["A street at night, no bright sun", "A square without crowds, deserted"]
)
def test_what_is_ruled_out_contradicts_nothing(text: str) -> None:
    assert review(text).contradictions == []


def test_a_suggestion_fills_the_gap_and_contradicts_nothing() -> None:
    for number in range(40):
        text = f"House {number} at night, seen from below, with a panorama of the whole sea"
        found = review(text)
        for missing, words in zip(found.lacks, found.suggestions, strict=True):
            again = review(f"{text}, {words}")
            assert missing not in again.lacks
            assert again.contradictions == found.contradictions


def test_every_suggestion_speaks_of_its_own_aspect() -> None:
    for aspect in ASPECTS:
        for words in aspect.suggestions:
            assert str(aspect.name) in review(f"The lighthouse and the sea, {words}").has


def test_the_same_text_has_the_same_advice_while_one_writes_on() -> None:
    assert review(HILLS) == review(HILLS)
    assert review(HILLS).suggestions == review(HILLS + " of the sea").suggestions


# --- the fragment --------------------------------------------------------------------------------
@pytest.fixture
def browser(bob: User, sign_in: SignIn) -> Client:
    return sign_in(bob)


def line(browser: Client, team: Team, **fields: str) -> str:
    answer = browser.post(reverse("guidance", args=[team.slug]), fields)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_line_says_it_and_offers_words(team: Team, browser: Client) -> None:
    text = line(browser, team, prompt=HILLS)
    assert "Says nothing of mood or camera angle" in text
    assert "Subject</li>" in text
    assert text.count("data-insert=") == 2


def test_a_contradiction_stands_in_place_of_advice(team: Team, browser: Client) -> None:
    text = line(browser, team, prompt="A street at night under bright noon sun")
    assert "“night” and “bright noon sun” contradict each other" in text
    assert "data-insert" not in text


def test_the_words_of_the_chosen_style_count(team: Team, other_team: Team, browser: Client) -> None:
    ink = Style.objects.for_team(team).get(name="Ink wash")
    theirs = Style.objects.for_team(other_team).get(name="Ink wash")
    plain = "A lighthouse by the sea at dusk"
    assert "Style</li>" not in line(browser, team, prompt=plain)
    assert "Style</li>" in line(browser, team, prompt=plain, style=str(ink.pk))
    for other in (str(theirs.pk), "nonsense"):
        assert "Style</li>" not in line(browser, team, prompt=plain, style=other)


@pytest.mark.parametrize("prompt", ["", "λόφοι", "x" * 100_000])
def test_of_what_it_knows_nothing_it_says_nothing(team: Team, browser: Client, prompt: str) -> None:
    assert line(browser, team, prompt=prompt) == ""


def test_what_is_written_never_comes_back_as_markup(team: Team, browser: Client) -> None:
    assert "<b>" not in line(browser, team, prompt="<b>night</b> and the <b>noon</b> of the sea")


def test_a_plain_visit_and_a_reviewer(
    team: Team, carol: User, browser: Client, sign_in: SignIn
) -> None:
    address = reverse("guidance", args=[team.slug])
    assert browser.get(address).status_code == 200
    assert sign_in(carol).get(address).status_code == 403
