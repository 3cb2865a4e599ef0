import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.keys import issued
from generations.keys.models import ApiKey
from generations.teams import projects
from generations.teams.models import Team, User
from tests.conftest import SignIn

SHOWN = re.compile(r'id="issued-(key|secret)">([^<]+)<')
WORDS = {"name": "Website build", "mode": "test", "days": ""}


def address(team: Team) -> str:
    return reverse("api_keys", args=[team.slug])


def test_a_key_is_shown_once_with_its_webhook_secret(
    team: Team, bob: User, sign_in: SignIn
) -> None:
    browser = sign_in(bob)
    page = browser.post(address(team), WORDS)
    shown = dict(SHOWN.findall(page.content.decode()))
    assert "no-store" in page.headers["Cache-Control"]
    key = issued.authenticate(shown["key"])
    assert key is not None and key.user == bob
    assert shown["secret"] == key.webhook_secret
    assert reverse("api_docs", args=[team.slug]) in page.content.decode()
    later = browser.get(address(team)).content.decode()
    assert "Website build" in later
    assert shown["key"] not in later and shown["secret"] not in later


def test_a_key_may_end_and_may_name_a_project(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    harvest = projects.add(team, alice, "Harvest")
    words = WORDS | {"days": "30", "project": str(harvest.pk), "mode": "live"}
    sign_in(bob).post(address(team), words)
    key = ApiKey.objects.get()
    assert key.expires_at is not None
    assert (key.expires_at - key.created_at).days in {29, 30}
    assert (key.project, key.mode) == (harvest, "live")


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"mode": "imaginary"}, {"days": "9999"}, {"name": "x" * 61}]
)
def test_bad_input_issues_nothing(
    team: Team, bob: User, sign_in: SignIn, wrong: dict[str, str]
) -> None:
    answer = sign_in(bob).post(address(team), WORDS | wrong)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_another_teams_project_is_no_choice(
    team: Team, alice: User, bob: User, other_team: Team, charlie: User, sign_in: SignIn
) -> None:
    projects.add(team, alice, "Harvest")
    theirs = projects.add(other_team, charlie, "Theirs")
    browser = sign_in(bob)
    assert "Theirs" not in browser.get(address(team)).content.decode()
    assert browser.post(address(team), WORDS | {"project": str(theirs.pk)}).status_code == 422


def test_a_member_sees_and_revokes_their_own_only_and_an_owner_everybodys(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    mine, _text = issued.issue(team, bob, name="Bob’s", mode="test")
    theirs, _text = issued.issue(team, alice, name="Alice’s", mode="test")
    browser = sign_in(bob)
    text = browser.get(address(team)).content.decode()
    assert "Bob’s" in text and "Alice’s" not in text
    revocation = reverse("api_key_revocation", args=[team.slug, theirs.pk])
    assert browser.post(revocation).status_code == 404
    owner = sign_in(alice)
    assert "Bob’s" in owner.get(address(team)).content.decode()
    assert owner.post(reverse("api_key_revocation", args=[team.slug, mine.pk])).status_code == 302
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.revoked_at is not None and theirs.revoked_at is None


def test_a_revoked_key_opens_nothing_and_leaves_the_list(
    team: Team, bob: User, sign_in: SignIn
) -> None:
    key, text = issued.issue(team, bob, name="Old", mode="test")
    browser = sign_in(bob)
    revocation = reverse("api_key_revocation", args=[team.slug, key.pk])
    assert browser.get(revocation).status_code == 405
    browser.post(revocation)
    assert issued.authenticate(text) is None
    assert "Old" not in browser.get(address(team)).content.decode()


@pytest.mark.parametrize(("who", "status"), [("carol", 403), ("charlie", 404)])
def test_who_may_not_spend_has_no_keys(
    team: Team, bob: User, sign_in: SignIn, who: str, status: int, request: pytest.FixtureRequest
) -> None:
    key, _text = issued.issue(team, bob, name="Bob’s", mode="test")
    browser = sign_in(request.getfixturevalue(who))
    assert browser.get(address(team)).status_code == status
    assert browser.post(address(team), WORDS).status_code == status
    revocation = reverse("api_key_revocation", args=[team.slug, key.pk])
    assert browser.post(revocation).status_code == status


def test_a_visitor_signs_in_first(team: Team, client: Client) -> None:
    assert reverse("account_login") in client.get(address(team)).headers["Location"]


def test_ten_more_keys_cost_no_more_queries(team: Team, bob: User, sign_in: SignIn) -> None:
    browser = sign_in(bob)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(address(team))
        return len(queries)

    issued.issue(team, bob, name="First", mode="test")
    before = count()
    for number in range(10):
        issued.issue(team, bob, name=f"Number {number}", mode="test")
    assert count() == before


def test_a_look_at_the_keys_is_the_list_alone(team: Team, bob: User, sign_in: SignIn) -> None:
    browser = sign_in(bob)
    browser.post(address(team), WORDS)
    part = browser.get(address(team), headers={"HX-Request": "true"}).content.decode()
    assert "Website build" in part
    assert "<h1>" not in part
