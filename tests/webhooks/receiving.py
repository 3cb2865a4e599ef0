"""A receiver of our deliveries, and one try of a delivery to it."""

import json
from datetime import datetime
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from generations.core import clock
from generations.webhooks import tasks
from generations.webhooks.models import Delivery


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
