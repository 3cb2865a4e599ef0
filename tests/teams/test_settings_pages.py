import pytest
from django.test import Client
from django.urls import reverse

from generations.teams import days, projects
from generations.teams.models import AuditEntry, Project, Team, User
from tests.conftest import SignIn


def address(team: Team) -> str:
    return reverse("team_settings", args=[team.slug])


def test_an_owner_changes_name_and_zone_and_the_address_stays(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    browser, words = sign_in(alice), {"name": "Quay Road", "time_zone": "Asia/Kolkata"}
    assert browser.get(address(team)).status_code == 200
    assert browser.post(address(team), words).status_code == 302
    browser.post(address(team), words)
    team.refresh_from_db()
    assert (team.name, team.time_zone, team.slug) == (
        "Quay Road",
        "Asia/Kolkata",
        "harbour-street",
    )
    assert AuditEntry.objects.filter(action="team.changed").count() == 1
    assert days.zone(team).key == "Europe/Dublin"  # until midnight there


@pytest.mark.parametrize(
    "words",
    [
        {"name": "Quay Road", "time_zone": "Mars/Olympus"},
        {"name": "", "time_zone": "UTC"},
        {"name": "ELSEWHERE", "time_zone": "UTC"},
    ],
)
def test_bad_input_is_said_and_changes_nothing(
    team: Team, other_team: Team, alice: User, sign_in: SignIn, words: dict[str, str]
) -> None:
    answer = sign_in(alice).post(address(team), words)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    team.refresh_from_db()
    assert (team.name, team.time_zone) == ("Harbour Street", "Europe/Dublin")


def test_projects_are_added_put_away_and_brought_back(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    add = reverse("projects", args=[team.slug])
    assert browser.post(add, {"name": "Harvest"}).status_code == 302
    assert browser.post(add, {"name": "harvest"}).status_code == 422
    project = Project.objects.get()
    browser.post(reverse("project_archive", args=[team.slug, project.pk]))
    assert "archived" in browser.get(address(team)).content.decode()
    browser.post(reverse("project_restoration", args=[team.slug, project.pk]))
    assert "archived" not in browser.get(address(team)).content.decode()


@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("carol", 403), ("charlie", 404)])
def test_only_who_manages_the_team_reaches_its_settings(
    team: Team, alice: User, sign_in: SignIn, who: str, status: int, request: pytest.FixtureRequest
) -> None:
    project = projects.add(team, alice, "Harvest")
    browser = sign_in(request.getfixturevalue(who))
    assert browser.get(address(team)).status_code == status
    for name, arguments in [("projects", []), ("project_archive", [project.pk])]:
        answer = browser.post(reverse(name, args=[team.slug, *arguments]), {"name": "X"})
        assert answer.status_code == status
    project.refresh_from_db()
    assert not project.is_archived


def test_another_teams_project_is_not_found(
    team: Team, alice: User, other_team: Team, charlie: User, sign_in: SignIn
) -> None:
    project = projects.add(team, alice, "Harvest")
    archive = reverse("project_archive", args=[other_team.slug, project.pk])
    assert sign_in(charlie).post(archive).status_code == 404


def test_a_person_changes_their_own_name_and_colours(
    team: Team, bob: User, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(bob)
    assert "Harbour Street" in browser.get(reverse("profile")).content.decode()
    words = {"name": "Robert", "theme": "dark"}
    assert browser.post(reverse("profile"), words).status_code == 302
    bob.refresh_from_db()
    alice.refresh_from_db()
    assert (bob.name, bob.theme, alice.name) == ("Robert", "dark", "Alice")
    assert 'data-theme="dark"' in browser.get(reverse("profile")).content.decode()


def test_colours_that_are_none_are_refused(bob: User, sign_in: SignIn) -> None:
    answer = sign_in(bob).post(reverse("profile"), {"name": "Bob", "theme": "plaid"})
    assert answer.status_code == 422


def test_the_menu_changes_colours_and_returns_to_its_page_and_nowhere_else(
    bob: User, sign_in: SignIn
) -> None:
    browser, address = sign_in(bob), reverse("theme")
    answer = browser.post(address, {"theme": "dark", "next": "/me/"})
    assert answer.headers["Location"] == "/me/"
    bob.refresh_from_db()
    assert bob.theme == "dark"
    for elsewhere in (
        "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
        "a\0b", "no-such-view", "profile", "teams.views.theme", "",
    ):  # fmt: skip
        answer = browser.post(address, {"theme": "plaid", "next": elsewhere})
        assert answer.headers["Location"] == "/"
    bob.refresh_from_db()
    assert bob.theme == "dark"


@pytest.mark.django_db
def test_a_visitor_has_no_settings(client: Client) -> None:
    for name in ("profile", "theme"):
        answer = client.post(reverse(name), {"theme": "dark"})
        assert reverse("account_login") in answer.headers["Location"]


def test_a_look_at_the_projects_is_the_list_alone(team: Team, alice: User, sign_in: SignIn) -> None:
    projects.add(team, alice, "Harvest")
    part = sign_in(alice).get(address(team), headers={"HX-Request": "true"}).content.decode()
    assert "Harvest" in part
    assert "<h1>" not in part
