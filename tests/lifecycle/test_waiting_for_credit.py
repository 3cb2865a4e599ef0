"""Batches that wait for credit on the queue page: what it costs to tell, and whose turn it is."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.credits import ledger
from generations.keys import issued
from generations.keys.models import ApiKey
from generations.lifecycle import key_limits, waiting
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Wait
from generations.teams.allowance import Allowance
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn
from tests.lifecycle import making


@pytest.fixture
def desk(bob: User, sign_in: SignIn) -> Client:
    return sign_in(bob)


@pytest.fixture
def key(team: Team, bob: User) -> ApiKey:
    """With 10 credits left today: too few for any picture."""
    key = issued.issue(team, bob, name="Nightly", mode=Mode.TEST)[0]
    key_limits.change(key, bob, Allowance(daily_limit=90))
    key.refresh_from_db()
    making.ask(team, bob, api_key=key, count=4)
    return key


def look(browser: Client, team: Team) -> tuple[str, list[str]]:
    """The page's words and its queries."""
    with CaptureQueriesContext(connection) as captured:
        text = browser.get(reverse("queue", args=[team.slug])).content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    return words, [query["sql"] for query in captured]


def wait(team: Team, user: User, batches: int, reason: Wait, **changes: Any) -> None:
    for _number in range(batches):
        [row] = making.ask(team, user, may_wait=True, **changes)
        assert (row.hold, row.wait) == (None, reason)


def test_twelve_batches_that_wait_for_a_keys_day_cost_as_many_queries_as_two(
    desk: Client, team: Team, bob: User, key: ApiKey
) -> None:
    wait(team, bob, 2, Wait.API_KEY_DAY, api_key=key)
    look(desk, team)
    _words, few = look(desk, team)
    wait(team, bob, 10, Wait.API_KEY_DAY, api_key=key)
    words, queries = look(desk, team)
    assert words.count("the key “Nightly” has 10 today") == 12
    assert len(queries) == len(few)


def test_each_keys_day_is_told_apart(desk: Client, team: Team, bob: User, key: ApiKey) -> None:
    other = issued.issue(team, bob, name="Weekly", mode=Mode.TEST)[0]
    key_limits.change(other, bob, Allowance(daily_limit=25))
    other.refresh_from_db()
    making.ask(team, bob, api_key=other)
    wait(team, bob, 1, Wait.API_KEY_DAY, api_key=key)
    wait(team, bob, 1, Wait.API_KEY_DAY, api_key=other)
    words, _queries = look(desk, team)
    assert "the key “Nightly” has 10 today" in words
    assert "the key “Weekly” has 5 today" in words


def test_the_turn_at_the_wallet_is_read_up_to_the_last_that_is_shown(
    desk: Client, team: Team, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.grant(team, Mode.TEST, 5, actor=alice)
    wait(team, alice, 1, Wait.WALLET, may_wait_for_credit=True)
    wait(team, bob, 3, Wait.WALLET, may_wait_for_credit=True)
    monkeypatch.setattr(waiting, "MOST", 2)
    words, queries = look(desk, team)
    assert words.count("starts with the next credit") == 1
    assert words.count("2 nd to start when there is credit") == 1
    second = Generation.objects.order_by("id")[1]
    [read] = [sql for sql in queries if "\"wait\" = 'wallet'" in sql]
    assert second.pk.hex in read.replace("-", "")


def test_nobodys_turn_at_the_wallet_is_read_where_nothing_shown_waits_for_it(
    desk: Client, team: Team, bob: User
) -> None:
    Membership.objects.filter(user=bob).update(daily_limit=30)
    making.ask(team, bob)
    wait(team, bob, 1, Wait.DAILY_LIMIT)
    words, queries = look(desk, team)
    assert "Waiting for credit" in words
    assert not [sql for sql in queries if "\"wait\" = 'wallet'" in sql]
