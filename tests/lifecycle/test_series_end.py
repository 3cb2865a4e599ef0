"""When a batch ends: the team's line is read only where that can tell, and not without end."""

import pytest
from pytest_django import DjangoAssertNumQueries

from generations.lifecycle import progress, series
from generations.lifecycle.models import Series
from generations.teams.models import Membership, Team, User
from tests.lifecycle import making
from tests.lifecycle.test_series import rows_of, start

pytestmark = pytest.mark.django_db


def test_past_a_long_line_no_end_is_told(
    team: Team, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = start(team, alice, 4)
    monkeypatch.setattr(progress, "LONGEST", 6)
    making.ask(team, bob, count=2)
    assert progress.of(one).ends_at is not None
    making.ask(team, bob)
    assert progress.of(one).ends_at is None


def test_what_is_paused_costs_one_query(
    team: Team, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    series.pause(start(team, alice, 4), alice)
    one = Series.objects.get()
    with django_assert_num_queries(1):
        found = progress.of(one)
    assert (found.waiting, found.ends_at) == (4, None)


def test_what_waits_for_credit_costs_one_query(
    team: Team, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Membership.objects.filter(user=alice).update(daily_limit=70)
    one = start(team, alice, 4, may_wait=True)
    with django_assert_num_queries(1):
        found = progress.of(one)
    assert (found.unfunded, found.ends_at) == (4, None)


def test_the_end_of_what_is_all_being_drawn_needs_no_line(
    team: Team, alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one = start(team, alice, 2)
    for row in rows_of(one):
        making.send(row)
    making.ask(team, bob)
    # The counts, what is under way, its key, and how long that lately took.
    with django_assert_num_queries(4):
        found = progress.of(one)
    assert found.drawing == 2 and found.ends_at is not None
