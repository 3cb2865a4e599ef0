"""The address that upstreams call: what is signed is kept once, all else leaves no trace."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django_q.models import OrmQ

from generations.core import clock, signing
from generations.keys import upstream
from generations.keys.models import KeySecret, UpstreamKey
from generations.lifecycle.models import Attempt
from generations.teams.models import User
from generations.webhooks.models import Receipt
from tests.webhooks.conftest import Submit, finished, hook_of, post

pytestmark = pytest.mark.django_db

BODY = finished()


def wakes() -> int:
    return sum(row.func() == "generations.webhooks.tasks.apply" for row in OrmQ.objects.all())


def test_a_signed_webhook_is_kept_and_wakes_the_worker(
    attempt: Attempt, webhook_secret: str
) -> None:
    answer = post(hook_of(attempt), BODY, webhook_secret)

    assert (answer.status_code, answer.content) == (200, b"{}")
    receipt = Receipt.objects.get()
    assert (receipt.attempt, bytes(receipt.body), receipt.applied_at) == (attempt, BODY, None)
    assert wakes() == 1


def test_twice_is_kept_once(attempt: Attempt, webhook_secret: str) -> None:
    answers = [post(hook_of(attempt), BODY, webhook_secret).status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert Receipt.objects.count() == 1


def test_the_same_words_for_two_attempts_are_two(submit: Submit, webhook_secret: str) -> None:
    for attempt in (submit(), submit()):
        post(hook_of(attempt), BODY, webhook_secret)

    assert Receipt.objects.count() == 2


def test_a_replay_of_what_was_applied_wakes_nobody(attempt: Attempt, webhook_secret: str) -> None:
    post(hook_of(attempt), BODY, webhook_secret)
    Receipt.objects.update(applied_at=clock.database_now())
    OrmQ.objects.all().delete()

    assert post(hook_of(attempt), BODY, webhook_secret).status_code == 200
    assert wakes() == 0


def upper(body: bytes, secret: str) -> str:
    return "sha256=" + signing.signature(body, secret)[7:].upper()


FORGERIES: dict[str, Callable[[bytes, str], dict[str, str]]] = {
    "no signature": lambda body, secret: {},
    "empty": lambda body, secret: {"X-Doitong-Signature": ""},
    "another secret": lambda body, secret: {
        "X-Doitong-Signature": signing.signature(body, secret + "x")
    },
    "empty secret": lambda body, secret: {
        "X-Doitong-Signature": "sha256="
        "22f8eea909400af98adf3681a9f31923ef6b7fcba4abb553d92823a3e9d5c25e"
    },
    "another body": lambda body, secret: {
        "X-Doitong-Signature": signing.signature(body + b" ", secret)
    },
    "upper case": lambda body, secret: {"X-Doitong-Signature": upper(body, secret)},
    "no scheme": lambda body, secret: {"X-Doitong-Signature": signing.signature(body, secret)[7:]},
    "sha1": lambda body, secret: {
        "X-Doitong-Signature": "sha1=" + signing.signature(body, secret)[7:]
    },
    "too short": lambda body, secret: {"X-Doitong-Signature": signing.signature(body, secret)[:-1]},
    "two of them": lambda body, secret: {
        "X-Doitong-Signature": ",".join([signing.signature(body, secret)] * 2)
    },
    "not ASCII": lambda body, secret: {"X-Doitong-Signature": "sha256=ë" + "0" * 63},
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_is_not_signed_is_refused_and_only_the_log_says_why(
    attempt: Attempt, webhook_secret: str, forgery: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "generations.webhooks"):
        answer = post(hook_of(attempt), BODY, **FORGERIES[forgery](BODY, webhook_secret))

    assert (answer.status_code, answer.content) == (401, b"{}")
    assert not Receipt.objects.exists()
    [record] = [each for each in caplog.records if each.name.startswith("generations.webhooks")]
    assert "signature" in record.getMessage()
    assert attempt.token not in record.getMessage()


def test_a_key_without_webhook_secret_takes_no_webhook(
    attempt: Attempt, upstream_key: UpstreamKey
) -> None:
    KeySecret.objects.filter(key=upstream_key).update(webhook_secret=b"")
    empty = "sha256=22f8eea909400af98adf3681a9f31923ef6b7fcba4abb553d92823a3e9d5c25e"

    assert post(hook_of(attempt), b"{}", **{"X-Doitong-Signature": empty}).status_code == 401


def test_a_rotated_secret_still_verifies_for_a_day(
    attempt: Attempt, webhook_secret: str, upstream_key: UpstreamKey, alice: User
) -> None:
    upstream.rotate(upstream_key, alice, "another-api-key", "another-webhook-secret")
    assert post(hook_of(attempt), finished("a"), webhook_secret).status_code == 200
    assert post(hook_of(attempt), finished("b"), "another-webhook-secret").status_code == 200

    day_ago = clock.now() - timedelta(hours=25)
    KeySecret.objects.exclude(retired_at=None).update(retired_at=day_ago)

    assert post(hook_of(attempt), finished("c"), webhook_secret).status_code == 401
    assert post(hook_of(attempt), finished("d"), "another-webhook-secret").status_code == 200


def test_a_retired_secret_that_does_not_open_turns_no_webhook_away(
    attempt: Attempt, upstream_key: UpstreamKey, alice: User
) -> None:
    upstream.rotate(upstream_key, alice, "another-api-key", "another-webhook-secret")
    KeySecret.objects.exclude(retired_at=None).update(webhook_secret=b"\x01under a lost key")
    assert post(hook_of(attempt), BODY, "another-webhook-secret").status_code == 200
    KeySecret.objects.filter(retired_at=None).update(webhook_secret=b"\x01under a lost key")
    assert post(hook_of(attempt), finished("b"), "another-webhook-secret").status_code == 503


def test_an_unknown_token_and_the_wrong_provider_are_not_found(
    attempt: Attempt, webhook_secret: str
) -> None:
    unknown = hook_of(attempt).replace(attempt.token, "x" * 32)

    assert post(unknown, BODY, webhook_secret).status_code == 404
    assert post(hook_of(attempt, "doitong"), BODY, webhook_secret).status_code == 404
    assert post(hook_of(attempt, "nobody"), BODY, webhook_secret).status_code == 404
    assert not Receipt.objects.exists()


def test_only_post_is_answered(attempt: Attempt) -> None:
    assert Client().get(hook_of(attempt)).status_code == 405


@pytest.mark.parametrize(("size", "expected"), [(64 * 1024, 400), (64 * 1024 + 1, 413)])
def test_more_than_64_kilobytes_is_too_much(
    attempt: Attempt, webhook_secret: str, size: int, expected: int
) -> None:
    assert post(hook_of(attempt), b"x" * size, webhook_secret).status_code == expected


def test_an_encoded_body_is_refused(attempt: Attempt, webhook_secret: str) -> None:
    answer = post(hook_of(attempt), BODY, webhook_secret, **{"Content-Encoding": "gzip"})

    assert answer.status_code == 415


HOSTILE = {
    "nothing": b"",
    "words": b"hello",
    "half": BODY[:-1],
    "list": b"[]",
    "nothing said": b"{}",
    "deep": b"[" * 30_000 + b"]" * 30_000,
    "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "not a number": BODY.replace(b'"job-1"', b"NaN", 1),
    "endless": b'{"id": "job-1", "status": "completed", "creditCost": Infinity}',
    "bad UTF-8": BODY.replace(b"job-1", b"job-\xff", 1),
    "another encoding": BODY.decode().encode("utf-16"),
    "twice the id": BODY.replace(b"{", b'{"id": "job-2", ', 1),
    "id is a list": finished(["job-1"]),  # type: ignore[arg-type]
    "endless digits": b'{"id": ' + b"9" * 6000 + b"}",
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_signed_nonsense_is_refused(attempt: Attempt, webhook_secret: str, hostile: str) -> None:
    assert post(hook_of(attempt), HOSTILE[hostile], webhook_secret).status_code == 400
    assert not Receipt.objects.exists()


def test_without_a_database_the_upstream_is_asked_to_come_again(attempt: Attempt) -> None:
    def fail(*_args: Any) -> None:
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(fail):
        answer = post(hook_of(attempt), BODY, "any")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.django_db(transaction=True)
def test_eight_copies_at_once_are_kept_once(attempt: Attempt, webhook_secret: str) -> None:
    def send(answers: list[int]) -> None:
        answers.append(post(hook_of(attempt), BODY, webhook_secret).status_code)
        connection.close()

    answers: list[int] = []
    threads = [threading.Thread(target=send, args=[answers]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert answers == [200] * 8
    assert Receipt.objects.count() == 1


def test_a_copy_of_what_is_unapplied_wakes_the_worker_again(
    attempt: Attempt, webhook_secret: str
) -> None:
    """On PostgreSQL a failed insert would end the transaction and take the wake-up with it."""
    post(hook_of(attempt), BODY, webhook_secret)
    OrmQ.objects.all().delete()

    post(hook_of(attempt), BODY, webhook_secret)

    assert wakes() == 1
