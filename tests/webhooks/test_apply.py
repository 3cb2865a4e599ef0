"""What was received moves its own generation on, once, and no other."""

import pytest
from django_q.models import OrmQ

from generations.core import clock
from generations.keys.models import UpstreamKey
from generations.lifecycle.models import Attempt, Generation, Transition
from generations.lifecycle.states import Status
from generations.webhooks import tasks
from generations.webhooks.apply import unapplied
from generations.webhooks.models import Receipt
from tests.webhooks.conftest import Submit, finished, hook_of, post, status

pytestmark = pytest.mark.django_db


def receive(attempt: Attempt, body: bytes, secret: str) -> Receipt:
    assert post(hook_of(attempt), body, secret).status_code == 200
    return Receipt.objects.latest("pk")


def test_a_webhook_before_our_own_answer_is_adopted(attempt: Attempt, webhook_secret: str) -> None:
    receipt = receive(attempt, finished(), webhook_secret)

    tasks.apply(receipt.digest)

    receipt.refresh_from_db()
    attempt.refresh_from_db()
    assert receipt.verdict == "applied"
    assert receipt.applied_at is not None
    assert attempt.upstream_id == "job-1"
    assert status(attempt.generation) == Status.STORING


def test_applying_twice_is_once(attempt: Attempt, webhook_secret: str) -> None:
    receipt = receive(attempt, finished(), webhook_secret)
    tasks.apply(receipt.digest)
    steps = Transition.objects.count()
    Receipt.objects.update(applied_at=None)  # the worker died before it wrote this down

    tasks.apply(receipt.digest)
    tasks.apply(receipt.digest)

    assert Transition.objects.count() == steps
    assert Receipt.objects.get().applied_at is not None


def test_a_failure_releases_what_was_held(attempt: Attempt, webhook_secret: str) -> None:
    body = finished(status="failed", url=None, error={"code": "NSFW", "message": "Not that"})
    receipt = receive(attempt, body, webhook_secret)

    tasks.apply(receipt.digest)

    generation = Generation.objects.get(pk=attempt.generation_id)
    assert (generation.status, generation.message) == (Status.FAILED, "Not that")


def test_the_token_of_one_job_with_the_id_of_another_moves_neither(
    submit: Submit, webhook_secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = submit(), submit()
    Attempt.objects.filter(pk=second.pk).update(upstream_id="job-2")
    receipt = receive(first, finished("job-2"), webhook_secret)

    tasks.apply(receipt.digest)

    receipt.refresh_from_db()
    assert receipt.verdict == "quarantined"
    assert status(first.generation) == status(second.generation) == Status.SUBMITTING
    assert "another job" in caplog.text


def test_a_known_attempt_does_not_change_its_id(attempt: Attempt, webhook_secret: str) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(upstream_id="job-1")
    receipt = receive(attempt, finished("job-9"), webhook_secret)

    tasks.apply(receipt.digest)

    receipt.refresh_from_db()
    assert receipt.verdict == "quarantined"
    assert status(attempt.generation) == Status.SUBMITTING


def test_a_key_that_does_not_open_any_more_asks_nobody_and_the_webhook_is_believed(
    attempt: Attempt, webhook_secret: str, upstream_key: UpstreamKey
) -> None:
    receipt = receive(attempt, finished(), webhook_secret)
    UpstreamKey.objects.update(poll_path="/status/{id}")
    upstream_key.secrets.update(api_key=b"\x01under a lost key")

    tasks.apply(receipt.digest)

    assert status(attempt.generation) == Status.STORING


def test_an_unknown_receipt_is_nobodys_trouble(db: None) -> None:
    tasks.apply("9" * 64)


def test_the_sweep_wakes_what_a_lost_message_left(attempt: Attempt, webhook_secret: str) -> None:
    receipt = receive(attempt, finished(), webhook_secret)
    OrmQ.objects.all().delete()
    assert unapplied() == 0  # too fresh: its message may be on its way

    Receipt.objects.update(received_at=clock.after(-30))
    assert unapplied() == 1
    [message] = OrmQ.objects.all()
    assert message.task["args"] == (receipt.digest,)

    Receipt.objects.update(received_at=clock.after(-3 * 24 * 3600))
    assert unapplied() == 0  # polling has found the truth long ago
