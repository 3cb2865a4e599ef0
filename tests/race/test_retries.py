"""One failure is tried again once, however many windows its owner presses Retry in."""

from collections.abc import Callable, Sequence

import pytest

from generations.lifecycle import series
from generations.lifecycle.again import retry_each
from generations.lifecycle.models import Generation
from generations.lifecycle.retry import retry
from generations.lifecycle.series import SeriesOrder
from generations.teams.models import User
from tests.lifecycle import making
from tests.race.conftest import OrderOf
from tests.race.crowd import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
CALLS = 12


def assert_each_once(failures: Sequence[Generation], outcomes: Sequence[object]) -> None:
    assert not [one for one in outcomes if isinstance(one, Exception)]
    retried = Generation.objects.exclude(retry_of=None).order_by("retry_of_id")
    assert [row.retry_of_id for row in retried] == [failed.pk for failed in failures]


def pressed(*calls: Callable[[], object]) -> list[object]:
    return list(at_once(CALLS, lambda number: calls[number % len(calls)]()))


def test_a_tile_and_the_queue_try_the_same_failures_again_once(
    order: OrderOf, alice: User, queued: Generation
) -> None:
    membership = order(alice).membership
    failures = [queued, *making.ask(membership.team, alice, count=2)]
    for each in failures:
        making.fail(each)
    outcomes = pressed(
        lambda: retry(failures[0], membership),
        lambda: retry_each(failures, membership),
    )
    assert_each_once(failures, outcomes)


def test_a_tile_and_its_batch_try_the_same_failures_again_once(order: OrderOf, alice: User) -> None:
    mine = order(alice)
    one = series.start(SeriesOrder("Hills", [mine] * 3, "a form")).series
    failures = list(Generation.objects.order_by("id"))
    for each in failures:
        making.fail(each)
    outcomes = pressed(
        lambda: retry(failures[1], mine.membership),
        lambda: series.retry_failed(one, mine.membership),
    )
    assert_each_once(failures, outcomes)
