"""How a page learns where to listen."""

import pytest
from pytest_django.fixtures import Settings

from generations.live import tokens
from generations.teams.models import Team, User
from tests.conftest import SignIn


def test_a_member_gets_a_token_of_their_own(sign_in: SignIn, bob: User, team: Team) -> None:
    answer = sign_in(bob).get(f"/t/{team.slug}/live-token/")
    assert answer.status_code == 200
    assert tokens.read(answer.json()["token"]) == (team.id, bob.id)
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_reviewer_may_listen(sign_in: SignIn, carol: User, team: Team) -> None:
    assert sign_in(carol).get(f"/t/{team.slug}/live-token/").status_code == 200


def test_a_stranger_gets_404(sign_in: SignIn, charlie: User, team: Team) -> None:
    assert sign_in(charlie).get(f"/t/{team.slug}/live-token/").status_code == 404


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8002/live/"),
        ("localhost:8000", "http://localhost:8002/live/"),
        ("[::1]:8000", "http://[::1]:8002/live/"),
    ],
)
def test_without_a_proxy_it_is_a_port_of_the_same_host(
    sign_in: SignIn, bob: User, team: Team, settings: Settings, host: str, url: str
) -> None:
    settings.LIVE_URL, settings.LIVE_PORT = "", 8002
    answer = sign_in(bob).get(f"/t/{team.slug}/live-token/", headers={"host": host})
    assert answer.json()["url"] == url


def test_behind_a_proxy_it_is_a_path_of_the_site(
    sign_in: SignIn, bob: User, team: Team, settings: Settings
) -> None:
    settings.LIVE_URL = "/live"
    assert sign_in(bob).get(f"/t/{team.slug}/live-token/").json()["url"] == "/live/"
