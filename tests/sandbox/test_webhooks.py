"""Webhooks: the page's payload, signed, tried again, and wrong when asked to be."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request

from tests.sandbox.conftest import Caller, until
from tests.sandbox.running import running_sandbox


def received(receiver: HTTPServer, count: int) -> list[Request]:
    return until(lambda: [r for r, _ in receiver.log] if len(receiver.log) >= count else None)


def is_genuine(caller: Caller, request: Request) -> bool:
    digest = hmac.new(caller.webhook_secret.encode(), request.data, hashlib.sha256).hexdigest()
    return request.headers["X-Doitong-Signature"] == f"sha256={digest}"


def order(caller: Caller, receiver: HTTPServer, mark: str = "") -> Any:
    answer = caller.order(prompt=f"hills {mark}", webhookUrl=receiver.url_for("/hook"))
    return answer.json()["data"]["generateimage"]


def sent(caller: Caller, count: int) -> list[dict[str, Any]]:
    def look() -> list[dict[str, Any]] | None:
        lines = caller.sandbox.log("webhook")
        return lines if len(lines) >= count else None

    return until(look)


def test_the_payload_is_the_pages_and_signed(caller: Caller, receiver: HTTPServer) -> None:
    job = order(caller, receiver)
    (request,) = received(receiver, 1)
    body = json.loads(request.data)
    assert is_genuine(caller, request)
    assert request.content_type == "application/json"
    assert body["completedAt"] >= body["createdAt"] == job["createdAt"]
    del body["completedAt"], body["createdAt"]
    assert body == {
        "id": job["id"],
        "status": "completed",
        "url": f"{caller.sandbox.url}/outputs/{job['id']}.jpg",
        "service": "flux-pro",
        "metadata": {"duration": None, "width": 256, "height": 256},
        "creditCost": 10,
    }


def test_a_failure_says_why(caller: Caller, receiver: HTTPServer) -> None:
    order(caller, receiver, "[[fail moderation]]")
    (request,) = received(receiver, 1)
    body = json.loads(request.data)
    assert (body["status"], body["url"]) == ("failed", None)
    assert body["error"]["code"] == "MODERATION"
    assert is_genuine(caller, request)


def test_it_is_tried_again_until_it_is_taken(caller: Caller, httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/hook").respond_with_data("", status=503)
    httpserver.expect_ordered_request("/hook").respond_with_data("")
    order(caller, httpserver)
    lines = sent(caller, 2)
    assert [(line["attempt"], line["status"]) for line in lines] == [(1, 503), (2, 200)]


def test_it_gives_up_in_the_end(caller: Caller) -> None:
    caller.order(webhookUrl="http://127.0.0.1:1/hook")
    lines = sent(caller, 3)
    assert [(line["attempt"], line["status"]) for line in lines] == [
        (1, None),
        (2, None),
        (3, None),
    ]


def test_a_doubled_one_comes_twice(caller: Caller, receiver: HTTPServer) -> None:
    order(caller, receiver, "[[double-webhook]]")
    first, second = received(receiver, 2)
    assert first.data == second.data


def test_a_forged_one_comes_beside_the_genuine(caller: Caller, receiver: HTTPServer) -> None:
    order(caller, receiver, "[[forged-webhook]]")
    requests_in = received(receiver, 2)
    assert sorted(is_genuine(caller, request) for request in requests_in) == [False, True]


def test_an_early_one_comes_before_the_answer(caller: Caller, receiver: HTTPServer) -> None:
    job = order(caller, receiver, "[[early-webhook]]")
    assert len(receiver.log) == 1
    assert job["status"] == "processing"


@pytest.mark.parametrize("mark", ["[[no-webhook]]", "[[late-webhook 60]]"])
def test_one_may_be_missing(caller: Caller, receiver: HTTPServer, mark: str) -> None:
    quiet = order(caller, receiver, mark)
    until(lambda: [line for line in caller.sandbox.log("finish") if line["id"] == quiet["id"]])
    order(caller, receiver)
    (request,) = received(receiver, 1)
    assert json.loads(request.data)["id"] != quiet["id"]


def test_a_late_one_comes_in_the_end(caller: Caller, receiver: HTTPServer) -> None:
    order(caller, receiver, "[[late-webhook 0.1]]")
    received(receiver, 1)
    assert sent(caller, 1)[0]["kind"] == "late"


def test_it_calls_nobody_but_loopback_and_the_list(receiver: HTTPServer) -> None:
    with running_sandbox(allow=frozenset({"nobody.invalid"})) as sandbox:
        sandbox.control(webhook_pauses=[])
        caller = Caller(sandbox, "alice")
        caller.order(webhookUrl="http://192.0.2.1/hook")
        (refused,) = sent(caller, 1)
        assert (refused["status"], refused["error"]) == (
            None,
            "not loopback and not on the --allow list",
        )
        caller.order(webhookUrl="http://nobody.invalid/hook")
        assert sent(caller, 2)[1]["error"] == "ConnectionError"
