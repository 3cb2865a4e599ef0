from pathlib import Path

from django.conf import settings
from django.urls import reverse

from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.lifecycle import making
from tests.test_stylesheets import code, defined, named

COMPONENTS = Path(settings.BASE_DIR) / "static" / "css" / "components"
# What lays a whole page out stands on its page: Create, Prompts.
ELSEWHERE = {"composer.css", "panes.css"}


def test_it_shows_a_piece_of_every_component(team: Team, alice: User, sign_in: SignIn) -> None:
    making.finish(making.ask(team, alice)[0])
    shown = named(sign_in(alice).get(reverse("styleguide")).content.decode())
    missing = {sheet.name for sheet in COMPONENTS.glob("*.css") if not defined(code(sheet)) & shown}
    assert missing - ELSEWHERE == set()


def test_only_who_runs_the_hub_sees_it(
    team: Team, alice: User, bob: User, charlie: User, sign_in: SignIn
) -> None:
    address = reverse("styleguide")
    assert sign_in(alice).get(address).status_code == 200
    assert sign_in(bob).get(address).status_code == 404
    assert sign_in(charlie).get(address).status_code == 404


def test_without_a_team_there_is_nothing_to_show(alice: User, sign_in: SignIn) -> None:
    assert sign_in(alice).get(reverse("styleguide")).status_code == 404
