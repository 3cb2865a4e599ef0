import pytest
from django.core.exceptions import PermissionDenied

from generations.teams import projects
from generations.teams.models import AuditEntry, Project, Team, User


def test_an_admin_adds_a_project_and_puts_it_away(team: Team, alice: User) -> None:
    project = projects.add(team, alice, " Galway Arts Week ")
    assert project.name == "Galway Arts Week"
    projects.archive(project, alice)
    projects.archive(project, alice)
    project.refresh_from_db()
    assert project.is_archived
    assert AuditEntry.objects.filter(action="project.archived").count() == 1
    projects.restore(project, alice)
    project.refresh_from_db()
    assert not project.is_archived


def test_two_projects_of_one_name_are_refused_whatever_the_case(team: Team, alice: User) -> None:
    projects.add(team, alice, "Harvest")
    with pytest.raises(projects.NameTaken):
        projects.add(team, alice, "HARVEST")
    assert Project.objects.count() == 1


def test_another_team_may_use_the_name(
    team: Team, alice: User, other_team: Team, charlie: User
) -> None:
    projects.add(team, alice, "Harvest")
    assert projects.add(other_team, charlie, "Harvest").team == other_team


@pytest.mark.parametrize("who", ["bob", "carol", "charlie"])
def test_only_who_manages_the_team_touches_projects(
    team: Team, alice: User, who: str, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        projects.add(team, actor, "Harvest")
    project = projects.add(team, alice, "Harvest")
    with pytest.raises(PermissionDenied):
        projects.archive(project, actor)
