"""Telling a caller's address how a generation ended, over real HTTP."""

from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from pytest_django.fixtures import Settings
from pytest_httpserver import HTTPServer
from standardwebhooks.webhooks import Webhook

from generations.core import clock, crypto, signing
from generations.keys.models import ApiKey
from generations.lifecycle.links import open_result
from generations.lifecycle.models import Generation, Image
from generations.lifecycle.states import Failure, Status
from generations.webhooks.models import Delivery, DeliveryState
from generations.webhooks.outbox import due
from tests.webhooks.conftest import Submit, end
from tests.webhooks.receiving import answer, come_due, deliver, requests, seconds_away, told

pytestmark = pytest.mark.django_db


def test_a_finished_picture_is_told_in_the_words_of_the_upstream(
    delivery: Delivery, httpserver: HTTPServer
) -> None:
    answer(httpserver, 204)

    assert deliver(delivery).state == DeliveryState.DELIVERED
    assert delivery.delivered_at is not None
    assert (delivery.tries, delivery.http_status) == (1, 204)
    notice = told(httpserver)
    opened = open_result(notice.pop("url").rpartition("/")[2])
    assert opened is not None
    assert opened.image.generation == delivery.generation
    assert datetime.fromisoformat(notice.pop("createdAt")) <= datetime.fromisoformat(
        notice.pop("completedAt")
    )
    assert notice == {
        "id": str(delivery.generation_id),
        "status": "completed",
        "service": "flux-pro",
        "metadata": {"duration": None, "width": 600, "height": 500},
        "creditCost": 12,
    }


def test_what_was_charged_is_told_of_a_picture_that_is_in_the_trash_by_then(
    delivery: Delivery, httpserver: HTTPServer
) -> None:
    answer(httpserver, 204)
    Image.objects.update(trashed_at=clock.now())
    deliver(delivery)
    notice = told(httpserver)
    assert (notice["status"], notice["url"], notice["creditCost"]) == ("completed", None, 12)


def test_a_receiver_can_verify_both_signatures(
    delivery: Delivery, httpserver: HTTPServer, api_key: ApiKey
) -> None:
    answer(httpserver, 200)
    deliver(delivery)

    [request] = requests(httpserver)
    assert request.method == "POST"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["User-Agent"] == "Fluxhub-Webhooks/1"
    secret = api_key.webhook_secret
    assert signing.verify(request.data, secret, request.headers["X-Doitong-Signature"])
    assert Webhook(secret).verify(request.data, dict(request.headers))
    assert request.headers["webhook-id"] == str(delivery.pk)


def test_every_try_sends_the_same_bytes_under_the_same_id(
    delivery: Delivery, httpserver: HTTPServer
) -> None:
    answer(httpserver, 500)
    deliver(delivery)
    Generation.objects.update(charged=99)  # whatever happens meanwhile
    come_due(delivery)
    answer(httpserver, 200)
    deliver(delivery)

    first, second = requests(httpserver)
    assert first.data == second.data
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert deliver(delivery).tries == 2


def test_what_is_delivered_is_not_sent_again(delivery: Delivery, httpserver: HTTPServer) -> None:
    answer(httpserver, 200)

    deliver(delivery)
    deliver(delivery)

    assert len(requests(httpserver)) == 1


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_a_refusal_is_tried_again_later(
    delivery: Delivery, httpserver: HTTPServer, status: int
) -> None:
    answer(httpserver, status)

    assert deliver(delivery).state == DeliveryState.DUE
    assert (delivery.http_status, delivery.lease_until) == (status, None)
    assert 0 < seconds_away(delivery.due_at) <= 6.5
    deliver(delivery)
    assert len(requests(httpserver)) == 1  # it is not due yet


def test_the_tenth_failure_is_the_last(delivery: Delivery, httpserver: HTTPServer) -> None:
    answer(httpserver, 500)
    for _ in range(12):
        come_due(delivery)
        deliver(delivery)

    assert len(requests(httpserver)) == 10
    assert delivery.state == DeliveryState.FAILED


def test_a_redirect_is_not_followed(delivery: Delivery, httpserver: HTTPServer) -> None:
    answer(httpserver, 307, Location=httpserver.url_for("/elsewhere"))

    assert deliver(delivery).state == DeliveryState.DUE
    assert [request.path for request in requests(httpserver)] == ["/told"]


def test_gone_is_never_tried_again(delivery: Delivery, httpserver: HTTPServer) -> None:
    answer(httpserver, 410)

    assert deliver(delivery).state == DeliveryState.FAILED


@pytest.mark.parametrize(
    ("status", "text", "least", "most"),
    [
        (429, "600", 590, 600),
        (503, "600", 590, 600),
        (500, "600", 0, 7),
        (429, "9999999", 24 * 3600 - 10, 24 * 3600),
        (429, "-5", 0, 7),
        (429, "soon", 0, 7),
        (429, "٣", 0, 7),
        (429, "9" * 400, 24 * 3600 - 10, 24 * 3600),
    ],
)
def test_a_receiver_may_ask_for_patience_of_a_day(
    delivery: Delivery, httpserver: HTTPServer, status: int, text: str, least: int, most: int
) -> None:
    answer(httpserver, status, Retry_After=text.encode().decode("latin-1"))

    assert least <= seconds_away(deliver(delivery).due_at) <= most


def test_patience_may_be_a_date(delivery: Delivery, httpserver: HTTPServer) -> None:
    answer(httpserver, 503, Retry_After=format_datetime(clock.now() + timedelta(hours=1)))

    assert 3500 < seconds_away(deliver(delivery).due_at) <= 3600


def test_a_forbidden_address_is_blocked_for_good(
    delivery: Delivery, httpserver: HTTPServer, settings: Settings
) -> None:
    settings.ALLOWED_OUTBOUND_ORIGINS = []

    assert deliver(delivery).state == DeliveryState.BLOCKED
    assert "127.0.0.1" not in delivery.note
    assert not requests(httpserver)
    come_due(delivery)
    assert due() == 0


def test_a_receiver_that_is_down_is_tried_again(delivery: Delivery, httpserver: HTTPServer) -> None:
    httpserver.stop()
    try:
        assert deliver(delivery).state == DeliveryState.DUE
    finally:
        httpserver.start()
    assert delivery.http_status is None
    assert delivery.note


def test_an_endless_answer_is_not_read_to_its_end(
    delivery: Delivery, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/told").respond_with_data(b"x" * 1_000_000)

    assert deliver(delivery).state == DeliveryState.DUE


def test_a_revoked_key_tells_nothing_more(
    delivery: Delivery, httpserver: HTTPServer, api_key: ApiKey
) -> None:
    ApiKey.objects.update(revoked_at=clock.database_now())

    assert deliver(delivery).state == DeliveryState.FAILED
    assert not requests(httpserver)


def test_with_wrong_encryption_keys_for_a_moment_it_is_told_later(
    delivery: Delivery, httpserver: HTTPServer, settings: Settings
) -> None:
    answer(httpserver, 200)
    right = settings.FLUXHUB_ENCRYPTION_KEYS
    settings.FLUXHUB_ENCRYPTION_KEYS = [crypto.new_key()]
    assert deliver(delivery).state == DeliveryState.DUE
    assert delivery.lease_until is None
    settings.FLUXHUB_ENCRYPTION_KEYS = right
    come_due(delivery)
    assert deliver(delivery).state == DeliveryState.DELIVERED


def test_a_failure_is_told_with_its_reason(
    submit: Submit, address: str, httpserver: HTTPServer
) -> None:
    answer(httpserver, 200)
    generation = submit(address).generation
    end(generation, Status.FAILED, failure=Failure.REFUSED, message="Not that prompt")

    deliver(Delivery.objects.get())

    notice = told(httpserver)
    assert (notice["status"], notice["url"], notice["creditCost"]) == ("failed", None, 0)
    assert notice["error"] == {"code": "UPSTREAM_REJECTED", "message": "Not that prompt"}
    assert notice["metadata"] == {"duration": None, "width": 640, "height": 512}


def test_a_late_picture_is_told_after_its_failure(
    submit: Submit, address: str, httpserver: HTTPServer
) -> None:
    answer(httpserver, 200)
    generation = submit(address).generation
    end(generation, Status.FAILED, failure=Failure.UNKNOWN)
    end(generation, Status.COMPLETED, charged=0)
    failure, picture = Delivery.objects.order_by("transition")

    deliver(failure)
    assert (told(httpserver)["status"], told(httpserver)["url"]) == ("failed", None)

    deliver(picture)
    assert (told(httpserver)["status"], told(httpserver)["creditCost"]) == ("completed", 0)
