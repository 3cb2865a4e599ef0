"""What the upstream says by the way: its own rate is obeyed, its balance is kept with its time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ
from pytest_django.fixtures import Settings

from generations.core import clock
from generations.keys import learning, testing, upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.providers.contract import RateNews
from generations.teams.models import Team, User
from tests.engine import run_messages
from tests.sandbox.running import Sandbox, running_sandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[Sandbox]:
    with running_sandbox() as running:
        settings.SANDBOX_URL = running.url
        settings.ALLOWED_OUTBOUND_ORIGINS = [running.url]
        yield running


@pytest.fixture
def key(team: Team, sandbox: Sandbox) -> UpstreamKey:
    key = upstream.pick(team, "test")
    key.base_url = sandbox.url
    key.save()
    return key


def soon(seconds: float) -> datetime:
    return clock.now() + timedelta(seconds=seconds)


def fresh(key: UpstreamKey) -> UpstreamKey:
    return UpstreamKey.objects.get(pk=key.pk)


def test_the_tighter_of_both_rates_binds(key: UpstreamKey) -> None:
    learning.take_rate(key, RateNews(limit=10, remaining=3, resets_at=soon(30)))
    assert (fresh(key).per_minute, fresh(key).is_told_less) == (10, True)
    assert not fresh(key).is_spent_for_now
    learning.take_rate(key, RateNews(limit=3000, remaining=3, resets_at=soon(30)))
    assert (fresh(key).per_minute, fresh(key).is_told_less) == (120, False)


def test_none_left_is_believed_until_the_window_ends(key: UpstreamKey) -> None:
    until = soon(30)
    learning.take_rate(key, RateNews(limit=120, remaining=0, resets_at=until))
    assert fresh(key).rate_resets_at == until
    assert fresh(key).is_spent_for_now
    learning.take_rate(fresh(key), RateNews(limit=120, remaining=0, resets_at=soon(5)))
    assert fresh(key).rate_resets_at == until


@pytest.mark.parametrize(
    "rate",
    [
        None,
        RateNews(limit=0, remaining=None, resets_at=None),
        RateNews(limit=None, remaining=0, resets_at=None),
        RateNews(limit=None, remaining=0, resets_at=datetime(2001, 1, 1).astimezone()),
    ],
)
def test_nonsense_teaches_nothing(key: UpstreamKey, rate: RateNews | None) -> None:
    learning.take_rate(key, rate)
    assert (fresh(key).per_minute, fresh(key).is_spent_for_now) == (120, False)


def test_a_far_reset_is_believed_for_a_quarter_of_an_hour(key: UpstreamKey) -> None:
    learning.take_rate(key, RateNews(limit=None, remaining=0, resets_at=soon(86_400)))
    until = fresh(key).rate_resets_at
    assert until and soon(890) < until <= soon(900)


def test_the_same_again_costs_no_statement(key: UpstreamKey) -> None:
    news = RateNews(limit=10, remaining=0, resets_at=soon(30))
    learning.take_rate(key, news)
    with CaptureQueriesContext(connection) as captured:
        learning.take_rate(key, news)
    assert len(captured) == 0


def test_another_secret_is_learned_anew_and_resuming_lifts_the_wait(
    key: UpstreamKey, alice: User
) -> None:
    learning.take_rate(key, RateNews(limit=10, remaining=0, resets_at=soon(30)))
    learning.take_balance(key, 70)
    upstream.resume(key, alice)
    assert (fresh(key).is_spent_for_now, fresh(key).per_minute) == (False, 10)
    upstream.rotate(key, alice, "another-api-key")
    assert (fresh(key).per_minute, fresh(key).balance) == (120, None)


def test_a_test_of_the_key_keeps_its_balance(
    key: UpstreamKey, alice: User, sandbox: Sandbox, team: Team
) -> None:
    sandbox.control(plans={team.pk.hex: {"credits": 4120}})
    testing.test(key, alice, buy=False)
    assert fresh(key).balance == 4120
    at = fresh(key).balance_at
    assert at and soon(-60) < at <= soon(1)


def test_the_sweep_asks_each_active_key_every_quarter_of_an_hour(
    key: UpstreamKey, sandbox: Sandbox, team: Team
) -> None:
    sandbox.control(plans={team.pk.hex: {"credits": 500}})
    assert learning.ask_balances() == 1
    run_messages()
    assert fresh(key).balance == 500
    sandbox.control(plans={team.pk.hex: {"credits": 400}})
    assert learning.ask_balances() == 0
    learning.ask_balance(key.pk)  # a message that came twice
    assert fresh(key).balance == 500
    UpstreamKey.objects.update(balance_asked_at=clock.after(-901))
    learning.ask_balances()
    run_messages()
    assert fresh(key).balance == 400


def test_who_stands_still_or_tells_nothing_is_not_asked(
    key: UpstreamKey, team: Team, alice: User
) -> None:
    upstream.add(team, alice, name="Studio", provider="doitong", api_key="real-upstream-key")
    upstream.pause(key, alice)
    assert learning.ask_balances() == 0
    assert not OrmQ.objects.filter(payload__contains="balance").exists()


def test_an_upstream_that_does_not_answer_is_asked_again_later(
    key: UpstreamKey, settings: Settings
) -> None:
    learning.take_balance(key, 70)
    told_at = fresh(key).balance_at
    address = "http://127.0.0.1:9"
    settings.ALLOWED_OUTBOUND_ORIGINS = [address]
    UpstreamKey.objects.update(balance_asked_at=None, base_url=address)
    learning.ask_balances()
    run_messages()
    assert (fresh(key).balance, fresh(key).balance_at) == (70, told_at)
    assert fresh(key).state == KeyState.ACTIVE
    assert learning.ask_balances() == 0


def test_a_balance_that_is_refused_tells_that_the_key_is(key: UpstreamKey, alice: User) -> None:
    upstream.rotate(key, alice, "sandbox_nobody")
    learning.ask_balance(key.pk)
    assert fresh(key).state == KeyState.REJECTED
