"""A notice ends by itself, at once, when what it tells is no longer so."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.alerts import letters, watch
from generations.alerts.models import Letter, LetterState, MailChoice, Notice, Rule
from generations.alerts.truth import count_unread
from generations.credits import ledger
from generations.credits.accounts import wallet
from generations.credits.models import UserDay
from generations.keys.models import UpstreamKey
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.alerts.test_notices import kinds, page, spend
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def marked(browser: Client, team: Team) -> bool:
    return "unread" in browser.get(reverse("notice_mark", args=[team.slug])).content.decode()


def unread(team: Team, user: User) -> int:
    return count_unread(Membership.objects.select_related("team", "user").get(team=team, user=user))


def test_a_limit_that_was_raised_ends_the_notice_and_the_next_one_is_told_anew(
    team: Team, bob: User, sign_in: SignIn
) -> None:
    member = Membership.objects.filter(user=bob)
    member.update(daily_limit=400)
    spend(team, bob, 390)
    watch.watch(team)
    browser = sign_in(bob)
    assert marked(browser, team) and "new</span>" in page(browser, team)
    member.update(daily_limit=800)
    assert not marked(browser, team)
    text = page(browser, team)
    assert "No longer so: the limit was raised." in text and "new</span>" not in text
    assert watch.watch(team) == 0
    UserDay.objects.update(spent=790)
    assert not marked(browser, team) and "Told anew since." in page(browser, team)
    assert watch.watch(team) == 1
    assert marked(browser, team)
    assert "You have spent 790 of your 800 credits a day." in page(browser, team)


def test_a_day_that_is_over_ends_its_notices(team: Team, bob: User, sign_in: SignIn) -> None:
    spend(team, bob, 985)
    watch.watch(team)
    Notice.objects.update(day=F("day") - timedelta(days=1))
    browser = sign_in(bob)
    assert not marked(browser, team)
    assert "That day is over: a new one has begun." in page(browser, team)


def test_credit_that_came_ends_the_notice_of_a_low_wallet(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    ledger.grant(team, Mode.TEST, 1000, actor=alice)
    ledger.adjust(team, Mode.TEST, -901, actor=alice, reason="moved")
    watch.watch(team)
    browser = sign_in(alice)
    assert marked(browser, team)
    ledger.grant(team, Mode.TEST, 500, actor=alice)
    assert not marked(browser, team)
    assert "No longer so: there is enough in the wallet again." in page(browser, team)
    Rule.objects.create(team=team, wallet_low=2000)
    assert watch.watch(team) == 1
    assert marked(browser, team)


def test_a_wallet_that_is_low_again_is_told_once(team: Team, alice: User) -> None:
    ledger.grant(team, Mode.TEST, 1000, actor=alice)
    for _time in range(2):
        ledger.adjust(team, Mode.TEST, -901, actor=alice, reason="moved")
        watch.watch(team)
        ledger.adjust(team, Mode.TEST, 901, actor=alice, reason="moved back")
    ledger.adjust(team, Mode.TEST, -901, actor=alice, reason="moved")
    assert unread(team, alice) == 0
    assert watch.watch(team) == 1
    assert unread(team, alice) == 1


def test_an_account_that_is_frozen_again_is_told_once(team: Team, alice: User) -> None:
    for _time in range(2):
        ledger.thaw(team, Mode.TEST)
        ledger.freeze(wallet(team, Mode.TEST))
        assert watch.watch(team) == 1
        assert unread(team, alice) == 1


def test_a_trouble_that_lasts_for_days_is_told_each_day_and_only_the_last_stands(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    UpstreamKey.objects.filter(team=team).update(state="rejected")
    watch.watch(team)
    Notice.objects.update(day=F("day") - timedelta(days=1))
    assert watch.watch(team) == 1
    assert unread(team, alice) == 1
    assert page(sign_in(alice), team).count("Told anew since.") == 1


@pytest.mark.parametrize("state", ["rejected", "exhausted"])
def test_a_key_in_use_again_ends_its_notice(
    team: Team, alice: User, sign_in: SignIn, state: str
) -> None:
    keys = UpstreamKey.objects.filter(team=team)
    keys.update(state=state)
    watch.watch(team)
    browser = sign_in(alice)
    assert marked(browser, team)
    keys.update(state="active")
    assert not marked(browser, team)
    assert "that key is no longer in this trouble." in page(browser, team)


def test_a_key_that_is_in_its_first_trouble_again_on_one_day_has_a_notice_that_holds(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    for state in ("exhausted", "rejected", "exhausted"):
        UpstreamKey.objects.filter(team=team).update(state=state)
        watch.watch(team)
    assert unread(team, alice) == 1
    text = page(sign_in(alice), team)
    assert "Told anew since." not in text
    assert text.count("that key is no longer in this trouble.") == 1


def test_an_account_that_is_open_again_ends_its_notice(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    ledger.freeze(wallet(team, Mode.TEST))
    watch.watch(team)
    browser = sign_in(alice)
    assert marked(browser, team)
    ledger.thaw(team, Mode.TEST)
    assert not marked(browser, team)
    assert "the account is open again" in page(browser, team)


def test_what_happened_on_a_day_stays_true(team: Team, alice: User, sign_in: SignIn) -> None:
    ledger.lose(team, Mode.TEST, 13, team.pk, "Above the hold")
    watch.watch(team)
    Notice.objects.update(day=F("day") - timedelta(days=3))
    browser = sign_in(alice)
    assert marked(browser, team) and "No longer so" not in page(browser, team)


def test_a_letter_that_is_no_longer_so_does_not_go_out(team: Team, bob: User) -> None:
    spend(team, bob, 985)
    watch.watch(team)
    assert kinds() == ["limit_reached"]
    Membership.objects.filter(user=bob).update(daily_limit=None)
    UserDay.objects.update(spent=0)
    letters.send(Letter.objects.get().pk)
    letter = Letter.objects.get()
    assert (letter.state, letter.note, mail.outbox) == (LetterState.FAILED, "No longer so.", [])
    assert not MailChoice.objects.exists()


def test_the_mark_costs_the_same_however_many_are_unread(team: Team, alice: User) -> None:
    membership = Membership.objects.select_related("team", "user").get(user=alice, team=team)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            count_unread(membership)
        return len(captured)

    assert queries() == 1
    spend(team, alice, 985)
    ledger.freeze(wallet(team, Mode.TEST))
    UpstreamKey.objects.update(state="rejected")
    watch.watch(team)
    few = queries()
    for number in range(10):
        UserDay.objects.update(spent=985)
        Membership.objects.filter(user=alice).update(daily_limit=990 - number)
        watch.watch(team)
    assert Notice.objects.count() > 10
    assert queries() <= few
