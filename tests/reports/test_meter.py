"""The meter in the masthead tells of the money that the Create button would spend."""

from django.urls import reverse

from generations.keys import upstream
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.lifecycle import making


def test_with_two_keys_the_meter_follows_the_composer(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    browser, address = sign_in(alice), reverse("meter", args=[team.slug])
    upstream.add(team, alice, name="Real", provider="doitong", api_key="k" * 24)
    assert "practice" not in browser.get(address).content.decode()
    making.ask(team, alice)  # with the practice key
    assert "practice left" in browser.get(address).content.decode()
    assert "practice" not in browser.get(address, {"mode": "live"}).content.decode()


def test_a_form_of_another_page_does_not_turn_the_meter_to_practice(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    upstream.add(team, alice, name="Real", provider="doitong", api_key="k" * 24)
    page = sign_in(alice).get(reverse("api_keys", args=[team.slug])).content.decode()
    assert "left today" in page
    assert "practice left" not in page
