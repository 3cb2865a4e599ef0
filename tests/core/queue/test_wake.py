"""A message is a row of the caller's transaction, and carries text only."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from generations.core.queue.broker import Broker
from generations.core.queue.wake import nudge, wake

pytestmark = pytest.mark.django_db


def test_a_message_carries_the_path_and_the_ids_as_text() -> None:
    generation = uuid.uuid4()
    wake("generations.core.queue.heartbeat.beat", generation, 7)
    message = SignedPackage.loads(OrmQ.objects.get().payload)
    assert message["func"] == "generations.core.queue.heartbeat.beat"
    assert message["args"] == (str(generation), "7")


def test_a_message_vanishes_with_the_transaction_that_sent_it() -> None:
    with transaction.atomic():
        wake("generations.core.queue.heartbeat.beat")
        transaction.set_rollback(True)
    assert not OrmQ.objects.exists()


def test_a_message_for_later_is_left_alone_until_then() -> None:
    wake("generations.core.queue.heartbeat.beat", after=5)
    wait = OrmQ.objects.get().lock - timezone.now()
    assert timedelta(seconds=4) < wait <= timedelta(seconds=5)
    broker = Broker()
    assert broker.dequeue() is None
    OrmQ.objects.update(lock=timezone.now())
    assert len(broker.dequeue() or []) == 1


def test_the_sweep_adds_nothing_to_a_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generations.core.queue.wake.FLOOD", 2)
    said = [nudge("generations.core.queue.heartbeat.beat", "1") for _ in range(4)]
    assert said == [True, True, False, False]
    assert OrmQ.objects.count() == 2
