"""The head of the Create page: what was asked for, what is finished, charged and held."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.core import clock
from generations.lifecycle import session as sessions
from generations.lifecycle.models import Batch
from generations.teams.models import Membership, Team, User
from tests.conftest import SignIn
from tests.lifecycle import making

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def session(team: Team, user: User) -> sessions.Session:
    return sessions.session(Membership.objects.get(team=team, user=user))


def words(text: str) -> str:
    return " ".join(text.split())


def test_it_sums_up_what_is_on_the_desk(team: Team, alice: User, bob: User) -> None:
    first, second, third = making.ask(team, alice, count=3)
    making.finish(first)
    making.fail(second)
    making.ask(team, bob)
    found = session(team, alice)
    assert (found.asked, found.finished, found.held) == (3, 1, third.most)
    assert [(spend.mode, spend.charged) for spend in found.spends] == [("test", 15)]


def test_what_is_no_longer_on_the_desk_does_not_count(team: Team, alice: User) -> None:
    making.ask(team, alice)
    Batch.objects.update(created_at=clock.now() - timedelta(days=2))
    assert session(team, alice).asked == 0


def test_the_page_says_it_and_so_does_the_news_of_a_tile(
    team: Team, alice: User, browser: Client
) -> None:
    first, _second = making.ask(team, alice, count=2)
    page = words(browser.get(reverse("create", args=[team.slug])).content.decode())
    assert "2 pictures asked for · 0 finished" in page
    assert "40 held" in page
    making.finish(first)
    tile = reverse("tile", args=[team.slug, first.pk])
    news = words(browser.get(tile, headers=HTMX).content.decode())
    assert "2 pictures asked for · 1 finished" in news
    assert "15 credits of practice" in news
    assert 'id="session" hx-swap-oob="innerHTML"' in news


def test_an_empty_desk_counts_nothing(team: Team, browser: Client) -> None:
    page = browser.get(reverse("create", args=[team.slug])).content.decode()
    assert "asked for" not in page


def test_more_pictures_cost_no_more_queries(team: Team, alice: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            session(team, alice)
        return len(captured)

    making.ask(team, alice)
    few = queries()
    for _ in range(5):
        making.ask(team, alice, count=2)
    assert queries() == few


def test_every_number_leads_to_what_made_it(team: Team, alice: User, browser: Client) -> None:
    first, _second = making.ask(team, alice, count=2)
    making.finish(first)
    making.finish(making.ask(team, alice, "Paper boats")[0])
    page = browser.get(reverse("create", args=[team.slug])).content.decode()
    links = dict(re.findall(r'<a class="link" href="([^"]+)">([^<]+)</a>', page))
    for words_, expected in (
        ("30 credits of practice", "30</span>"),
        ("20 held", "A hill"),
        ("Held 40 · charged 15 so far", "15</span>"),
    ):
        [address] = [href for href, said in links.items() if said == words_]
        assert expected in browser.get(address.replace("&amp;", "&")).content.decode()
