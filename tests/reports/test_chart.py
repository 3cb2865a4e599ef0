"""What the chart draws is what the table says."""

from datetime import UTC, datetime, timedelta

import time_machine

from generations.reports.chart import ZERO, Chart, chart
from generations.reports.usage import Usage
from generations.teams.models import Membership, Role, Team, User
from tests.reports.conftest import Charge, Person, Report

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


def drawn(report: Usage) -> Chart:
    return chart(report)


def test_a_bar_is_as_high_as_its_share_and_none_stands_for_nothing(
    team: Team, alice: User, bob: User, charge: Charge, report: Report
) -> None:
    with time_machine.travel(NOON, tick=False):
        charge(alice, 15)
        charge(bob, 5)
        shown = drawn(report())
    [column] = [column for column in shown.columns if column.bars]
    assert (column.day.day, column.total) == (19, 20)
    heights = [float(bar.height) + 1 for bar in column.bars]
    assert [bar.credits for bar in column.bars] == [15, 5]
    assert heights[0] == 3 * heights[1]
    assert float(column.bars[-1].y) == ZERO - sum(heights)


def test_a_colour_stays_with_who_it_was_also_after_a_better_day(
    team: Team, alice: User, bob: User, charge: Charge, report: Report
) -> None:
    charge(bob, 5)
    charge(alice, 15)
    before = {row.name: row.series for row in report().rows}
    charge(bob, 20)
    after = report()
    assert [row.name for row in after.rows] == ["Bob", "Alice"]
    assert {row.name: row.series for row in after.rows} == before == {"Alice": 1, "Bob": 2}


def test_more_people_than_colours_share_the_last_one(
    team: Team, alice: User, person: Person, charge: Charge, report: Report
) -> None:
    for number in range(7):
        user = person(f"Member{number}")
        Membership.objects.create(team=team, user=user, role=Role.MEMBER)
        charge(user, 10 + number)
    stacks = report().stacks
    assert [stack.series for stack in stacks] == [1, 2, 3, 4, 5]
    assert [stack.name for stack in stacks][-1] == "everything else"
    assert [sum(stack.by_day) for stack in stacks] == [13, 14, 15, 16, 10 + 11 + 12]
    assert stacks[-1].narrows is None


def test_days_to_come_are_dashed_once_there_is_a_habit(
    team: Team, alice: User, charge: Charge, report: Report
) -> None:
    for back in (3, 2, 1):  # Monday to Wednesday
        with time_machine.travel(NOON - timedelta(days=back), tick=False):
            charge(alice, 20)
    with time_machine.travel(NOON, tick=False):
        charge(alice, 5)
        shown = report()
        dashed = {
            column.day.day: column.expected for column in drawn(shown).columns if column.expected_y
        }
    assert dashed == {19: 15, 20: 20, 23: 20, 24: 20, 25: 20, 26: 20, 27: 20, 30: 20}
    assert (shown.total, shown.still_expected, shown.foretold) == (65, 155, 220)
