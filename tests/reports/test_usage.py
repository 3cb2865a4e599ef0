from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.keys.models import UpstreamKey
from generations.reports import period
from generations.reports.usage import main_mode, usage
from generations.teams import days
from generations.teams.models import Membership, Role, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn
from tests.reports.conftest import Charge


def test_each_person_has_today_their_limit_and_the_days_sum(
    team: Team, alice: User, bob: User, charge: Charge
) -> None:
    charge(alice, 15)
    charge(bob, 10)
    charge(bob, 12)
    Membership.objects.filter(user=bob).update(daily_limit=50)
    report = usage(team, period.fortnight(team), Mode.TEST)
    figures = {row.user: (row.today, row.limit, row.total) for row in report.rows}
    assert figures == {bob: (22, 50, 22), alice: (15, 1000, 15)}
    assert (report.spent_today, report.total, sum(report.by_day)) == (37, 37, 37)
    assert [row.user for row in report.rows] == [bob, alice]


def test_a_charge_belongs_to_the_teams_day_not_to_utc(
    team: Team, alice: User, charge: Charge
) -> None:
    Team.objects.filter(pk=team.pk).update(time_zone="Pacific/Auckland")
    team.refresh_from_db()
    with time_machine.travel(datetime(2026, 11, 5, 13, tzinfo=UTC), tick=False):
        charge(alice, 15)
        report = usage(team, period.fortnight(team), Mode.TEST)
    assert report.today == date(2026, 11, 6)
    assert report.rows[0].by_day == [0] * 13 + [15]


def test_what_was_before_the_period_is_not_in_it(team: Team, alice: User, charge: Charge) -> None:
    with time_machine.travel(datetime(2026, 10, 31, 12, tzinfo=UTC), tick=False):
        charge(alice, 20)
    with time_machine.travel(datetime(2026, 11, 3, 12, tzinfo=UTC), tick=False):
        charge(alice, 15)
        assert usage(team, period.month("2026-11"), Mode.TEST).total == 15
        assert usage(team, period.month("2026-10"), Mode.TEST).total == 20
        assert usage(team, period.fortnight(team), Mode.TEST).total == 35


def test_who_left_keeps_their_row(team: Team, bob: User, charge: Charge) -> None:
    charge(bob, 15)
    Membership.objects.filter(user=bob).delete()
    [row] = [row for row in usage(team, period.fortnight(team), Mode.TEST).rows if row.user == bob]
    assert (row.total, row.is_member, row.limit) == (15, False, None)


def test_practice_is_left_out_once_there_is_a_live_key(
    team: Team, alice: User, charge: Charge, live_key: UpstreamKey
) -> None:
    charge(alice, 15)
    charge(alice, 18, mode="live")
    assert main_mode(team) == Mode.LIVE
    assert usage(team, period.fortnight(team), Mode.LIVE).total == 18
    assert usage(team, period.fortnight(team), Mode.TEST).total == 15


def test_a_team_that_only_practises_sees_practice(team: Team) -> None:
    assert main_mode(team) == Mode.TEST


def test_ten_more_members_cost_no_more_queries(
    team: Team, alice: User, bob: User, charge: Charge, person: Any
) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            usage(team, period.fortnight(team), Mode.TEST)
        return len(queries)

    charge(bob, 15)
    before = count()
    for number in range(10):
        user = person(f"Member{number}")
        Membership.objects.create(team=team, user=user, role=Role.MEMBER)
        charge(user, 15)
    assert count() == before


# --- the page ------------------------------------------------------------------------------------
def page(browser: Any, team: Team, query: str = "") -> str:
    answer = browser.get(reverse("usage", args=[team.slug]) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_page_shows_two_people_today_spent_and_limit(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    charge(alice, 15)
    charge(bob, 12)
    text = page(sign_in(alice), team)
    assert "Alice" in text and "Bob" in text
    assert ">15</a> of 1,000" in text and ">12</a> of 1,000" in text
    day = days.today(team).isoformat()
    assert f"?day={day}&amp;user={bob.pk}&amp;mode=test" in text
    assert "only practised" in text
    assert text.count('class="chart__bar"') == 2
    assert "style=" not in text


def test_a_member_sees_only_their_own_row_and_a_reviewer_the_teams(
    team: Team, alice: User, bob: User, carol: User, charge: Charge, sign_in: SignIn
) -> None:
    charge(alice, 15)
    charge(bob, 12)
    mine = page(sign_in(bob), team)
    assert (
        ">12</a> of 1,000" in mine and ">15</a> of 1,000" not in mine and str(alice.pk) not in mine
    )
    theirs = page(sign_in(carol), team)
    assert ">12</a> of 1,000" in theirs and ">15</a> of 1,000" in theirs


def test_practice_is_on_the_page_only_when_asked_for_where_there_is_a_live_key(
    team: Team, alice: User, charge: Charge, live_key: UpstreamKey, sign_in: SignIn
) -> None:
    charge(alice, 17)
    browser = sign_in(alice)
    assert ">17</a> of 1,000" not in page(browser, team)
    assert ">17</a> of 1,000" in page(browser, team, "?mode=test")


def test_a_month_that_is_none_is_said(team: Team, alice: User, sign_in: SignIn) -> None:
    answer = sign_in(alice).get(reverse("usage", args=[team.slug]) + "?month=2026-13")
    assert answer.status_code == 422
    assert "written like 2026-11" in answer.content.decode()


@pytest.mark.parametrize("name", ["usage", "entries", "usage_csv", "meter"])
def test_a_stranger_gets_404_and_a_visitor_signs_in(
    team: Team, charlie: User, sign_in: SignIn, client: Any, name: str
) -> None:
    address = reverse(name, args=[team.slug])
    assert sign_in(charlie).get(address).status_code == 404
    assert reverse("account_login") in client.get(address).headers["Location"]


def test_the_meter_falls_by_what_was_charged(
    team: Team, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    browser, address = sign_in(bob), reverse("meter", args=[team.slug])
    assert "1,000" in browser.get(address).content.decode()
    charge(bob, 15)
    text = browser.get(address).content.decode()
    assert "985" in text and "your plan" in text
    Membership.objects.filter(user=bob).update(daily_limit=20)
    assert "your limit" in browser.get(address).content.decode()


def test_months_go_back_to_the_founding_of_the_team(team: Team) -> None:
    now = days.today(team)
    assert [each.month for each in period.months(team)] == [f"{now:%Y-%m}"]
    Team.objects.filter(pk=team.pk).update(created_at=team.created_at - timedelta(days=800))
    team.refresh_from_db()
    assert len(period.months(team)) == 12
