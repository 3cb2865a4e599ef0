"""What people are told: once, whom it concerns, in the hub and by e-mail to who wants it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db.models import F
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from generations.alerts import letters, receivers, watch
from generations.alerts.models import Kind, Letter, LetterState, MailChoice, Notice
from generations.core import clock, crypto
from generations.credits import ledger
from generations.credits.accounts import wallet
from generations.credits.models import UserDay
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle.models import Difference, Reconciliation
from generations.people.founding import found_team
from generations.teams import days
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn
from tests.engine import run_messages
from tests.lifecycle.making import ask, finish

pytestmark = pytest.mark.django_db


def spend(team: Team, user: User, spent: int, back: int = 0) -> None:
    day = days.today(team) - timedelta(days=back)
    UserDay.objects.create(team=team, user=user, day=day, mode=Mode.TEST, spent=spent)


def kinds(**narrow: Any) -> list[str]:
    return list(Notice.objects.filter(**narrow).order_by("id").values_list("kind", flat=True))


def page(browser: Client, team: Team) -> str:
    answer = browser.get(reverse("notices", args=[team.slug]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_four_fifths_of_a_daily_limit_are_told_to_the_member_alone_and_once(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    spend(team, bob, 799)
    assert watch.watch(team) == 0
    UserDay.objects.update(spent=800)
    assert (watch.watch(team), watch.watch(team)) == (1, 0)
    assert kinds(user=bob) == [Kind.LIMIT_NEAR]
    assert "You have spent 800 of your 1,000 credits" in page(sign_in(bob), team)
    assert "Nothing to tell you" in page(sign_in(alice), team)


def test_a_day_that_pays_for_no_more_picture_is_reached(team: Team, bob: User) -> None:
    spend(team, bob, 985)
    watch.watch(team)
    assert kinds() == [Kind.LIMIT_REACHED]


def test_a_low_wallet_is_told_once_until_somebody_adds_to_it(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    ledger.grant(team, Mode.TEST, 1000, actor=alice)
    ledger.adjust(team, Mode.TEST, -900, actor=alice, reason="moved")
    assert watch.watch(team) == 0  # a tenth is left, and below a tenth it is low
    ledger.adjust(team, Mode.TEST, -1, actor=alice, reason="moved")
    assert (watch.watch(team), watch.watch(team)) == (1, 0)
    Notice.objects.update(day=F("day") - timedelta(days=1))
    assert watch.watch(team) == 0
    assert "The team wallet has 99 credits left" in page(sign_in(alice), team)


def test_an_admin_says_what_low_is(team: Team, alice: User, bob: User, sign_in: SignIn) -> None:
    ledger.grant(team, Mode.TEST, 1000, actor=alice)
    address = reverse("notice_rule", args=[team.slug])
    assert sign_in(bob).post(address, {"wallet_low": 2000}).status_code == 403
    assert sign_in(alice).post(address, {"wallet_low": "-1"}).status_code == 422
    assert sign_in(alice).post(address, {"wallet_low": 2000}).status_code == 302
    watch.watch(team)
    assert kinds() == [Kind.WALLET_LOW]


@pytest.mark.parametrize(
    ("state", "kind"),
    [(KeyState.REJECTED, Kind.KEY_REJECTED), (KeyState.EXHAUSTED, Kind.KEY_EXHAUSTED)],
)
def test_a_key_in_trouble_is_told_to_who_manages_the_team(
    team: Team, alice: User, bob: User, sign_in: SignIn, state: str, kind: str
) -> None:
    UpstreamKey.objects.filter(team=team).update(state=state)
    assert watch.watch_all() == 1
    assert kinds() == [kind]
    assert "The" in page(sign_in(alice), team)
    assert "Nothing to tell you" in page(sign_in(bob), team)


def test_a_key_that_the_hub_cannot_open_is_told_of_where_anything_is_made(
    team: Team, alice: User, settings: Settings
) -> None:
    ask(team, alice)
    settings.FLUXHUB_ENCRYPTION_KEYS = [crypto.new_key()]
    assert (watch.watch_all(), watch.watch_all()) == (1, 0)
    assert kinds() == [Kind.KEY_UNOPENED]


def test_a_frozen_account_is_told(team: Team) -> None:
    ledger.freeze(wallet(team, Mode.TEST))
    assert (watch.watch_all(), watch.watch_all()) == (1, 0)
    assert kinds() == [Kind.FROZEN]


def test_of_more_teams_than_one_round_takes_each_has_its_turn(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "TEAMS", 2)
    for name in "abcde":
        one = found_team(team_name=name, owner=alice, time_zone="Europe/Dublin")
        ledger.freeze(wallet(one, Mode.TEST))
    assert [watch.watch_all() for _round in range(3)] == [2, 2, 1]
    assert Notice.objects.values("team").distinct().count() == 5


def test_a_loss_and_an_unexplained_difference_are_told(team: Team, alice: User) -> None:
    [generation] = ask(team, alice)
    ledger.lose(team, Mode.TEST, 13, generation.pk, "Above the hold")
    key, today = UpstreamKey.objects.get(team=team), days.today(team)
    row = Reconciliation.objects.create(
        team=team, upstream_key=key, day=today, since=days.starts_at(team, today),
        until=days.next_midnight(team), done_at=days.next_midnight(team),
    )  # fmt: skip
    Difference.objects.create(
        team=team, reconciliation=row, kind="balance", billed=40, unexplained=40
    )
    watch.watch_all()
    assert set(kinds()) == {Kind.LOSS, Kind.DIFFERENCE}


def test_what_is_lost_on_one_day_is_told_once_and_adds_up(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    for amount, told in ((1, "1 credit that"), (13, "14 credits that")):
        ledger.lose(team, Mode.TEST, amount, uuid4(), "Above the hold")
        watch.watch(team)
        assert kinds() == [Kind.LOSS]
        assert f"The upstream took {told} no member" in page(sign_in(alice), team)


def test_a_day_of_more_than_three_usual_ones_is_unusual(team: Team, bob: User) -> None:
    for back in range(1, 5):
        spend(team, bob, 100, back)
    spend(team, bob, 301)
    assert watch.watch(team) == 0  # four days are too few to know what is usual
    spend(team, bob, 100, 30)
    watch.watch(team)
    assert kinds() == [Kind.UNUSUAL_DAY]


def test_a_finished_picture_has_its_team_looked_at(team: Team, bob: User) -> None:
    Membership.objects.filter(user=bob).update(daily_limit=20)
    receivers._last.clear()
    finish(ask(team, bob)[0])
    run_messages_of_alerts()
    assert kinds(user=bob) == [Kind.LIMIT_REACHED]


def run_messages_of_alerts() -> None:
    UpstreamKey.objects.update(state=KeyState.PAUSED)  # nothing is sent
    run_messages()


def test_what_is_read_is_read_by_that_person_alone(
    team: Team, alice: User, person: Any, sign_in: SignIn
) -> None:
    dora = person("Dora")
    Membership.objects.create(team=team, user=dora, role="admin")
    ledger.freeze(wallet(team, Mode.TEST))
    watch.watch(team)
    mark = reverse("notice_mark", args=[team.slug])
    assert "1 unread notice" in sign_in(alice).get(mark).content.decode()
    newest = Notice.objects.latest("id").pk
    reading = reverse("notice_reading", args=[team.slug])
    for _twice in range(2):
        assert sign_in(alice).post(reading, {"newest": newest}).status_code == 302
    assert "unread" not in sign_in(alice).get(mark).content.decode()
    assert "1 unread notice" in sign_in(dora).get(mark).content.decode()


def test_it_comes_by_email_once_with_what_to_do(team: Team, alice: User, bob: User) -> None:
    ledger.freeze(wallet(team, Mode.TEST))
    watch.watch(team)
    letters.due()
    run_messages()
    letters.send(Letter.objects.get().pk)
    [sent] = mail.outbox
    assert sent.to == ["alice@example.com"]
    assert "account is frozen" in sent.subject
    assert f"/t/{team.slug}/usage/" in sent.body
    assert Letter.objects.get().state == LetterState.SENT


def test_an_email_that_cannot_be_sent_is_tried_again(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.freeze(wallet(team, Mode.TEST))
    watch.watch(team)
    pk = Letter.objects.get().pk

    def refuse(self: object) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        letters.send(pk)
    letter = Letter.objects.get()
    assert (letter.state, letter.tries, letter.lease_until) == (LetterState.DUE, 1, None)
    letters.send(pk)
    assert len(mail.outbox) == 1


def test_a_line_break_in_a_name_does_not_keep_a_letter_from_going_out(team: Team) -> None:
    Team.objects.filter(pk=team.pk).update(name="North\r\nBcc: all\rStudio")
    ledger.freeze(wallet(team, Mode.TEST))
    watch.watch(team)
    letters.send(Letter.objects.get().pk)
    [sent] = mail.outbox
    assert sent.subject.startswith("North Bcc: all Studio: ")


def test_a_letter_that_cannot_be_built_is_given_up_in_the_end(team: Team) -> None:
    ledger.freeze(wallet(team, Mode.TEST))
    watch.watch(team)
    Notice.objects.update(kind=Kind.UNUSUAL_DAY, facts={})  # as an earlier version may have left it
    pk = Letter.objects.get().pk
    letters.send(pk)
    letter = Letter.objects.get()
    assert (letter.state, letter.tries, letter.lease_until) == (LetterState.DUE, 1, None)
    assert letter.due_at > clock.now()
    for _again in letters.PAUSES:
        letters.send(pk)
    letter.refresh_from_db()
    assert (letter.state, letter.note) == (LetterState.FAILED, "KeyError")
    assert mail.outbox == []


def test_who_left_gets_no_letter(team: Team, alice: User) -> None:
    ledger.freeze(wallet(team, Mode.TEST))
    watch.watch(team)
    Membership.objects.filter(user=alice).update(role="member")
    letters.send(Letter.objects.get().pk)
    assert mail.outbox == []


def test_each_chooses_what_comes_by_email(team: Team, alice: User, sign_in: SignIn) -> None:
    address = reverse("mail_choices")
    browser = sign_in(alice)
    assert browser.post(address, {"kinds": [Kind.LOSS]}).status_code == 302
    assert browser.post(address, {"kinds": ["nonsense"]}).status_code == 422
    assert MailChoice.objects.filter(is_wanted=True).count() == 1
    ledger.freeze(wallet(team, Mode.TEST))
    assert watch.watch(team) == 1
    assert not Letter.objects.exists()
