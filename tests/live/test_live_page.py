"""Who may listen, and what a page hears where nobody can take its connection."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from generations.live import handover
from generations.teams.models import Membership, Team, User
from tests.conftest import SignIn


@pytest.mark.parametrize("who", ["alice", "bob", "carol"])
def test_without_a_live_process_a_member_is_told_to_poll(
    sign_in: SignIn, team: Team, who: str, request: pytest.FixtureRequest
) -> None:
    answer = sign_in(request.getfixturevalue(who)).get(f"/t/{team.slug}/live/")
    assert answer.status_code == 503
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_stranger_and_who_has_left_get_404(
    sign_in: SignIn, charlie: User, bob: User, team: Team
) -> None:
    assert sign_in(charlie).get(f"/t/{team.slug}/live/").status_code == 404
    Membership.objects.filter(user=bob).delete()
    assert sign_in(bob).get(f"/t/{team.slug}/live/").status_code == 404


@pytest.mark.parametrize("method", ["post", "head", "put", "delete"])
def test_one_can_only_listen(sign_in: SignIn, bob: User, team: Team, method: str) -> None:
    assert getattr(sign_in(bob), method)(f"/t/{team.slug}/live/").status_code == 405


def test_a_folder_with_too_long_a_path_is_noticed(settings: Settings) -> None:
    assert not handover.is_too_long()
    settings.LIVE_SOCKET = Path("/") / ("ä" * 60) / "live.sock"
    assert handover.is_too_long()
