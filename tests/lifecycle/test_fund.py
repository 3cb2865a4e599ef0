"""What waits for credit may start before the reset, as far as there is credit."""

from itertools import count
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.urls import reverse
from django_q.models import OrmQ

from generations.credits import ledger
from generations.credits.accounts import wallet
from generations.credits.models import UserDay
from generations.credits.refusals import Refusal
from generations.keys import issued
from generations.keys.models import ApiKey
from generations.lifecycle import fund, moves, recovery, tasks
from generations.lifecycle.cancel import cancel
from generations.lifecycle.models import Batch, Generation
from generations.lifecycle.recovery import fund_waiting
from generations.lifecycle.states import Failure, Status, Wait
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn
from tests.lifecycle import making


def unfunded(batch: Batch) -> int:
    return batch.generations.filter(hold=None).count()


def limit(user: User, credits: int) -> None:
    Membership.objects.filter(user=user).update(daily_limit=credits)


def test_a_round_ends_in_time_for_the_sweeps_other_steps_and_the_next_goes_on(
    team: Team, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(bob, 100)
    batch = making.ask(team, bob, count=9, may_wait=True)[0].batch
    limit(bob, 10_000)
    batch.generations.update(due_at=batch.created_at)
    ticks = count()
    monkeypatch.setattr(recovery, "FUNDING", 5)
    monkeypatch.setattr(recovery, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
    assert [fund_waiting() for _round in range(4)] == [4, 4, 1, 0]


def test_as_many_start_as_fit_and_the_rest_goes_on_waiting(team: Team, bob: User) -> None:
    limit(bob, 50)
    batch = making.ask(team, bob, count=4, may_wait=True)[0].batch
    assert unfunded(batch) == 4
    OrmQ.objects.all().delete()
    assert fund.start(batch) == 2
    assert OrmQ.objects.count() == 1
    assert unfunded(batch) == 2
    first = batch.generations.order_by("id")[0]
    assert (first.wait, first.due_at) == (Wait.TURN, None) and first.hold is not None
    assert UserDay.objects.get(user=bob).reserved == 40


def test_where_not_one_fits_it_says_why_and_holds_nothing(team: Team, bob: User) -> None:
    limit(bob, 30)
    batch = making.ask(team, bob, count=3, may_wait=True)[0].batch
    fund.start(batch)
    with pytest.raises(Refusal, match="leaves 10"):
        fund.start(batch)
    assert unfunded(batch) == 2
    assert UserDay.objects.get(user=bob).reserved == 20


def test_started_twice_is_once(team: Team, bob: User) -> None:
    limit(bob, 30)
    [generation, _other] = making.ask(team, bob, count=2, may_wait=True)
    limit(bob, 1000)
    assert fund.start(generation.batch) == 2
    assert fund.start(generation.batch) == 0


def test_what_waits_for_the_wallet_in_the_end_says_so(team: Team, bob: User) -> None:
    limit(bob, 30)
    [generation, _other] = making.ask(team, bob, count=2, may_wait=True)
    with transaction.atomic():
        ledger.grant(team, Mode.TEST, 10)
    limit(bob, 1000)
    Generation.objects.update(due_at=generation.created_at)
    fund_waiting()
    generation.refresh_from_db()
    assert generation.wait == Wait.WALLET


def test_what_is_more_than_the_whole_limit_ends_and_the_others_start(team: Team, bob: User) -> None:
    limit(bob, 90)
    spent = making.ask(team, bob, count=4)
    [big] = making.ask(team, bob, quality="high", width=2048, height=2048, may_wait=True)
    [small] = making.ask(team, bob, may_wait=True)
    for each in spent:
        cancel(each, bob)
    limit(bob, big.most - 1)
    Generation.objects.filter(hold=None).update(due_at=big.created_at)
    assert fund_waiting() == 1
    big.refresh_from_db()
    assert (big.status, big.failure) == (Status.FAILED, Failure.WAITED)
    assert unfunded(small.batch) == 0


def test_an_order_beyond_the_wallet_waits_only_where_it_asks_to(team: Team, bob: User) -> None:
    ledger.grant(team, Mode.TEST, 10)
    for may_wait in (False, True):
        with pytest.raises(Refusal, match="the team wallet has 10"):
            making.ask(team, bob, may_wait=may_wait)
    [generation] = making.ask(team, bob, may_wait_for_credit=True)
    assert (generation.wait, generation.hold) == (Wait.WALLET, None)
    assert UserDay.objects.filter(reserved__gt=0).count() == 0


def test_what_fits_the_wallet_starts_and_the_rest_starts_with_the_grant(
    team: Team, bob: User
) -> None:
    ledger.grant(team, Mode.TEST, 50)
    batch = making.ask(team, bob, count=4, may_wait_for_credit=True)[0].batch
    assert fund_waiting() == 2
    assert fund_waiting() == 0
    assert fund.look_again() == 0  # ten are left: for none of them
    OrmQ.objects.all().delete()
    ledger.grant(team, Mode.TEST, 10)
    message = OrmQ.objects.get()
    assert message.task["func"] == moves.FUND
    tasks.fund_team(*message.task["args"])
    assert unfunded(batch) == 1
    tasks.fund_team(str(team.pk))  # twice is once
    assert unfunded(batch) == 1


def test_credit_that_comes_back_starts_what_waits(team: Team, bob: User) -> None:
    ledger.grant(team, Mode.TEST, 20)
    [first] = making.ask(team, bob)
    [second] = making.ask(team, bob, may_wait_for_credit=True)
    assert fund_waiting() == 0
    cancel(first, bob)
    assert fund.look_again() == 1
    assert fund_waiting() == 1
    second.refresh_from_db()
    assert second.hold is not None and second.wait == Wait.TURN


def test_a_frozen_account_starts_nothing_until_it_is_thawed(team: Team, bob: User) -> None:
    ledger.grant(team, Mode.TEST, 10)
    [generation] = making.ask(team, bob, may_wait_for_credit=True)
    fund_waiting()
    ledger.grant(team, Mode.TEST, 100)
    ledger.freeze(wallet(team, Mode.TEST))
    assert fund.look_again() == 0
    ledger.thaw(team, Mode.TEST)
    tasks.fund_team(str(team.pk))
    generation.refresh_from_db()
    assert generation.hold is not None


def test_another_teams_grant_starts_nothing_here(team: Team, bob: User, other_team: Team) -> None:
    ledger.grant(team, Mode.TEST, 10)
    batch = making.ask(team, bob, may_wait_for_credit=True)[0].batch
    fund_waiting()
    ledger.grant(other_team, Mode.TEST, 100)
    ledger.grant(team, Mode.LIVE, 100)
    tasks.fund_team(str(other_team.pk))
    assert (fund.look_again(), unfunded(batch)) == (0, 1)


def test_what_an_api_keys_day_binds_waits_beside_what_it_does_not(team: Team, bob: User) -> None:
    key, _text = issued.issue(team, bob, name="Nightly", mode=Mode.TEST)
    ApiKey.objects.update(daily_limit=30)
    key.refresh_from_db()
    making.ask(team, bob, api_key=key)
    [by_key] = making.ask(team, bob, api_key=key, may_wait=True)
    assert by_key.wait == Wait.API_KEY_DAY
    limit(bob, 30)
    [by_hand] = making.ask(team, bob, may_wait=True)
    limit(bob, 1000)
    Generation.objects.filter(hold=None).update(due_at=by_key.created_at)
    fund_waiting()
    for generation in (by_key, by_hand):
        generation.refresh_from_db()
    assert (by_key.hold, by_key.wait) == (None, Wait.API_KEY_DAY)
    assert by_hand.hold is not None


def test_who_waits_for_the_wallet_longest_is_next_and_the_others_know_their_turn(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    ledger.grant(team, Mode.TEST, 10)
    for user in (bob, alice):
        making.ask(team, user, f"By {user}", count=2, may_wait_for_credit=True)
    page = sign_in(alice).get(reverse("queue", args=[team.slug])).content.decode()
    assert page.index("By Bob") < page.index("starts with the next credit") < page.index("By Alice")
    assert "to start when there is credit" in page[page.index("By Alice") :]
    ledger.grant(team, Mode.TEST, 15)
    tasks.fund_team(str(team.pk))
    [funded] = Generation.objects.exclude(hold=None)
    assert funded.author == bob
