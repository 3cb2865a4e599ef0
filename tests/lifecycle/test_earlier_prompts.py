"""What the arrow up brings back: one's own prompts in this team, newest first, each once."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.keys import issued
from generations.lifecycle.drafts import EARLIER
from generations.teams.models import Membership, Role, Team, User
from tests.conftest import SignIn
from tests.lifecycle import making


@pytest.fixture
def browser(alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def earlier(browser: Client, team: Team) -> list[dict[str, str]]:
    answer = browser.get(reverse("earlier_prompts", args=[team.slug]))
    assert "no-store" in answer.headers["Cache-Control"]
    prompts: list[dict[str, str]] = answer.json()["prompts"]
    return prompts


def test_each_once_and_the_newest_first(team: Team, alice: User, browser: Client) -> None:
    for prompt in ("one", "two", "one", "three"):
        making.ask(team, alice, prompt)
    assert earlier(browser, team) == [{"prompt": "three"}, {"prompt": "one"}, {"prompt": "two"}]


def test_with_what_was_filled_in_last(team: Team, alice: User, browser: Client) -> None:
    for city in ("Cork", "Galway"):
        making.ask(
            team, alice, f"Hills of {city}", template="Hills of {city}", values={"city": city}
        )
    assert earlier(browser, team) == [{"prompt": "Hills of {city}", "value-city": "Galway"}]


def test_nobody_elses_nor_a_scripts_nor_another_teams(
    team: Team, other_team: Team, alice: User, bob: User, browser: Client
) -> None:
    Membership.objects.create(team=other_team, user=alice, role=Role.MEMBER)
    key, _ = issued.issue(team, alice, name="cron", mode="test")
    making.ask(team, bob, "Bob's")
    making.ask(team, alice, "A script's", api_key=key)
    making.ask(other_team, alice, "Elsewhere")
    making.ask(team, alice, "Mine")
    assert earlier(browser, team) == [{"prompt": "Mine"}]


def test_no_more_than_are_worth_turning_through_and_in_as_many_queries(
    team: Team, alice: User, browser: Client
) -> None:
    making.ask(team, alice, "first")
    with CaptureQueriesContext(connection) as few:
        earlier(browser, team)
    for number in range(EARLIER + 5):
        making.ask(team, alice, f"prompt {number}")
    with CaptureQueriesContext(connection) as many:
        found = earlier(browser, team)
    assert len(found) == EARLIER
    assert found[0] == {"prompt": f"prompt {EARLIER + 4}"}
    assert len(many) == len(few)


def test_a_reviewer_has_none(team: Team, carol: User, sign_in: SignIn) -> None:
    assert sign_in(carol).get(reverse("earlier_prompts", args=[team.slug])).status_code == 403
