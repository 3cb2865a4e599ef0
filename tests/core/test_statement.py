"""Several writes in one breath, on whatever database the suite runs."""

import uuid

import pytest
from django.db import transaction

from generations.core import clock, statement
from generations.core.statement import Sent, Write, Writes
from generations.teams.models import Project, Team

pytestmark = pytest.mark.django_db
PROJECTS = Sent("projects", Project)
RENAME = Write(
    "team",
    "UPDATE generations_team SET name = %(name)s WHERE id = %(team)s AND name = %(seen)s"
    " RETURNING id, name",
    "SELECT id, name FROM generations_team WHERE id = %(team)s",
    is_guard=True,
)
ADD = Write(
    "added",
    "INSERT INTO generations_project (id, team_id, name, is_archived, created_at)"
    " SELECT project.id, team.id, project.name, false, %(now)s"
    " FROM {projects} AS project, {team} AS team RETURNING id, name",
    "SELECT id, name FROM generations_project WHERE id IN (SELECT id FROM {projects} AS project)",
)
ANSWER = """
    SELECT team.name, nullif(added.name, 'Posters') FROM {added} AS added, {team} AS team
    ORDER BY added.name
"""


def write(team: Team, seen: str, *names: str) -> tuple[int, list[tuple[object, ...]]]:
    rows = [{"id": uuid.uuid4(), "name": name} for name in names]
    given = {"team": team.pk, "name": "Quay", "seen": seen, "now": clock.now()}
    with transaction.atomic():
        passed, found = statement.run(
            Writes((RENAME,), given=given) + Writes((ADD,), {PROJECTS: rows}),
            ANSWER,
        )
    return passed, [tuple(row) for row in found]


def test_what_is_written_is_read_by_its_name(team: Team) -> None:
    passed, found = write(team, team.name, "Posters", "“50 %” — {off}")
    assert passed == 1
    assert found == [("Quay", None), ("Quay", "“50 %” — {off}")]
    team.refresh_from_db()
    assert team.name == "Quay"
    assert set(Project.objects.for_team(team).values_list("name", flat=True)) == {
        "Posters",
        "“50 %” — {off}",
    }


def test_after_a_guard_that_lets_nothing_by_nothing_is_written(team: Team) -> None:
    assert write(team, "another name", "Posters") == (0, [])
    assert not Project.objects.exists()


def test_without_rows_there_is_no_answer_but_the_guard_is_counted(team: Team) -> None:
    assert write(team, team.name) == (1, [])
