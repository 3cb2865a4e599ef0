import csv
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.credits import ledger
from generations.keys.models import UpstreamKey
from generations.prompts import library
from generations.reports.table import safe
from generations.teams import days, projects
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn
from tests.reports.conftest import Charge, Report


def entries(browser: Client, team: Team, query: str = "") -> str:
    answer = browser.get(reverse("entries", args=[team.slug]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def table(browser: Client, team: Team, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(reverse("usage_csv", args=[team.slug]) + query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(StringIO(text)))


def test_each_charge_leads_to_its_picture(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    made = charge(bob, 15, "A red boat")
    text = entries(sign_in(alice), team)
    assert reverse("picture", args=[team.slug, made.image.pk]) in text
    assert "A red boat" in text and f"?reference={made.pk}" in text


def test_filters_narrow_by_day_person_project_and_job(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    harvest = projects.add(team, alice, "Harvest")
    charge(alice, 15, "boat one")
    made = charge(bob, 12, "boat two", project=harvest)
    with time_machine.travel(datetime.now(UTC).replace(hour=12) - timedelta(days=3)):
        charge(bob, 11, "boat three")
    browser, today = sign_in(alice), days.today(team)

    def shown(query: str) -> set[str]:
        text = entries(browser, team, query)
        return {word for word in ("one", "two", "three") if f"boat {word}" in text}

    assert shown("") == {"one", "two", "three"}
    assert shown(f"?day={today}") == {"one", "two"}
    assert shown(f"?user={bob.pk}") == {"two", "three"}
    assert shown(f"?project={harvest.pk}") == {"two"}
    assert shown(f"?reference={made.pk}") == {"two"}
    assert shown("?mode=live") == set()


def test_a_jobs_own_page_tells_its_whole_history(
    team: Team, alice: User, charge: Charge, sign_in: SignIn
) -> None:
    made = charge(alice, 15)
    text = entries(sign_in(alice), team, f"?reference={made.pk}")
    assert "Held" in text and "Charged" in text


def test_what_is_held_now_adds_up_to_what_the_page_of_usage_says(
    team: Team, alice: User, bob: User, ask: Charge, charge: Charge, report: Report, sign_in: SignIn
) -> None:
    ask(bob, "A boat that waits")
    charge(bob, 15, "A boat that is there")
    browser = sign_in(alice)
    answer = browser.get(reverse("entries", args=[team.slug]), {"kind": "open"})
    assert answer.context["held"] == report().held == 20
    text = answer.content.decode()
    assert "A boat that waits" in text and "A boat that is there" not in text
    assert "credits held for 1 picture under way" in text


def test_a_prompt_has_its_entries_and_so_has_what_is_of_none(
    team: Team, alice: User, charge: Charge, sign_in: SignIn
) -> None:
    version = library.save(team, alice, "Boats", "A boat", {})
    charge(alice, 15, "boat one", prompt_version=version)
    charge(alice, 12, "boat two")
    browser = sign_in(alice)
    one = entries(browser, team, f"?prompt={version.prompt_id}")
    assert "boat one" in one and "boat two" not in one and "Boats" in one
    other = entries(browser, team, "?prompt=none")
    assert "boat two" in other and "boat one" not in other


def test_a_grant_is_listed_with_its_reason(team: Team, alice: User, sign_in: SignIn) -> None:
    with transaction.atomic():
        ledger.grant(team, Mode.TEST, 36_000, actor=alice, reason="INV-7")
    text = entries(sign_in(alice), team, "?kind=grant")
    assert "INV-7" in text and "36,000" in text


def test_nothing_held_is_said(team: Team, alice: User, sign_in: SignIn) -> None:
    assert "Nothing is held now" in entries(sign_in(alice), team, "?kind=open")


def test_a_member_sees_nobody_elses_charges_whatever_they_ask(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    made = charge(alice, 15, "Alice’s boat")
    charge(bob, 12, "Bob’s boat")
    browser = sign_in(bob)
    for query in ("", f"?user={alice.pk}", f"?reference={made.pk}"):
        assert "Alice’s boat" not in entries(browser, team, query)
    assert [row["prompt"] for row in table(browser, team)] == ["Bob’s boat"]


def test_a_private_picture_is_charged_in_the_report_and_not_shown(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    made = charge(bob, 15, "A secret boat", is_private=True)
    browser = sign_in(alice)
    text = entries(browser, team)
    assert "A secret boat" not in text and str(made.image.pk) not in text
    assert "a private picture" in text
    [row] = table(browser, team)
    assert (row["credits"], row["prompt"]) == ("15", "")
    assert "A secret boat" in entries(sign_in(bob), team)


def test_another_teams_entries_are_not_there(
    team: Team, alice: User, charge: Charge, other_team: Team, charlie: User, sign_in: SignIn
) -> None:
    made = charge(alice, 15, "A red boat")
    for query in ("", f"?reference={made.pk}", f"?user={alice.pk}"):
        assert "A red boat" not in entries(sign_in(charlie), other_team, query)


def test_nobodys_name_is_told_who_is_not_of_the_team_and_has_no_entry(
    team: Team, alice: User, bob: User, charge: Charge, charlie: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    assert "Charlie" not in entries(browser, team, f"?user={charlie.pk}")
    assert "Bob" in entries(browser, team, f"?user={bob.pk}")
    charge(bob, 12)
    Membership.objects.filter(user=bob).delete()
    assert "Bob" in entries(browser, team, f"?user={bob.pk}")


def test_bad_filters_are_said(team: Team, alice: User, sign_in: SignIn) -> None:
    browser = sign_in(alice)
    for query in ("?day=yesterday", "?user=bob", "?mode=imaginary", "?kind=gift"):
        answer = browser.get(reverse("entries", args=[team.slug]) + query)
        assert answer.status_code == 422
    assert browser.get(reverse("entries", args=[team.slug]) + "?after=x").status_code == 302


def test_pages_show_every_entry_once(
    team: Team, alice: User, charge: Charge, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generations.reports.entries_views.PAGE", 2)
    names = [f"boat number {n}." for n in range(5)]
    for name in names:
        charge(alice, 10, name)
    browser, query, seen = sign_in(alice), "", []
    for _page in range(3):
        answer = browser.get(reverse("entries", args=[team.slug]) + query)
        seen += [line.generation.prompt for line in answer.context["lines"]]
        query = f"?after={answer.context['next_cursor']}"
    assert seen == names[::-1]


def test_ten_more_entries_cost_no_more_queries(
    team: Team, alice: User, charge: Charge, sign_in: SignIn
) -> None:
    browser = sign_in(alice)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            entries(browser, team)
        return len(queries)

    charge(alice, 15)
    before = count()
    for _number in range(10):
        charge(alice, 15)
    assert count() == before


def test_the_csv_adds_up_to_the_page(
    team: Team, alice: User, bob: User, charge: Charge, report: Report, sign_in: SignIn
) -> None:
    for cost in (15, 12, 20):
        charge(bob, cost)
    charge(alice, 10)
    with transaction.atomic():
        ledger.grant(team, Mode.TEST, 500, actor=alice, reason="a gift")
    rows = table(sign_in(alice), team)
    assert sum(int(row["credits"]) for row in rows) == report().total == 57
    assert {row["email"] for row in rows} == {"alice@example.com", "bob@example.com"}


def test_the_csv_has_the_days_and_the_mode_that_were_asked_for(
    team: Team, alice: User, charge: Charge, live_key: UpstreamKey, sign_in: SignIn
) -> None:
    Team.objects.filter(pk=team.pk).update(time_zone="Pacific/Auckland")
    with time_machine.travel(datetime(2026, 10, 31, 12, tzinfo=UTC), tick=False):
        charge(alice, 15)
        charge(alice, 18, mode="live")
        browser = sign_in(alice)
        [row] = table(browser, team, "?month=2026-11&mode=test")
        assert (row["day"], row["credits"], row["mode"]) == ("2026-11-01", "15", "test")
        assert row["time"] == "2026-11-01T01:00:00+13:00"
        assert [row["credits"] for row in table(browser, team)] == ["18"]
        assert table(browser, team, "?month=2026-10&mode=test") == []


def test_the_csv_refuses_a_month_that_is_none(team: Team, alice: User, sign_in: SignIn) -> None:
    answer = sign_in(alice).get(reverse("usage_csv", args=[team.slug]) + "?month=soon")
    assert answer.status_code == 422


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_starts_like_a_formula_is_only_text(start: str) -> None:
    assert safe(f"{start}1") == f"'{start}1"


def test_a_formula_in_a_prompt_reaches_the_csv_as_text(
    team: Team, alice: User, charge: Charge, sign_in: SignIn
) -> None:
    charge(alice, 15, '=HYPERLINK("http://evil.example","x")')
    [row] = table(sign_in(alice), team)
    assert row["prompt"].startswith("'=")


def test_a_hundred_rows_of_csv_take_two_queries_a_page(
    team: Team, alice: User, charge: Charge, sign_in: SignIn
) -> None:
    browser = sign_in(alice)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            table(browser, team)
        return len(queries)

    charge(alice, 15)
    before = count()
    for _number in range(10):
        charge(alice, 15)
    assert count() == before


def test_the_entries_of_batches_are_what_the_desk_sums_up(
    team: Team, alice: User, other_team: Team, charge: Charge, sign_in: SignIn
) -> None:
    one, two = charge(alice, 15, "boat one"), charge(alice, 15, "boat two")
    charge(alice, 15, "boat three")
    browser = sign_in(alice)
    both = entries(browser, team, f"?batch={one.batch_id},{two.batch_id}")
    assert "boat one" in both and "boat two" in both and "boat three" not in both
    assert re.search(r">30</span>\s*<span[^>]*>credits charged, 2 entries", both)
    history = entries(browser, team, f"?batch={one.batch_id}&kind=all")
    assert "Held" in history and "boat two" not in history
    assert "boat" not in entries(browser, team, f"?batch={other_team.pk}")
    answer = browser.get(reverse("entries", args=[team.slug]), {"batch": "nonsense"})
    assert answer.status_code == 422
