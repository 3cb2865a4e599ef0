"""The page of credits: who sees it, what is booked once, and what is said."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.credits import ledger
from generations.credits.models import Account, Entry, EntryKind, Payment
from generations.teams.models import AuditEntry, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db

GRANT = {
    "grant-credits": "3000",
    "grant-mode": "live",
    "grant-money": "90.00",
    "grant-currency": "eur",
    "grant-invoice": "INV-2112",
    "grant-reason": "For Arts Week",
}
ADJUSTMENT = {
    "adjustment-credits": "-50",
    "adjustment-mode": "live",
    "adjustment-reason": "Counted twice",
}


def address(team: Team, name: str = "credits") -> str:
    return reverse(name, args=[team.slug])


def text(browser: Client, team: Team) -> str:
    page = browser.get(address(team)).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def browser(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def test_before_the_first_grant_only_the_daily_limits_bind(browser: Client, team: Team) -> None:
    page = text(browser, team)
    assert page.count("No wallet") == 2
    assert "1,000 credits a day" in page and "3 pictures at once" in page


def test_a_grant_keeps_who_why_the_money_and_the_invoice(
    browser: Client, team: Team, alice: User
) -> None:
    assert browser.post(address(team, "grants"), GRANT).status_code == 302
    entry = Entry.objects.get(kind=EntryKind.GRANT)
    assert (entry.posted, entry.user, entry.reason) == (3000, alice, "For Arts Week")
    paid = entry.payment
    assert (paid.money, paid.currency, paid.invoice) == (Decimal(90), "EUR", "INV-2112")
    page = text(browser, team)
    assert "Invoice INV-2112" in page and "90.00 EUR" in page and "+3,000" in page
    act = AuditEntry.objects.get(action="credits.granted")
    assert (act.actor, act.detail["credits"], act.detail["invoice"]) == (alice, 3000, "INV-2112")


def test_each_line_leads_to_its_entries(browser: Client, team: Team) -> None:
    browser.post(address(team, "grants"), GRANT)
    [link] = re.findall(
        r'href="([^"]+kind=grant[^"]+)"', browser.get(address(team)).content.decode()
    )
    page = browser.get(link.replace("&amp;", "&")).content.decode()
    assert "Invoice INV-2112" in page and "3,000" in page


def test_an_invoice_is_entered_once_whatever_its_letters(browser: Client, team: Team) -> None:
    browser.post(address(team, "grants"), GRANT)
    answer = browser.post(address(team, "grants"), GRANT | {"grant-invoice": "inv-2112"})
    assert answer.status_code == 422
    assert "Invoice INV-2112 was entered before: 3,000 credits" in answer.content.decode()
    assert Entry.objects.filter(kind=EntryKind.GRANT).count() == 1
    assert Account.objects.get(team=team, mode=Mode.LIVE, kind="wallet").posted == 3000


def test_another_team_may_have_the_same_invoice_number(
    browser: Client, team: Team, other_team: Team, charlie: User, sign_in: SignIn
) -> None:
    browser.post(address(team, "grants"), GRANT)
    answer = sign_in(charlie).post(address(other_team, "grants"), GRANT)
    assert answer.status_code == 302
    assert Payment.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"grant-credits": "0"},
        {"grant-credits": "many"},
        {"grant-mode": "imaginary"},
        {"grant-currency": ""},
        {"grant-currency": "EURO"},
        {"grant-money": "-1"},
        {"grant-mode": "test"},  # practice costs nothing
    ],
)
def test_a_grant_that_makes_no_sense_is_said_and_not_booked(
    browser: Client, team: Team, wrong: dict[str, str]
) -> None:
    answer = browser.post(address(team, "grants"), GRANT | wrong)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert not Entry.objects.exists()
    assert not AuditEntry.objects.filter(action="credits.granted").exists()


def test_a_form_that_is_sent_twice_is_booked_once(browser: Client, team: Team) -> None:
    plain = {"grant-credits": "10", "grant-mode": "test", "seen": "0"}
    assert browser.post(address(team, "grants"), plain).status_code == 302
    again = browser.post(address(team, "grants"), plain)
    assert again.status_code == 422 and "Meanwhile" in again.content.decode()
    newest = re.search(r'name="seen" value="(\d+)"', again.content.decode())
    assert newest is not None
    assert browser.post(address(team, "grants"), plain | {"seen": newest[1]}).status_code == 302
    assert Entry.objects.filter(kind=EntryKind.GRANT).count() == 2


def test_a_adjustment_says_why(browser: Client, team: Team, alice: User) -> None:
    browser.post(address(team, "grants"), GRANT)
    assert browser.post(address(team, "adjustments"), ADJUSTMENT).status_code == 302
    entry = Entry.objects.get(kind=EntryKind.ADJUST)
    assert (entry.posted, entry.posted_after, entry.user) == (-50, 2950, alice)
    assert "Counted twice" in text(browser, team) and "−50" in text(browser, team)
    assert AuditEntry.objects.get(action="credits.adjusted").detail["credits"] == -50


@pytest.mark.parametrize(
    "wrong",
    [
        {"adjustment-reason": " "},
        {"adjustment-credits": "0"},
        {"adjustment-credits": "-3001"},  # more than is left
        {"adjustment-mode": "test"},  # no wallet there
    ],
)
def test_a_adjustment_that_the_books_refuse_changes_nothing(
    browser: Client, team: Team, wrong: dict[str, str]
) -> None:
    browser.post(address(team, "grants"), GRANT)
    answer = browser.post(address(team, "adjustments"), ADJUSTMENT | wrong)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert not Entry.objects.filter(kind=EntryKind.ADJUST).exists()


@pytest.mark.parametrize("name", ["credits", "grants", "adjustments"])
def test_members_reviewers_and_strangers_have_no_part_in_it(
    team: Team, bob: User, carol: User, charlie: User, sign_in: SignIn, name: str
) -> None:
    for user, status in ((bob, 403), (carol, 403), (charlie, 404)):
        ask = sign_in(user).get if name == "credits" else sign_in(user).post
        assert ask(address(team, name)).status_code == status


def test_a_frozen_wallet_says_what_that_means(browser: Client, team: Team) -> None:
    ledger.freeze(Account.objects.get(team=team, mode=Mode.LIVE, kind="wallet"))
    page = text(browser, team)
    assert "Frozen since" in page and "thaw_account" in page


def test_the_history_goes_on_on_the_next_page(browser: Client, team: Team) -> None:
    for number in range(13):
        ledger.grant(team, Mode.LIVE, 10, reason=f"Grant number {number};")
    first = text(browser, team)
    assert "number 12;" in first and "number 1;" not in first
    [link] = re.findall(r'href="([^"]+after=[^"]+)"', browser.get(address(team)).content.decode())
    older = browser.get(link).content.decode()
    assert "number 2;" in older and "number 3;" not in older
    assert browser.get(address(team) + "?after=nonsense").status_code == 302


def test_ten_more_lines_ask_no_more_questions(browser: Client, team: Team) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            browser.get(address(team))
        return len(asked)

    ledger.grant(team, Mode.LIVE, 10)
    few = count()
    for _ in range(10):
        ledger.grant(team, Mode.LIVE, 10)
    assert count() == few
