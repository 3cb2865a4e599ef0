"""Messages are rows of the caller's transaction, pulled in batches by whoever waits for them."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.models import OrmQ

from generations.core.queue import broker as brokers
from generations.core.queue.broker import Broker
from tests.disk import waits_for_disk

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30.0  # seconds


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    """As the cluster makes it; with an empty queue it gives up at once."""
    monkeypatch.setattr(brokers, "IDLE", 0.01)
    made = get_broker()
    assert isinstance(made, Broker)
    return made


def pulled(broker: Broker) -> list[str]:
    return [payload for _pk, payload in broker.dequeue() or []]


def test_messages_come_oldest_first_and_once(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Conf, "BULK", 3)
    for number in range(5):
        broker.enqueue(str(number))
    assert pulled(broker) == ["0", "1", "2"]
    assert pulled(broker) == ["3", "4"]
    assert pulled(broker) == []


def test_a_message_belongs_to_its_transaction(broker: Broker) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        broker.enqueue("lost with it")
        raise ZeroDivisionError
    assert pulled(broker) == []


def test_a_message_that_nobody_acknowledged_comes_again(broker: Broker) -> None:
    broker.enqueue("a")
    [(pk, _payload)] = broker.dequeue() or []
    assert pulled(broker) == []
    OrmQ.objects.filter(pk=pk).update(lock=timezone.now() - timedelta(seconds=1))
    assert pulled(broker) == ["a"]
    broker.acknowledge(pk)
    OrmQ.objects.update(lock=timezone.now() - timedelta(seconds=1))
    assert pulled(broker) == []


def test_another_clusters_messages_are_left_alone(broker: Broker) -> None:
    get_broker("elsewhere").enqueue("not ours")
    broker.enqueue("ours")
    assert pulled(broker) == ["ours"]


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator["Waiting"]:
    """Somebody at an empty queue who would wait for an hour."""
    monkeypatch.setattr(brokers, "IDLE", 3600.0)
    found = Waiting()
    found.start()
    yield found
    found.join(PATIENCE)


class Waiting(threading.Thread):
    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.found: list[str] = []

    def run(self) -> None:
        broker = Broker()
        try:
            while not self.found:
                self.found = pulled(broker)
        finally:
            connections.close_all()


def test_a_commit_ends_the_wait(waiting: Waiting) -> None:
    get_broker().enqueue("at last")
    waiting.join(PATIENCE)
    assert waiting.found == ["at last"]


def test_what_is_not_committed_yet_does_not(waiting: Waiting) -> None:
    with transaction.atomic():
        get_broker().enqueue("soon")
        waiting.join(0.3)
        assert waiting.found == []
    waiting.join(PATIENCE)
    assert waiting.found == ["soon"]


@pytest.mark.postgres
def test_two_who_pull_at_once_share_the_work(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Conf, "BULK", 2)
    for number in range(4):
        broker.enqueue(str(number))
    with transaction.atomic():
        mine = pulled(broker)
        other = Waiting()
        other.start()
        other.join(PATIENCE)
    assert sorted(mine + other.found) == ["0", "1", "2", "3"]


@pytest.mark.postgres
def test_a_batch_is_no_longer_than_asked_for_however_the_database_looks_for_it(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Conf, "BULK", 2)
    for number in range(6):
        broker.enqueue(str(number))
    with transaction.atomic():
        with connection.cursor() as cursor:
            for plan in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
                cursor.execute(f"SET LOCAL enable_{plan} = off")  # what is left: a nested loop
        assert pulled(broker) == ["0", "1"]


@pytest.mark.postgres
def test_only_what_may_be_forgotten_does_not_wait_for_the_disk(broker: Broker) -> None:
    with transaction.atomic():
        broker.enqueue("kept")
        assert waits_for_disk()
    with transaction.atomic():
        [(pk, _payload)] = broker.dequeue() or []
        assert not waits_for_disk()
    with transaction.atomic():
        broker.acknowledge(pk)
        assert not waits_for_disk()
    assert waits_for_disk()
