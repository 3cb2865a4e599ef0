import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.core import clock
from generations.gallery import views
from generations.lifecycle.models import Image
from generations.teams.models import Project, Team, User
from tests.conftest import SignIn
from tests.lifecycle import making

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def shown(text: str) -> list[str]:
    """The ids of the pictures on the page, in order, each once."""
    return list(dict.fromkeys(re.findall(r'href="/t/[^/]+/pictures/([0-9a-f-]{36})/"', text)))


def gallery(team: Team) -> str:
    return reverse("gallery", args=[team.slug])


def pictures(team: Team, user: User, *prompts: str, **changes: object) -> list[str]:
    return [
        str(making.finish(making.ask(team, user, prompt, **changes)[0]).pk) for prompt in prompts
    ]


def test_the_team_sees_everybodys_pictures_and_each_their_own(
    team: Team, alice: User, bob: User, browser: Client
) -> None:
    mine, theirs = pictures(team, alice, "Mine") + pictures(team, bob, "Theirs")
    assert set(shown(browser.get(gallery(team)).content.decode())) == {mine, theirs}
    assert shown(browser.get(gallery(team), {"by": "me"}).content.decode()) == [mine]
    assert shown(browser.get(gallery(team), {"by": str(bob.pk)}).content.decode()) == [theirs]


def test_what_is_private_or_in_the_trash_is_not_shown(
    team: Team, alice: User, bob: User, browser: Client
) -> None:
    private, trashed, own = pictures(team, bob, "a", "b") + pictures(team, alice, "c")
    Image.objects.filter(pk__in=[private, own]).update(is_private=True)
    Image.objects.filter(pk=trashed).update(trashed_at=clock.now())
    assert shown(browser.get(gallery(team)).content.decode()) == [own]
    for hidden in (private, trashed):
        assert browser.get(reverse("picture", args=[team.slug, hidden])).status_code == 404


def test_pages_follow_each_other_without_gap_or_repetition(
    team: Team, alice: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 7)
    made = pictures(team, alice, *(f"number {number}" for number in range(17)))
    address, seen = gallery(team), []
    for _page in range(10):
        text = browser.get(address).content.decode()
        seen += shown(text)
        following = re.search(r'class="link" href="(\?[^"]+)"[^>]*>Older', text)
        if not following:
            break
        address = gallery(team) + following[1].replace("&amp;", "&")
    assert seen == sorted(made, reverse=True)


def test_htmx_gets_the_days_alone_and_the_date_only_once(
    team: Team, alice: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 7)
    pictures(team, alice, *(f"number {number}" for number in range(12)))
    first = browser.get(gallery(team)).content.decode()
    more = re.search(r'hx-get="(\?after=[^"]+)"', first)
    assert more
    text = browser.get(gallery(team) + more[1].replace("&amp;", "&"), headers=HTMX).content.decode()
    assert "<html" not in text
    assert "data-continues" in text
    assert "day__words" in first
    assert "day__words" not in text


def test_a_day_is_the_teams_own(team: Team, alice: User, browser: Client) -> None:
    image = pictures(team, alice, "late")[0]
    late = clock.now().replace(month=7, day=10, hour=23, minute=30) - timedelta(days=365)
    Image.objects.filter(pk=image).update(created_at=late)  # half past midnight in Dublin
    text = browser.get(gallery(team)).content.decode()
    assert re.search(r"figure--huge\">11<", text)


def test_search_finds_words_and_projects(team: Team, alice: User, browser: Client) -> None:
    project = Project.objects.create(team=team, name="Arts Week")
    boats = pictures(team, alice, "Paper boats", project=project)[0]
    pictures(team, alice, "Low sun")
    assert shown(browser.get(gallery(team), {"q": "BOATS"}).content.decode()) == [boats]
    found = browser.get(gallery(team), {"project": str(project.pk)}).content.decode()
    assert shown(found) == [boats]
    assert "Arts Week" in found
    nothing = browser.get(gallery(team), {"q": "submarine"}).content.decode()
    assert "No picture matches" in nothing


def test_an_empty_gallery_says_what_to_do(
    team: Team, carol: User, browser: Client, sign_in: SignIn
) -> None:
    assert "Make the first" in browser.get(gallery(team)).content.decode()
    assert "Make the first" not in sign_in(carol).get(gallery(team)).content.decode()


def test_what_came_since_is_given_alone(
    team: Team, alice: User, bob: User, browser: Client
) -> None:
    old, new = pictures(team, alice, "old", "new")
    address = reverse("gallery_fresh", args=[team.slug])
    assert shown(browser.get(address, {"since": old}).content.decode()) == [new]
    assert shown(browser.get(address, {"since": new}).content.decode()) == []
    assert shown(browser.get(address).content.decode()) == [new, old]  # opened while empty


@pytest.mark.parametrize("since", ["nonsense", "0190a0a0-0000-7000-8000-000000000000"])
def test_since_must_be_a_picture_of_the_team(team: Team, browser: Client, since: str) -> None:
    address = reverse("gallery_fresh", args=[team.slug])
    assert browser.get(address, {"since": since}).status_code == 404


@pytest.mark.parametrize("name", ["by", "project", "prompt"])
@pytest.mark.parametrize("value", ["nonsense", "0190a0a0-0000-7000-8000-000000000000"])
def test_an_unknown_filter_is_not_found(team: Team, browser: Client, name: str, value: str) -> None:
    assert browser.get(gallery(team), {name: value}).status_code == 404


def test_a_broken_cursor_leads_to_the_first_page(team: Team, browser: Client) -> None:
    answer = browser.get(gallery(team), {"after": "nonsense"})
    assert answer.headers["Location"] == gallery(team)


def test_a_stranger_finds_nothing(
    team: Team, alice: User, other_team: Team, charlie: User, sign_in: SignIn
) -> None:
    image = pictures(team, alice, "ours")[0]
    browser = sign_in(charlie)
    assert browser.get(gallery(team)).status_code == 404
    assert browser.get(reverse("picture", args=[team.slug, image])).status_code == 404
    assert browser.get(reverse("picture", args=[other_team.slug, image])).status_code == 404
    assert shown(browser.get(gallery(other_team)).content.decode()) == []


def test_more_pictures_cost_no_more_queries_and_nothing_is_counted(
    team: Team, alice: User, browser: Client
) -> None:
    def queries() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            browser.get(gallery(team))
        return [query["sql"] for query in captured]

    pictures(team, alice, "one", "two")
    few = queries()
    pictures(team, alice, *(f"number {number}" for number in range(10)))
    many = queries()
    assert len(many) == len(few)
    assert not any("COUNT(" in sql or "OFFSET" in sql for sql in many)
