"""The sums of the usage report, by person, project and prompt."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.keys.models import UpstreamKey
from generations.prompts import library
from generations.reports import period
from generations.reports.figures import NONE
from generations.reports.usage import main_mode
from generations.teams import projects
from generations.teams.models import Membership, Role, Team, User
from generations.teams.modes import Mode
from tests.reports.conftest import Charge, Person, Report

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)  # a Thursday


def test_each_person_has_today_their_limit_and_the_days_sum(
    team: Team, alice: User, bob: User, charge: Charge, report: Report
) -> None:
    charge(alice, 15)
    charge(bob, 10)
    charge(bob, 12)
    Membership.objects.filter(user=bob).update(daily_limit=50)
    shown = report()
    figures = {row.name: (row.today, row.limit, row.total) for row in shown.rows}
    assert figures == {"Bob": (22, 50, 22), "Alice": (15, 1000, 15)}
    assert (shown.of_today, shown.total, sum(shown.by_day)) == (37, 37, 37)
    assert [row.name for row in shown.rows] == ["Bob", "Alice"]
    assert (shown.limit, shown.has_limits) == (1050, True)


def test_a_charge_belongs_to_the_teams_day_not_to_utc(
    team: Team, alice: User, charge: Charge, report: Report
) -> None:
    Team.objects.filter(pk=team.pk).update(time_zone="Pacific/Auckland")
    team.refresh_from_db()
    with time_machine.travel(datetime(2026, 11, 5, 13, tzinfo=UTC), tick=False):
        charge(alice, 15)
        shown = report(period=period.fortnight(team))
    assert shown.today == date(2026, 11, 6)
    assert shown.rows[0].by_day == [0] * 13 + [15]


def test_today_the_week_and_the_period_are_told_apart(
    team: Team, alice: User, charge: Charge, report: Report
) -> None:
    for back, cost in ((20, 1), (4, 2), (3, 4), (0, 8)):  # October, Sunday, Monday, today
        with time_machine.travel(NOON - timedelta(days=back), tick=False):
            charge(alice, cost)
    with time_machine.travel(NOON, tick=False):
        shown = report()
        october = report(period=period.month("2026-10"))
    [row] = shown.rows
    assert (row.today, row.week, row.total) == (8, 12, 14)
    assert (october.total, october.is_present, october.has_limits) == (1, False, False)
    assert len(row.so_far) == 19 and len(october.rows[0].so_far) == 31


def test_who_left_keeps_their_row(team: Team, bob: User, charge: Charge, report: Report) -> None:
    charge(bob, 15)
    Membership.objects.filter(user=bob).delete()
    [row] = [row for row in report().rows if row.name == "Bob"]
    assert (row.total, row.has_left, row.limit) == (15, True, None)


def test_practice_is_left_out_once_there_is_a_live_key(
    team: Team, alice: User, charge: Charge, live_key: UpstreamKey, report: Report
) -> None:
    charge(alice, 15)
    charge(alice, 18, mode="live")
    assert main_mode(team) == Mode.LIVE
    assert report(mode=Mode.LIVE).total == 18
    assert report(mode=Mode.TEST).total == 15


def test_a_team_that_only_practises_sees_practice(team: Team) -> None:
    assert main_mode(team) == Mode.TEST


def test_a_project_has_its_sum_and_so_has_what_is_in_none(
    team: Team, alice: User, bob: User, charge: Charge, report: Report
) -> None:
    harvest = projects.add(team, alice, "Harvest")
    charge(alice, 15, project=harvest)
    charge(bob, 10, project=harvest)
    charge(bob, 12)
    by_project = {row.name: (row.total, row.today) for row in report(by="projects").rows}
    assert by_project == {"Harvest": (25, 25), "No project": (12, 12)}
    assert [row.name for row in report(by="projects", user=alice).rows] == ["Harvest"]
    narrowed = report(project=harvest)
    assert {row.name: row.total for row in narrowed.rows} == {"Alice": 15, "Bob": 10}
    assert not narrowed.has_limits
    assert {row.name: row.total for row in report(project=NONE).rows} == {"Bob": 12}


def test_a_prompt_has_the_sum_of_all_its_versions(
    team: Team, alice: User, charge: Charge, report: Report
) -> None:
    first = library.save(team, alice, "Hills", "Hills at dusk", {})
    second = library.save(team, alice, "Hills", "Hills at dawn", {}, first.prompt)
    charge(alice, 15, prompt_version=first)
    charge(alice, 10, prompt_version=second)
    charge(alice, 12)
    shown = report(by="prompts")
    assert {row.name: row.total for row in shown.rows} == {"Hills": 25, "Not from the library": 12}
    assert shown.total == report().total


def test_what_is_held_is_told_whatever_day_it_was_promised_on(
    team: Team, alice: User, bob: User, ask: Charge, report: Report
) -> None:
    harvest = projects.add(team, alice, "Harvest")
    with time_machine.travel(datetime.now(UTC) - timedelta(days=2)):
        ask(alice, project=harvest)
    ask(bob)
    assert report().held == 40
    assert report(user=alice).held == report(project=harvest).held == 20


@pytest.mark.parametrize("by", ["members", "projects", "prompts"])
def test_more_rows_cost_no_more_queries(
    team: Team, alice: User, charge: Charge, person: Person, report: Report, by: str
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            report(by=by)
        return len(queries)

    def spend(name: str) -> None:
        user = person(name)
        Membership.objects.create(team=team, user=user, role=Role.MEMBER)
        version = library.save(team, alice, name, f"{name}'s hill", {})
        charge(user, 15, project=projects.add(team, alice, name), prompt_version=version)

    spend("Dora")
    before = count()
    for number in range(10):
        spend(f"Member{number}")
    assert len(report(by=by).rows) >= 11
    assert count() == before
