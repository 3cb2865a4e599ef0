import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle.models import Batch, Generation
from generations.prompts import library
from generations.teams.models import Project, Team, User
from tests.conftest import SignIn
from tests.lifecycle import making

PLAIN: dict[str, str] = {}
HTMX = {"HX-Request": "true"}
WORDS = {
    "prompt": "The hills behind {city}",
    "value-city": "Galway",
    "shape": "4:5",
    "version": "flux-pro-1.1",
    "quality": "standard",
    "count": "2",
    "mode": "test",
}


@pytest.fixture
def desk(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def create(team: Team) -> str:
    return reverse("create", args=[team.slug])


def batches(team: Team) -> str:
    return reverse("create_batch", args=[team.slug])


def test_a_newcomer_finds_an_example_and_its_price(team: Team, desk: Client) -> None:
    text = desk.get(create(team)).content.decode()
    assert "The hills behind Galway at dusk" in text
    assert "Generate 1 · 15 credits" in text
    assert "at most 20, the rest returns" in text
    assert "limited by your plan" in text
    assert re.search(r"resets\s*<time[^>]*>00:00<", text)


def test_a_press_of_generate_puts_tiles_on_the_desk_at_once(team: Team, desk: Client) -> None:
    answer = desk.post(batches(team), WORDS, headers=HTMX)
    text = answer.content.decode()
    made = Generation.objects.all()
    assert answer.status_code == 200
    assert [generation.prompt for generation in made] == ["The hills behind Galway"] * 2
    assert all(f'id="generation-{generation.pk}"' in text for generation in made)
    assert '<em class="variable">Galway</em>' in text
    assert "<html" not in text
    assert answer.headers["HX-Trigger"] == "meter"


def test_without_script_the_page_comes_again_with_the_new_batch(team: Team, desk: Client) -> None:
    answer = desk.post(batches(team), WORDS)
    assert answer.status_code == 302
    assert answer.headers["Location"] == create(team)
    batch = Batch.objects.get()
    assert f'id="charge-{batch.pk}"' in desk.get(create(team)).content.decode()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"prompt": " "}, "Describe the picture."),
        ({"value-city": ""}, "Fill in city."),
        ({"count": "21"}, "Ask for 1 to 20 pictures at once."),
        ({"shape": "custom", "width": "100", "height": "512"}, "Each side is 256 to 2048 pixels."),
        ({"shape": "custom"}, "Give both sides in pixels."),
        ({"version": "flux-9"}, "not one of the available choices"),
        ({"prompt": "x" * 4001}, "At most 4,000 characters; this has 4,001."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    team: Team, desk: Client, change: dict[str, str], complaint: str
) -> None:
    sent = WORDS | change
    for more, frame in ((PLAIN, True), (HTMX, False)):
        answer = desk.post(batches(team), sent, headers=more)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert complaint in text
        assert ("<html" in text) is frame
        assert sent["prompt"].strip() in text
    assert answer.headers["HX-Retarget"] == "#composer"
    assert not Generation.objects.exists()


def test_the_price_follows_size_quality_and_count(team: Team, desk: Client) -> None:
    asked = {"shape": "custom", "width": "2048", "height": "2048", "quality": "high", "count": "2"}
    text = desk.post(reverse("price", args=[team.slug]), asked | {"mode": "test"}).content.decode()
    assert "Generate 2 · 100 credits" in text
    assert "at most 100" in text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"count": "25"}, "Ask for 1 to 20 pictures at once."),
        ({"count": "-1"}, "Ask for 1 to 20 pictures at once."),
        ({"count": "many"}, "Ask for 1 to 20 pictures at once."),
        ({"shape": "custom", "width": "0", "height": "0"}, "Each side is 256 to 2048 pixels."),
        ({"shape": "custom", "width": "99999", "height": "512"}, "256 to 2048 pixels."),
        ({"shape": "custom"}, "Give both sides in pixels."),
    ],
)
def test_what_cannot_be_made_has_a_reason_and_no_price(
    team: Team, desk: Client, change: dict[str, str], reason: str
) -> None:
    text = desk.post(reverse("price", args=[team.slug]), WORDS | change).content.decode()
    assert text.count(reason) == 1
    assert "data-unsound" in text
    assert "Generate 1" not in text


def test_sides_that_are_not_shown_are_not_judged(team: Team, desk: Client) -> None:
    asked = WORDS | {"width": "99999", "height": "0"}
    assert desk.post(batches(team), asked, headers=HTMX).status_code == 200


def test_without_a_usable_key_the_desk_says_so(team: Team, alice: User, desk: Client) -> None:
    upstream.pause(UpstreamKey.objects.get(team=team), alice)
    text = desk.get(create(team)).content.decode()
    assert "No practice key can be used: Practice is paused." in text
    assert desk.post(batches(team), WORDS, headers=HTMX).status_code == 422


def test_a_prompt_of_the_library_fills_the_composer(
    team: Team, alice: User, bob: User, desk: Client
) -> None:
    settings: dict[str, str | int] = {"width": 1248, "height": 832, "quality": "high"}
    version = library.save(team, bob, "Lights", "Lights of {city}", settings)
    text = desk.get(create(team), {"prompt_version": str(version.pk)}).content.decode()
    assert "Lights of {city}" in text
    assert 'name="value-city"' in text
    assert re.search(r'value="3:2"\s+checked', text)
    assert re.search(r'value="high"\s+checked', text)


@pytest.mark.parametrize(
    "stored",
    [
        {"quality": "gold"},
        {"version": "flux-9"},
        {"width": 9**4000, "height": 9**4000},
        {"width": 100, "height": 512},
        {"width": "wide", "height": [512]},
        {"width": 0, "height": 0, "quality": ["high"], "version": {}},
    ],
)
def test_stored_settings_that_nothing_can_be_made_with_are_passed_over(
    team: Team, bob: User, desk: Client, stored: dict[str, Any]
) -> None:
    version = library.save(team, bob, "Lights", "Lights of Cork", stored)
    answer = desk.get(create(team), {"prompt_version": str(version.pk)})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Lights of Cork" in text
    assert "Generate 1 · 15 credits" in text
    assert re.search(r'value="4:5"\s+checked', text)
    assert re.search(r'value="standard"\s+checked', text)
    assert re.search(r'value="flux-pro-1.1"\s+selected', text)


def test_settings_of_last_time_that_are_no_longer_offered_are_passed_over(
    team: Team, alice: User, desk: Client
) -> None:
    making.ask(team, alice, "Lights of Cork")
    Generation.objects.update(quality="gold", version="flux-9", width=9999)
    answer = desk.get(create(team))
    assert answer.status_code == 200
    assert "Generate 1 · 15 credits" in answer.content.decode()


def test_a_remix_begins_with_the_pictures_own_words_and_size(
    team: Team, bob: User, desk: Client
) -> None:
    generation = making.ask(team, bob, "Paper boats", width=640, height=512)[0]
    image = making.finish(generation)
    text = desk.get(create(team), {"remix": str(image.pk)}).content.decode()
    assert "Paper boats" in text
    assert re.search(r'value="custom"\s+checked', text)
    assert 'name="width"' in text
    assert 'value="640"' in text


@pytest.mark.parametrize("name", ["prompt_version", "remix"])
@pytest.mark.parametrize("value", ["nonsense", "0190a0a0-0000-7000-8000-000000000000"])
def test_an_unknown_beginning_is_not_found(team: Team, desk: Client, name: str, value: str) -> None:
    assert desk.get(create(team), {name: value}).status_code == 404


def test_practice_or_real_spend_is_a_choice_only_where_there_are_both(
    team: Team, alice: User, desk: Client
) -> None:
    assert 'aria-labelledby="mode-label" hidden' in desk.get(create(team)).content.decode()
    UpstreamKey.objects.filter(team=team).update(mode="live")
    upstream.add_practice(team, alice)
    text = desk.get(create(team)).content.decode()
    assert 'aria-labelledby="mode-label" hidden' not in text
    assert re.findall(r'name="mode" value="(\w+)"( checked)?', text) == [
        ("live", " checked"),
        ("test", ""),
    ]


def test_a_choice_stays_where_its_key_is_paused_and_says_why_nothing_is_sent(
    team: Team, alice: User, bob: User, desk: Client, sign_in: SignIn
) -> None:
    practice = UpstreamKey.objects.get(team=team)
    UpstreamKey.objects.filter(pk=practice.pk).update(mode="live")
    practice = upstream.add_practice(team, alice)
    assert desk.post(batches(team), WORDS, headers=HTMX).status_code == 200
    upstream.pause(practice, alice)
    for page in (create(team), reverse("series_new", args=[team.slug])):
        text = desk.get(page).content.decode()
        assert 'aria-labelledby="mode-label" hidden' not in text
        assert re.findall(r'name="mode" value="(\w+)"( checked)?', text) == [
            ("live", ""),
            ("test", " checked"),  # as last time; never by itself what costs
        ]
        assert "No practice key can be used: Practice is paused." in text
    price = reverse("price", args=[team.slug])
    text = sign_in(bob).post(price, WORDS).content.decode()
    assert "Practice is paused. An admin of the team can mend that." in " ".join(text.split())
    assert "data-refused" not in desk.post(price, WORDS | {"mode": "live"}).content.decode()


def test_a_project_of_another_team_cannot_be_chosen(
    team: Team, other_team: Team, desk: Client
) -> None:
    theirs = Project.objects.create(team=other_team, name="Secret")
    answer = desk.post(batches(team), WORDS | {"project": str(theirs.pk)})
    assert answer.status_code == 422
    assert not Generation.objects.exists()


def test_everyone_sees_only_their_own_desk(
    team: Team, alice: User, bob: User, desk: Client
) -> None:
    making.ask(team, bob, "Tom's own hill")
    assert "own hill" not in desk.get(create(team)).content.decode()


def test_a_prompt_is_shown_as_it_was_written_and_never_as_markup(team: Team, desk: Client) -> None:
    words = WORDS | {"prompt": "<script>alert(1)</script> {city}", "value-city": "<b>x</b>"}
    text = desk.post(batches(team), words, headers=HTMX).content.decode()
    page = desk.get(create(team)).content.decode()
    for shown in (text, page):
        assert "<script>alert" not in shown
        assert "<b>x</b>" not in shown
    assert "&lt;script&gt;alert" in page


def test_a_reviewer_is_sent_to_the_gallery_and_makes_nothing(
    team: Team, carol: User, sign_in: SignIn
) -> None:
    browser = sign_in(carol)
    assert browser.get(create(team)).headers["Location"] == reverse("gallery", args=[team.slug])
    assert browser.post(batches(team), WORDS).status_code == 403
    assert browser.get(reverse("price", args=[team.slug])).status_code == 403


def test_a_stranger_finds_nothing(team: Team, charlie: User, sign_in: SignIn) -> None:
    browser = sign_in(charlie)
    assert browser.get(create(team)).status_code == 404
    assert browser.post(batches(team), WORDS).status_code == 404


def test_a_fuller_desk_costs_no_more_queries(team: Team, alice: User, desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(create(team))
        return len(captured)

    for prompt in ("one", "two"):
        making.finish(making.ask(team, alice, prompt)[0])
    making.ask(team, alice, "three")
    few = queries()
    for prompt in ("four", "five", "six"):
        making.finish(making.ask(team, alice, prompt, count=1)[0])
        making.ask(team, alice, prompt, count=2)
    assert queries() <= few
