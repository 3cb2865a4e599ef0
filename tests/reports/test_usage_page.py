"""The usage page: everybody's figures, one's own, and where each number leads."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.credits import ledger
from generations.keys.models import UpstreamKey
from generations.teams import projects
from generations.teams.models import Membership, Role, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn
from tests.reports.conftest import Charge, Person
from tests.reports.reading import figures, hrefs

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)  # a Thursday


def page(browser: Client, team: Team, query: str = "", **headers: str) -> str:
    answer = browser.get(reverse("usage", args=[team.slug]) + query, headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_page_shows_two_people_today_spent_and_limit(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    charge(alice, 15)
    charge(bob, 12)
    text = page(sign_in(alice), team)
    assert figures(text, alice) == ["15", "15", "15", "55.6 %", "15 of 1,000"]
    assert figures(text, bob) == ["12", "12", "12", "44.4 %", "12 of 1,000"]
    assert "only practised" in text
    assert text.count('class="chart__bar"') == 2
    assert "style=" not in text


@pytest.mark.parametrize("whose", ["everybody", "bob"])
def test_a_nought_leads_nowhere(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn, whose: str
) -> None:
    charge(alice, 15)
    text = page(sign_in(alice), team, f"?user={bob.pk}" if whose == "bob" else "")
    assert figures(text, bob)[:3] == ["0", "0", "0"]
    assert "0" not in [figure for _address, figure in hrefs(text)]


def test_every_figure_opens_its_entries_and_they_add_up_to_it(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    harvest = projects.add(team, alice, "Harvest")
    for back, cost in ((3, 1), (1, 2), (0, 4)):
        with time_machine.travel(NOON - timedelta(days=back), tick=False):
            charge(alice, cost, project=harvest)
            charge(bob, 10)
    with time_machine.travel(NOON, tick=False):
        browser = sign_in(alice)
        for query in ("", f"?project={harvest.pk}", f"?user={bob.pk}", "?by=projects"):
            opened = 0
            for address, figure in hrefs(page(browser, team, query)):
                sums = browser.get(address).context
                assert f"{sums['charged']:,}" == figure, address
                opened += 1
            assert opened >= 4


def test_filters_narrow_the_page_and_the_csv_alike(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    harvest = projects.add(team, alice, "Harvest")
    charge(alice, 15, project=harvest)
    charge(bob, 10, project=harvest)
    charge(bob, 12)
    browser = sign_in(alice)
    address = reverse("usage_csv", args=[team.slug])
    for query, total in (
        ("", 37),
        (f"?project={harvest.pk}", 25),
        ("?project=none", 12),
        (f"?user={bob.pk}", 22),
        (f"?user={bob.pk}&project={harvest.pk}", 10),
    ):
        answer = browser.get(reverse("usage", args=[team.slug]) + query)
        assert answer.context["report"].total == total
        lines = b"".join(browser.get(address + query).streaming_content).decode()  # type: ignore[attr-defined]
        assert sum(int(line.split(",")[6]) for line in lines.splitlines()[1:]) == total
        csv = f"{address}{query}".replace("&", "&amp;")
        assert f'href="{csv}"' in answer.content.decode()


def test_a_member_sees_only_their_own_row_and_a_reviewer_the_teams(
    team: Team, alice: User, bob: User, carol: User, charge: Charge, sign_in: SignIn
) -> None:
    charge(alice, 15)
    charge(bob, 12)
    for query in ("", f"?user={alice.pk}", "?by=projects"):
        mine = page(sign_in(bob), team, query)
        assert "Alice" not in mine and ">15</a>" not in mine and ">27</a>" not in mine
        assert ">12</a>" in mine
    theirs = page(sign_in(carol), team)
    assert figures(theirs, alice)[0] == "15" and figures(theirs, bob)[0] == "12"
    assert "Your day" not in theirs


def test_practice_is_on_the_page_only_when_asked_for_where_there_is_a_live_key(
    team: Team, alice: User, charge: Charge, live_key: UpstreamKey, sign_in: SignIn
) -> None:
    charge(alice, 17)
    browser = sign_in(alice)
    assert figures(page(browser, team), alice)[0] == "0"
    assert figures(page(browser, team, "?mode=test"), alice)[0] == "17"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?month=2026-13", "written like 2026-11"),
        ("?user=bob", "Select a valid choice"),
        ("?project=x", "Select a valid choice"),
        ("?by=x", "Select a valid choice"),
    ],
)
def test_a_filter_that_is_none_is_said(
    team: Team, alice: User, sign_in: SignIn, query: str, words: str
) -> None:
    answer = sign_in(alice).get(reverse("usage", args=[team.slug]) + query)
    assert answer.status_code == 422
    assert words in answer.content.decode()


@pytest.mark.parametrize("name", ["usage", "entries", "usage_csv", "meter"])
def test_a_stranger_gets_404_and_a_visitor_signs_in(
    team: Team, charlie: User, sign_in: SignIn, client: Any, name: str
) -> None:
    address = reverse(name, args=[team.slug])
    assert sign_in(charlie).get(address).status_code == 404
    assert reverse("account_login") in client.get(address).headers["Location"]


def test_htmx_gets_the_report_alone_and_going_back_the_whole_page(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    part = page(browser, team, **{"HX-Request": "true"})
    assert "<html" not in part and part.strip().startswith('<div id="usage"')
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in page(browser, team, **back)


def test_the_limit_that_binds_first_is_flagged(
    team: Team, alice: User, charge: Charge, sign_in: SignIn
) -> None:
    charge(alice, 15)
    browser = sign_in(alice)

    def first() -> str:
        bounds = browser.get(reverse("usage", args=[team.slug])).context["bounds"]
        [flagged] = [bound for bound in bounds if bound.is_first]
        return f"{flagged.name} {flagged.left}"

    assert first() == "Your plan, today 985"
    UpstreamKey.objects.filter(team=team).update(daily_limit=600, daily_unit="credits")
    assert first() == "Practice, today 600"
    UpstreamKey.objects.filter(team=team).update(daily_limit=600, daily_unit="jobs")
    assert first() == "Your plan, today 985"
    with transaction.atomic():
        ledger.grant(team, Mode.TEST, 400, actor=alice)
    assert first() == "Team wallet 400"
    UpstreamKey.objects.filter(team=team).update(daily_limit=0, daily_unit="jobs")
    assert first() == "Practice, today 0"


def test_the_wallet_has_a_last_day_once_there_is_a_habit(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    with time_machine.travel(NOON - timedelta(days=3), tick=False), transaction.atomic():
        ledger.grant(team, Mode.TEST, 145, actor=alice, reason="INV-7")
    for back in (3, 2, 1):
        with time_machine.travel(NOON - timedelta(days=back), tick=False):
            charge(alice, 15)
    with time_machine.travel(NOON, tick=False):
        text = page(sign_in(alice), team)
        assert "145 granted 16 November" in text and "INV-7" in text
        # 100 are left, at 15 a working day: 19th to 27th are seven days, the 28th and 29th none.
        assert "The wallet runs out on" in text and "27 Nov" in text
        assert "The wallet runs out on" not in page(sign_in(bob), team)


def test_an_empty_page_says_when_something_is_charged(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    text = page(sign_in(alice), team)
    assert "Nothing spent yet" in text and "What fails or is cancelled is free" in text
    assert "days-chart" not in text


def test_ten_more_members_with_projects_cost_no_more_queries(
    team: Team, alice: User, charge: Charge, person: Person, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    with transaction.atomic():
        ledger.grant(team, Mode.TEST, 10_000, actor=alice)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(browser, team)
        return len(queries)

    charge(alice, 15)
    page(browser, team)
    before = count()
    for number in range(10):
        user = person(f"Member{number}")
        Membership.objects.create(team=team, user=user, role=Role.MEMBER)
        charge(user, 15, project=projects.add(team, alice, f"Project {number}"))
    assert count() == before


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
