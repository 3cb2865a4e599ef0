"""What a mark in the prompt, or chance, makes the sandbox do."""

import io

import pytest
import requests
from PIL import Image

from tests.sandbox.conftest import Caller
from tests.sandbox.running import running_sandbox


@pytest.mark.parametrize(
    ("mark", "status", "code"),
    [
        ("400", 400, "BAD_REQUEST"),
        ("401", 401, "UNAUTHORIZED"),
        ("402", 402, "INSUFFICIENT_CREDITS"),
        ("429", 429, "RATE_LIMIT_EXCEEDED"),
        ("500", 500, "INTERNAL_SERVER_ERROR"),
    ],
)
def test_a_status_may_be_asked_for(caller: Caller, mark: str, status: int, code: str) -> None:
    answer = caller.order(prompt=f"hills [[{mark}]]")
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == code
    query = "mutation($i: ImageGenerationInput!) { generateImage(input: $i) { id } }"
    same = caller.graphql(query, i={"service": "flux-pro", "prompt": f"hills [[{mark}]]"})
    assert (same.status_code, same.json().get("data")) == (status, None)
    assert caller.sandbox.log("creation") == []


@pytest.mark.parametrize(("mark", "status"), [("502", 502), ("html", 200)])
def test_a_gateway_answers_html(caller: Caller, mark: str, status: int) -> None:
    answer = caller.order(prompt=f"hills [[{mark}]]")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert caller.sandbox.log("creation") == []


@pytest.mark.parametrize(("mark", "made"), [("lost", 1), ("lost-before", 0)])
def test_an_answer_may_be_lost(caller: Caller, mark: str, made: int) -> None:
    with pytest.raises(requests.ConnectionError):
        caller.order(prompt=f"hills [[{mark}]]")
    assert len(caller.sandbox.log("creation")) == made


def test_a_gateway_may_hide_a_creation(caller: Caller) -> None:
    assert caller.order(prompt="hills [[502-after]]").status_code == 502
    assert len(caller.sandbox.log("creation")) == 1


@pytest.mark.parametrize(
    ("mark", "cost"), [("wrong-cost 777", 777), ("wrong-cost", 9999), ("cost -5", -5)]
)
def test_the_cost_may_be_wrong(caller: Caller, mark: str, cost: int) -> None:
    assert caller.finished(caller.order(prompt=f"hills [[{mark}]]"))["creditCost"] == cost


def test_the_cost_may_be_missing(caller: Caller) -> None:
    assert "creditCost" not in caller.finished(caller.order(prompt="hills [[no-cost]]"))


@pytest.mark.parametrize(
    ("mark", "start"),
    [
        ("inside-url", "http://127.0.0.1:1/"),
        ("metadata-url", "http://169.254.169.254/"),
        ("other-host", "https://elsewhere.example/"),
    ],
)
def test_the_address_may_point_elsewhere(caller: Caller, mark: str, start: str) -> None:
    assert caller.finished(caller.order(prompt=f"hills [[{mark}]]"))["url"].startswith(start)


def fetch(caller: Caller, mark: str) -> requests.Response:
    job = caller.finished(caller.order(prompt=f"hills [[{mark}]]"))
    return requests.get(job["url"], timeout=10, allow_redirects=False)


def test_the_picture_may_be_a_bomb(caller: Caller) -> None:
    content = fetch(caller, "bomb").content
    assert len(content) < 100_000
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(content))


@pytest.mark.parametrize("mark", ["not-an-image", "truncated", "svg"])
def test_the_picture_may_be_none(caller: Caller, mark: str) -> None:
    answer = fetch(caller, mark)
    assert answer.status_code == 200
    with pytest.raises(OSError, match=r"cannot identify|truncated"):
        Image.open(io.BytesIO(answer.content)).load()


def test_the_picture_may_be_too_big_or_elsewhere(caller: Caller) -> None:
    assert len(fetch(caller, "big").content) > 10_000_000
    moved = fetch(caller, "redirect")
    assert (moved.status_code, moved.headers["Location"]) == (302, "http://127.0.0.1:1/inside")


def test_the_picture_may_come_in_drips(caller: Caller) -> None:
    job = caller.finished(caller.order(prompt="hills [[drip]]"))
    with requests.get(job["url"], timeout=10, stream=True) as answer:
        assert "Content-Length" not in answer.headers
        assert answer.raw.read(1) == b"\xff"


def test_a_slow_one_is_processing_for_long(caller: Caller) -> None:
    answer = caller.order(prompt="hills [[slow 60]]")
    job_id = answer.json()["data"]["generateimage"]["id"]
    quick = caller.finished(caller.order())
    assert quick["status"] == "completed"
    slow = caller.get(f"/v1/text_to_image/{job_id}").json()["data"]["generateimage"]
    assert slow["status"] == "processing"


def statuses(seed: int) -> list[int]:
    with running_sandbox(seconds=60) as sandbox:
        sandbox.control(seed=seed, rates={"500": 0.4, "402": 0.1})
        caller = Caller(sandbox, "alice")
        return [caller.order().status_code for _ in range(30)]


def test_chance_is_repeatable() -> None:
    first = statuses(1)
    assert set(first) == {200, 402, 500}
    assert first == statuses(1)
    assert first != statuses(2)
