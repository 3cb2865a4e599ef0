"""How many are in the queue, beside its name in the navigation, as far as they are counted."""

import pytest
from django.urls import reverse

from generations.lifecycle import waiting
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.lifecycle import making
from tests.lifecycle.test_queue_page import flat, page


def test_the_navigation_counts_what_the_queue_page_shows(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    browser, address = sign_in(alice), reverse("queue_count", args=[team.slug])
    assert browser.get(address).content.decode().strip() == ""
    making.send(making.ask(team, alice)[0])
    making.fail(making.ask(team, alice)[0])
    making.ask(team, bob, count=2)
    assert "3 in the queue" in browser.get(address).content.decode()


def test_a_count_that_stops_says_that_there_are_more(
    team: Team, alice: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MOST", 2)
    browser, address = sign_in(alice), reverse("queue_count", args=[team.slug])
    making.ask(team, alice, count=2)
    assert ">2</span>" in browser.get(address).content.decode()
    assert "There are more" not in page(browser, team)
    making.ask(team, alice)
    text = browser.get(address).content.decode()
    assert ">2+</span>" in text and "more than 2 in the queue" in text
    text = flat(page(browser, team))
    assert "More than two waiting" in text
    assert "There are more: the oldest 2 are shown." in text
