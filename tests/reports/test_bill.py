"""The bill: charged, paid but not charged and unexplained are what the upstream billed."""

import csv
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.credits import ledger
from generations.credits.models import Entry, EntryKind
from generations.credits.payments import Paid
from generations.keys.models import UpstreamKey
from generations.lifecycle.models import Attempt, Difference, Reconciliation
from generations.reports import bill, period
from generations.teams import days
from generations.teams.models import Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn
from tests.reports.conftest import Charge

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(team: Team) -> UpstreamKey:
    return UpstreamKey.objects.get(team=team)


@pytest.fixture
def month(team: Team, alice: User, bob: User, charge: Charge, key: UpstreamKey) -> Team:
    """37 charged, 6 of them unknown to the upstream; 13 lost; 5 more by the balance."""
    known, _other, unknown = charge(alice, 19), charge(alice, 12), charge(bob, 6)
    with transaction.atomic():
        ledger.lose(team, Mode.TEST, 13, known.pk, "Above the hold")
    today = days.today(team)
    row = Reconciliation.objects.create(
        team=team, upstream_key=key, day=today, since=days.starts_at(team, today),
        until=days.next_midnight(team), done_at=days.next_midnight(team), asked=3,
    )  # fmt: skip
    attempt = Attempt.objects.create(
        generation=unknown, n=1, upstream_key=key, upstream_id="gone", state="accepted"
    )
    find: dict[str, Any] = {"team": team, "reconciliation": row}
    Difference.objects.create(
        attempt=attempt, kind="unknown", billed=0, charged=6, unexplained=-6, **find
    )
    Difference.objects.create(kind="balance", billed=5, unexplained=5, **find)
    return team


def of(team: Team, mode: Mode = Mode.TEST) -> bill.Bill:
    return bill.bill(team, mode, period.this_month(team))


def page(browser: Client, team: Team, name: str = "bill", query: str = "") -> Any:
    answer = browser.get(reverse(name, args=[team.slug]) + query)
    assert answer.status_code == 200
    return answer


def test_the_three_lines_are_what_the_upstream_billed(month: Team) -> None:
    found = of(month)
    assert (found.charged, found.lost, found.unexplained) == (37, 13, -1)
    assert found.billed == 49
    assert found.differences == 2


def test_the_bill_equals_the_ledger_to_the_credit(month: Team, key: UpstreamKey) -> None:
    found = of(month)
    sums = dict(
        Entry.objects.filter(account__team=month).values_list("kind").annotate(Sum("posted"))
    )
    assert found.charged == -sums[EntryKind.SETTLE]
    assert found.lost == sums[EntryKind.LOSS]
    assert [line.key for line in found.lines] == [key]


def test_each_line_opens_entries_that_sum_to_it(
    month: Team, alice: User, sign_in: SignIn, key: UpstreamKey
) -> None:
    browser = sign_in(alice)
    text = page(browser, month).content.decode()
    first, last = period.this_month(month).first, period.this_month(month).last
    for kind, name, sum_ in (("settle", "charged", 37), ("loss", "lost", 13)):
        query = f"first={first}&amp;last={last}&amp;kind={kind}&amp;key={key.pk}&amp;mode=test"
        assert query in text
        opened = page(browser, month, "entries", f"?{query.replace('&amp;', '&')}")
        assert opened.context[name] == sum_
    shown = page(browser, month, "differences", f"?key={key.pk}").context["differences"]
    assert sum(row.unexplained for row in shown) == -1


def test_the_csv_sums_to_what_was_billed(month: Team, alice: User, sign_in: SignIn) -> None:
    answer = sign_in(alice).get(reverse("bill_csv", args=[month.slug]))
    rows = list(csv.DictReader(answer.getvalue().decode().splitlines()))
    assert sum(int(row["credits"]) for row in rows) == 49
    assert {row["key"] for row in rows} == {"Practice"}
    assert [row["line"] for row in rows].count("unexplained") == 2


def test_a_month_that_is_none_is_said_and_gives_no_file(
    month: Team, alice: User, sign_in: SignIn
) -> None:
    answer = sign_in(alice).get(reverse("bill_csv", args=[month.slug]), {"month": "2026-13"})
    assert answer.status_code == 422
    assert "text/csv" not in answer["Content-Type"] and answer.content
    differences = reverse("differences", args=[month.slug])
    assert sign_in(alice).get(differences, {"month": "2026-13"}).status_code == 422


def test_what_is_not_reconciled_yet_is_said(
    month: Team, alice: User, charge: Charge, sign_in: SignIn
) -> None:
    assert of(month).unconfirmed == 0
    assert "Billed by the upstream" in page(sign_in(alice), month).content.decode()
    Reconciliation.objects.update(done_at=None, due_at=days.next_midnight(month), trouble="Away")
    assert of(month).unconfirmed == 37
    text = page(sign_in(alice), month).content.decode()
    assert "37 credits are not reconciled yet" in text
    assert "The last try failed: Away" in text
    assert "Expected on the bill" in text and "Billed by the upstream" not in text


def test_jobs_nobody_could_ask_about_are_counted(month: Team, alice: User, sign_in: SignIn) -> None:
    Reconciliation.objects.update(unasked=2, unanswered=1)
    text = page(sign_in(alice), month).content.decode()
    assert "could not be asked about 2 jobs" in text
    assert "The answer to 1 job was lost" in text


def test_money_stands_there_only_when_every_credit_was_paid_in_one_currency(
    team: Team, alice: User, live_key: UpstreamKey
) -> None:
    def grant(credits: int, **paid: Any) -> None:
        ledger.grant(team, Mode.LIVE, credits, actor=alice, paid=Paid(**paid) if paid else None)

    assert of(team, Mode.LIVE).price is None
    grant(1000, money=Decimal("20.00"), currency="EUR")
    grant(1000, money=Decimal("10.00"), currency="EUR")
    price = of(team, Mode.LIVE).price
    assert price is not None
    assert (price.of(100), price.currency) == (Decimal("1.50"), "EUR")
    grant(500)
    assert of(team, Mode.LIVE).price is None


def test_two_currencies_have_no_mean(team: Team, alice: User) -> None:
    for currency in ("EUR", "USD"):
        paid = Paid(money=Decimal("20.00"), currency=currency)
        ledger.grant(team, Mode.LIVE, 1000, actor=alice, paid=paid)
    assert of(team, Mode.LIVE).price is None


def test_practice_is_no_part_of_the_real_bill(month: Team, live_key: UpstreamKey) -> None:
    found = of(month, Mode.LIVE)
    assert (found.billed, found.differences) == (0, 0)
    assert [line.key for line in found.lines] == [live_key]


def test_another_month_has_nothing_of_it(month: Team) -> None:
    before = period.this_month(month).first - timedelta(days=1)
    assert bill.bill(month, Mode.TEST, period.month(f"{before:%Y-%m}")).billed == 0


def test_a_member_who_sees_only_their_own_spend_is_refused(
    month: Team, bob: User, carol: User, sign_in: SignIn
) -> None:
    for name in ("bill", "differences", "bill_csv"):
        assert sign_in(bob).get(reverse(name, args=[month.slug])).status_code == 403
        assert sign_in(carol).get(reverse(name, args=[month.slug])).status_code == 200


def test_bad_input_is_said_and_narrows_nothing(month: Team, alice: User, sign_in: SignIn) -> None:
    browser = sign_in(alice)
    answer = browser.get(reverse("bill", args=[month.slug]) + "?month=soon")
    assert answer.status_code == 422
    assert "A month is written like 2026-11." in answer.content.decode()
    page(browser, month, "differences", "?key=none&month=&mode=")


def test_ten_more_entries_cost_no_more_queries(
    month: Team, alice: User, charge: Charge, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    page(browser, month)
    with CaptureQueriesContext(
        connection,
    ) as before:
        page(browser, month)
    for _number in range(10):
        charge(alice, 3)
    with CaptureQueriesContext(connection) as after:
        page(browser, month)
    assert len(after) == len(before)
