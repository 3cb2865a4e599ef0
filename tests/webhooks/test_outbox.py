"""Which deliveries there are, whose turn it is, and who may write their outcome."""

import pytest
from django_q.models import OrmQ
from pytest_httpserver import HTTPServer

from generations.core import clock
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Status
from generations.teams.models import Team
from generations.webhooks import outbox
from generations.webhooks.models import Delivery, DeliveryState
from generations.webhooks.outbox import due, undelivered
from tests.webhooks.conftest import Submit, end
from tests.webhooks.receiving import answer, deliver, requests

pytestmark = pytest.mark.django_db


def test_only_the_end_is_told_and_only_to_who_asked(submit: Submit, address: str) -> None:
    silent = submit()
    end(silent.generation, Status.COMPLETED)
    end(submit(address).generation, Status.UNKNOWN)

    assert not Delivery.objects.exists()


def test_without_a_key_there_is_nothing_to_sign_with(submit: Submit, address: str) -> None:
    generation = submit(address).generation
    Generation.objects.update(api_key=None)

    end(generation, Status.COMPLETED)

    assert undelivered() == 0
    assert not Delivery.objects.exists()


def test_queueing_twice_is_once(delivery: Delivery) -> None:
    outbox.queue(delivery.transition)

    assert undelivered() == 0
    assert Delivery.objects.count() == 1


def test_the_sweep_tells_what_a_missed_signal_did_not(delivery: Delivery) -> None:
    delivery.delete()
    OrmQ.objects.all().delete()

    assert undelivered() == 1

    [message] = OrmQ.objects.all()
    assert message.task["func"] == "generations.webhooks.tasks.deliver"
    assert message.task["args"] == (str(Delivery.objects.get().pk),)


def test_a_leased_delivery_is_left_alone_until_its_lease_ends(
    delivery: Delivery, httpserver: HTTPServer
) -> None:
    answer(httpserver, 200)
    Delivery.objects.update(lease_until=clock.after(60), tries=1)
    assert due() == 0
    deliver(delivery)
    assert not requests(httpserver)

    Delivery.objects.update(lease_until=clock.after(-1))  # its worker died
    assert due() == 1
    assert deliver(delivery).state == DeliveryState.DELIVERED
    assert delivery.tries == 2


def test_a_delivery_that_stops_its_worker_ten_times_is_given_up(
    delivery: Delivery, httpserver: HTTPServer
) -> None:
    Delivery.objects.update(lease_until=clock.after(-1), tries=10)

    assert deliver(delivery).state == DeliveryState.FAILED
    assert not requests(httpserver)


def test_a_try_that_outlived_its_lease_writes_nothing(
    delivery: Delivery, httpserver: HTTPServer
) -> None:
    answer(httpserver, 500)
    slow = outbox.take(str(delivery.pk))
    assert slow is not None
    Delivery.objects.update(lease_until=clock.after(-1))
    deliver(delivery)
    outbox.record(slow, state=DeliveryState.FAILED)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == (DeliveryState.DUE, 2)


def test_one_teams_slow_receiver_takes_one_worker_at_a_time(
    submit: Submit, delivery: Delivery, address: str, httpserver: HTTPServer
) -> None:
    answer(httpserver, 200)
    end(submit(address).generation, Status.COMPLETED)
    hanging = Delivery.objects.exclude(pk=delivery.pk).get()
    Delivery.objects.filter(pk=hanging.pk).update(lease_until=clock.after(60))

    assert deliver(delivery).state == DeliveryState.DUE
    assert not requests(httpserver)

    Delivery.objects.filter(pk=hanging.pk).update(lease_until=None)
    assert deliver(delivery).state == DeliveryState.DELIVERED


def test_each_try_wakes_the_next_another_teams_first(
    submit: Submit, delivery: Delivery, address: str, httpserver: HTTPServer, other_team: Team
) -> None:
    answer(httpserver, 200)
    for _ in range(2):
        end(submit(address).generation, Status.COMPLETED)
    same, foreign = Delivery.objects.exclude(pk=delivery.pk).order_by("pk")
    Delivery.objects.filter(pk=foreign.pk).update(team=other_team)
    OrmQ.objects.all().delete()

    deliver(delivery)
    deliver(foreign)

    messages = [message.task["args"] for message in OrmQ.objects.order_by("pk")]
    assert messages == [(str(foreign.pk),), (str(same.pk),)]
