"""Who changes several that wait locks them in the order in which a cancel does: by age."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection, transaction

from generations.core import clock
from generations.lifecycle import fund
from generations.lifecycle.admit import admit
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Wait
from generations.teams.models import Membership, User
from tests.processes import wait_until
from tests.race.conftest import MOST, OrderOf
from tests.race.crowd import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def is_somebody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock')"
        )
        found: tuple[bool] = cursor.fetchone()
    return found[0]


def lock(generation: Generation) -> None:
    Generation.objects.select_for_update(no_key=True).get(pk=generation.pk)


def put_off() -> None:
    with transaction.atomic():
        assert not fund.fund(Generation.objects.filter(hold=None).earliest("id"))


@pytest.mark.parametrize(
    ("wait", "in_seconds", "act"),
    [
        pytest.param(Wait.WALLET, 600.0, fund.look_again, id="due again, for a wallet has more"),
        pytest.param(Wait.DAILY_LIMIT, -600.0, put_off, id="put off, for none has"),
    ],
)
def test_a_cancel_of_two_and_a_change_of_all_never_wait_for_each_other(
    order: OrderOf, alice: User, wait: Wait, in_seconds: float, act: Callable[[], object]
) -> None:
    Membership.objects.filter(user=alice).update(daily_limit=2 * MOST)
    admit(replace(order(alice), count=2))
    admit(replace(order(alice), count=4, may_wait=True))
    waiting = Generation.objects.filter(hold=None)
    waiting.update(wait=wait, due_at=clock.after(in_seconds))
    _first, older, _between, younger = waiting.order_by("id")
    # Due last and written last: a statement without an order comes to it after the younger one.
    Generation.objects.filter(pk=older.pk).update(due_at=clock.after(in_seconds + 60))
    has_one = threading.Event()

    def cancel() -> None:
        with transaction.atomic():
            lock(older)
            has_one.set()
            wait_until(is_somebody_waiting, 10, "the other at the lock")
            lock(younger)

    def change() -> object:
        assert has_one.wait(10)
        with connection.cursor() as cursor:  # the planner may choose to read no index
            cursor.execute("SET enable_indexscan = off; SET enable_bitmapscan = off")
        return act()

    outcomes = at_once(2, lambda number: (cancel, change)[number]())
    assert not [one for one in outcomes if isinstance(one, Exception)]
