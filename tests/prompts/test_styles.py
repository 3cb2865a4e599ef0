"""Styles: the doors, what the database holds, and the page."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.prompts import styles
from generations.prompts.models import Style
from generations.teams.models import AuditEntry, Team, User
from tests.conftest import SignIn

DUSK = {"name": "Dusk", "words": "last light, long shadows"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def dusk(team: Team, alice: User) -> Style:
    return styles.add(team, alice, **DUSK)


@pytest.fixture
def browser(bob: User, sign_in: SignIn) -> Client:
    return sign_in(bob)


def page(team: Team) -> str:
    return reverse("styles", args=[team.slug])


def of(style: Style, name: str) -> str:
    return reverse(name, args=[style.team.slug, style.pk])


def names(team: Team) -> list[str]:
    return [style.name for style in styles.offered(team)]


def test_a_new_team_begins_with_a_few_styles(team: Team) -> None:
    assert names(team) == ["Ink wash", "Paper cut", "Pen drawing", "Photograph", "Watercolour"]


def test_a_styles_words_are_put_after_the_prompt(dusk: Style) -> None:
    assert dusk.put_after("A hill") == "A hill, last light, long shadows"
    assert dusk.put_after("A hill. ") == "A hill, last light, long shadows"


def test_two_living_styles_of_a_team_have_no_name_in_common(
    team: Team, alice: User, other_team: Team, charlie: User, dusk: Style
) -> None:
    with pytest.raises(styles.NameTaken):
        styles.add(team, alice, "dusk", "another")
    with pytest.raises(IntegrityError), transaction.atomic():
        Style.objects.create(team=team, name="DUSK", words="another")
    styles.add(other_team, charlie, "Dusk", "theirs")
    ink = Style.objects.for_team(team).get(name="Ink wash")
    with pytest.raises(styles.NameTaken):
        styles.change(ink, alice, "Dusk", "another")


def test_the_name_of_an_archived_style_is_free_until_it_comes_back(
    team: Team, alice: User, dusk: Style
) -> None:
    for _ in range(2):
        styles.archive(dusk, alice)
    assert "Dusk" not in names(team)
    again = styles.add(team, alice, "Dusk", "another")
    with pytest.raises(styles.NameTaken):
        styles.restore(dusk, alice)
    styles.archive(again, alice)
    styles.restore(dusk, alice)
    assert styles.offered(team).get(name="Dusk") == dusk


def test_what_is_done_to_a_style_is_recorded_once(team: Team, alice: User, dusk: Style) -> None:
    styles.change(dusk, alice, "Dusk", "blue hour")
    for _ in range(2):
        styles.archive(dusk, alice)
    for _ in range(2):
        styles.restore(dusk, alice)
    done = AuditEntry.objects.filter(team=team, action__startswith="style.").order_by("pk")
    expected = ["style.added", "style.changed", "style.archived", "style.restored"]
    assert [entry.action for entry in done] == expected


def test_reviewers_and_strangers_change_no_style(
    team: Team, carol: User, charlie: User, dusk: Style
) -> None:
    for person in (carol, charlie):
        with pytest.raises(PermissionDenied):
            styles.add(team, person, "Fog", "fog")
        with pytest.raises(PermissionDenied):
            styles.change(dusk, person, "Fog", "fog")
        with pytest.raises(PermissionDenied):
            styles.archive(dusk, person)
        with pytest.raises(PermissionDenied):
            styles.restore(dusk, person)


def test_the_page_adds_changes_archives_and_takes_it_back(team: Team, browser: Client) -> None:
    added = browser.post(page(team), DUSK, follow=True).content.decode()
    assert "“Dusk” is offered in Create." in added
    style = Style.objects.get(name="Dusk")

    form = browser.get(of(style, "style_edit")).content.decode()
    assert 'value="last light, long shadows"' in form
    browser.post(of(style, "style_edit"), {"name": "Dusk", "words": ", blue hour "})
    style.refresh_from_db()
    assert style.words == "blue hour"

    archived = browser.post(of(style, "style_archive"), follow=True).content.decode()
    assert "“Dusk” is archived: it is no longer offered." in archived
    assert f'action="{of(style, "style_restoration")}"' in archived
    assert "Dusk" not in names(team)
    browser.post(of(style, "style_restoration"))
    assert "Dusk" in names(team)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "ink WASH"}, "There is already a style of this name."),
        ({"words": " , "}, "Say it in words."),
        ({"words": "x" * 501}, "At most 500 characters; this has 501."),
        ({"name": "x" * 41}, "At most 40 characters; this has 41."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    team: Team, browser: Client, dusk: Style, change: dict[str, str], complaint: str
) -> None:
    before = {style.name: style.words for style in styles.offered(team)}
    for address in (page(team), of(dusk, "style_edit")):
        answer = browser.post(address, {"name": "Fog", "words": "fog"} | change)
        assert answer.status_code == 422
        assert complaint in answer.content.decode()
    assert {style.name: style.words for style in styles.offered(team)} == before


def test_a_style_that_cannot_come_back_says_why(
    team: Team, alice: User, browser: Client, dusk: Style
) -> None:
    styles.archive(dusk, alice)
    styles.add(team, alice, "Dusk", "another")
    text = browser.post(of(dusk, "style_restoration"), follow=True).content.decode()
    assert "There is already a style of this name." in text


def test_a_reviewer_sees_the_styles_and_no_way_to_change_them(
    team: Team, carol: User, dusk: Style, sign_in: SignIn
) -> None:
    browser = sign_in(carol)
    text = browser.get(page(team)).content.decode()
    assert "last light, long shadows" in text
    assert '<form class="form' not in text
    assert "Archive" not in text
    assert browser.post(page(team), DUSK).status_code == 403
    for name in ("style_edit", "style_archive", "style_restoration"):
        assert browser.post(of(dusk, name)).status_code == 403


def test_another_teams_style_does_not_exist(
    other_team: Team, charlie: User, dusk: Style, sign_in: SignIn
) -> None:
    for name in ("style_edit", "style_archive", "style_restoration"):
        address = reverse(name, args=[other_team.slug, dusk.pk])
        assert sign_in(charlie).post(address).status_code == 404


@pytest.mark.parametrize("name", ["style_archive", "style_restoration"])
def test_looking_changes_nothing(browser: Client, dusk: Style, name: str) -> None:
    assert browser.get(of(dusk, name)).status_code == 405


def test_ten_more_styles_cost_no_more_queries(team: Team, alice: User, browser: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(page(team))
        return len(captured)

    few = queries()
    for number in range(10):
        styles.add(team, alice, f"Style {number}", "words")
    assert queries() == few


def test_a_look_at_the_styles_is_the_list_alone(team: Team, browser: Client, dusk: Style) -> None:
    look = {"HX-Request": "true"}
    text = browser.get(reverse("styles", args=[team.slug]), headers=look).content.decode()
    assert dusk.name in text
    assert "<h1>" not in text
