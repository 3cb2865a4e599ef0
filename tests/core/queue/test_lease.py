"""One holder at a time, by the database's clock."""

import pytest

from generations.core.clock import after
from generations.core.queue import lease
from generations.core.queue.models import Lease

pytestmark = pytest.mark.django_db


def test_the_first_to_ask_holds_it_and_may_extend_it() -> None:
    assert lease.take("sweep", "first", 30)
    assert not lease.take("sweep", "second", 30)
    before = Lease.objects.get().until
    assert lease.take("sweep", "first", 60)
    assert Lease.objects.get().until > before


def test_a_lease_that_ran_out_goes_to_whoever_asks() -> None:
    lease.take("sweep", "first", 30)
    Lease.objects.update(until=after(-1))
    assert lease.take("sweep", "second", 30)
    assert not lease.take("sweep", "first", 30)


def test_a_lease_given_back_is_free_at_once() -> None:
    lease.take("sweep", "first", 30)
    lease.give_back("sweep", "first")
    assert lease.take("sweep", "second", 30)


def test_nobody_gives_back_the_lease_of_another() -> None:
    lease.take("sweep", "first", 30)
    lease.give_back("sweep", "second")
    assert not lease.take("sweep", "second", 30)


def test_leases_of_different_names_do_not_meet() -> None:
    assert lease.take("sweep", "first", 30)
    assert lease.take("audit", "second", 30)
