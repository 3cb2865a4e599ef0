"""The page for people who write scripts."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from generations.api import errors
from generations.api.reference import ERRORS, PARAMETERS
from generations.api.rest.orders import PictureOrder
from generations.credits.accounts import wallet
from generations.teams.models import Team, User
from generations.teams.modes import Mode
from tests.api.conftest import Issue
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def _page(client: Client, team: Team) -> str:
    answer = client.get(reverse("api_docs", args=[team.slug]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_members_and_reviewers_read_it(
    sign_in: SignIn, team: Team, alice: User, bob: User, carol: User
) -> None:
    for user in (alice, bob, carol):
        page = _page(sign_in(user), team)
        assert "http://127.0.0.1:8000/v1/text_to_image" in page
        assert "YOUR_API_KEY" in page


def test_strangers_do_not(sign_in: SignIn, team: Team, charlie: User) -> None:
    address = reverse("api_docs", args=[team.slug])
    assert sign_in(charlie).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_it_never_shows_a_key(sign_in: SignIn, team: Team, alice: User, issue: Issue) -> None:
    script = issue(alice)
    page = _page(sign_in(alice), team)
    assert script.text not in page
    assert script.key.last4 not in page
    assert reverse("api_keys", args=[team.slug]) in page


def test_it_tells_the_rate_of_the_plan(sign_in: SignIn, team: Team, alice: User) -> None:
    assert "30 requests a minute" in _page(sign_in(alice), team)
    plan = wallet(team, Mode.LIVE).plan
    assert plan is not None
    plan.requests_per_minute = None
    plan.save()
    assert "no limit on requests" in _page(sign_in(alice), team)


def test_it_lists_every_parameter(sign_in: SignIn, team: Team, alice: User) -> None:
    assert {parameter.name for parameter in PARAMETERS} == set(PictureOrder.model_fields)
    page = _page(sign_in(alice), team)
    for parameter in PARAMETERS:
        assert f"<code>{parameter.name}</code>" in page
        assert f"<code>{parameter.in_generate}</code>" in page


@pytest.mark.parametrize("make", [errors.unauthorized, errors.not_found])
def test_its_errors_are_those_that_are_sent(make: Callable[[], errors.ApiError]) -> None:
    made = make()
    assert (made.status, made.code) in {(error.status, error.code) for error in ERRORS}
