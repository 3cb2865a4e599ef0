"""The REST face, point by point against what the vendor's page says."""

import re
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import HILLS, Caller

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_an_order_is_accepted_with_the_five_members_of_the_page(caller: Caller) -> None:
    caller.sandbox.control(seconds=30)
    answer = caller.order(webhookUrl="http://127.0.0.1:1/hook")
    assert answer.status_code == 200
    job = answer.json()["data"]["generateimage"]
    assert list(job) == ["id", "status", "url", "webhookUrl", "createdAt"]
    assert job["status"] == "processing"
    assert job["url"] is None
    assert job["webhookUrl"] == "http://127.0.0.1:1/hook"
    assert STAMP.fullmatch(job["createdAt"])


def test_a_finished_one_shows_its_address_and_its_cost(caller: Caller) -> None:
    job = caller.finished(caller.order(width=1024, height=1024))
    assert job["status"] == "completed"
    assert job["url"] == f"{caller.sandbox.url}/outputs/{job['id']}.jpg"
    assert job["duration"] is None
    assert job["creditCost"] == 15
    assert STAMP.fullmatch(job["createdAt"])


def test_width_height_version_and_webhook_may_be_left_out(caller: Caller) -> None:
    answer = caller.post("/v1/text_to_image", {"service": "flux-pro", "prompt": "hills"})
    job = caller.finished(answer)
    assert (job["width"], job["height"]) == (1024, 1024)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service": None}, "service"),
        ({"service": "other"}, "service"),
        ({"prompt": None}, "prompt"),
        ({"prompt": "  "}, "prompt"),
        ({"prompt": 7}, "prompt"),
        ({"prompt": "x" * 4001}, "prompt"),
        ({"width": "256"}, "width"),
        ({"width": 256.0}, "width"),
        ({"width": True}, "width"),
        ({"width": 255}, "width"),
        ({"height": 2049}, "height"),
        ({"version": "flux-2"}, "version"),
        ({"quality": "best"}, "quality"),
        ({"webhookUrl": "ftp://127.0.0.1/"}, "webhookUrl"),
        ({"webhookUrl": "nowhere"}, "webhookUrl"),
        ({"size": 3}, "size"),
    ],
)
def test_a_wrong_field_is_named(caller: Caller, changes: dict[str, Any], field: str) -> None:
    answer = caller.order(**changes)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["message"]
    assert error["extensions"] == {"code": "BAD_REQUEST", "field": field}
    assert caller.sandbox.log("creation") == []


def test_what_is_not_json_is_a_400(caller: Caller) -> None:
    for body in (b"{", b"[1]", b"\xff", b"[" * 100_000):
        answer = requests.post(
            f"{caller.sandbox.url}/v1/text_to_image",
            data=body,
            headers={"X-API-Key": caller.key},
            timeout=10,
        )
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["extensions"]["field"] == "body"


@pytest.mark.parametrize(
    ("width", "height", "quality", "credits"),
    [
        (256, 256, "standard", 10),
        (512, 512, "standard", 10),
        (512, 520, "standard", 11),
        (1024, 1024, "standard", 15),
        (1024, 1032, "standard", 16),
        (2048, 2048, "standard", 30),
        (512, 512, "high", 13),
        (1024, 1024, "high", 20),
        (2048, 2048, "high", 50),
    ],
)
def test_the_price_lies_in_the_bands_of_the_page(
    caller: Caller, width: int, height: int, quality: str, credits: int
) -> None:
    caller.sandbox.control(seconds=60)
    caller.order(width=width, height=height, quality=quality)
    assert caller.sandbox.log("creation")[0]["cost"] == credits
    balance = caller.get("/v1/balance").json()
    assert balance == {"data": {"balance": {"credits": 1_000_000 - credits}}}


def test_a_stranger_to_a_generation_gets_404(caller: Caller) -> None:
    job = caller.finished(caller.order())
    stranger = Caller(caller.sandbox, "mallory")
    for answer in (
        stranger.get(f"/v1/text_to_image/{job['id']}"),
        caller.get("/v1/text_to_image/no"),
    ):
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def test_only_the_header_that_the_page_names_opens(caller: Caller) -> None:
    url = f"{caller.sandbox.url}/v1/text_to_image"
    wrong = [
        {},
        {"X-API-Key": "nonsense"},
        {"X-API-Key": caller.key[:-1] + "0" if caller.key[-1] != "0" else caller.key[:-1] + "1"},
        {"X-API-Key": caller.key.replace("alice", "bob")},
        {"Authorization": f"Bearer {caller.key}"},
    ]
    for headers in wrong:
        answer = requests.post(url, json=HILLS, headers=headers, timeout=10)
        assert answer.status_code == 401
        assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHORIZED"}


def test_the_first_page_says_what_this_is(caller: Caller) -> None:
    answer = requests.get(caller.sandbox.url, timeout=10)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "sandbox" in answer.text
    assert requests.get(f"{caller.sandbox.url}/nothing", timeout=10).status_code == 404
