"""Telling a caller's address how a generation ended, over real HTTP."""

import json
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django_q.models import OrmQ
from pytest_django.fixtures import Settings
from pytest_httpserver import HTTPServer
from standardwebhooks.webhooks import Webhook
from werkzeug import Request, Response

from generations.core import clock, signing
from generations.keys.models import ApiKey
from generations.lifecycle.links import open_result
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Failure, Status
from generations.teams.models import Team
from generations.webhooks import outbox, tasks
from generations.webhooks.models import Delivery, DeliveryState
from generations.webhooks.outbox import due, undelivered
from tests.webhooks.conftest import Submit, end

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(httpserver: HTTPServer, settings: Settings) -> str:
    """A receiver that the operator allows although it is on this machine."""
    origin = httpserver.url_for("").rstrip("/")
    settings.ALLOWED_OUTBOUND_ORIGINS = [*settings.ALLOWED_OUTBOUND_ORIGINS, origin]
    return httpserver.url_for("/told")


@pytest.fixture
def delivery(submit: Submit, address: str) -> Delivery:
    end(submit(address).generation, Status.COMPLETED)
    return Delivery.objects.get()


def answer(httpserver: HTTPServer, status: int, **headers: str) -> None:
    httpserver.clear_all_handlers()
    response = Response(
        "", status, {name.replace("_", "-"): text for name, text in headers.items()}
    )
    httpserver.expect_request("/told").respond_with_response(response)


def deliver(delivery: Delivery) -> Delivery:
    tasks.deliver(str(delivery.pk))
    delivery.refresh_from_db()
    return delivery


def come_due(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(due_at=clock.after(-1))


def requests(httpserver: HTTPServer) -> list[Request]:
    return [request for request, _response in httpserver.log]


def seconds_away(moment: datetime) -> float:
    return (moment - clock.now()).total_seconds()


def told(httpserver: HTTPServer) -> Any:
    return json.loads(requests(httpserver)[-1].data)


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
