"""A sandbox with a log, stopped and started again on the same port."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
from pytest_httpserver import HTTPServer

from tests.sandbox.conftest import HILLS, Caller, until
from tests.sandbox.running import running_sandbox

Start = Callable[[], Caller]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "witness.jsonl"


@pytest.fixture
def start(log: Path) -> Iterator[Start]:
    """Starts it, again if it runs already, and calls it as alice."""
    port = 0
    with ExitStack() as stack:

        def again() -> Caller:
            nonlocal port
            stack.close()
            sandbox = stack.enter_context(running_sandbox(log=log, port=port))
            port = int(sandbox.url.rpartition(":")[2])
            sandbox.control(webhook_pauses=[])
            return Caller(sandbox, "alice")

        yield again


def job_in(answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    job: dict[str, Any] = answer.json()["data"]["generateimage"]
    return job


def credits_of(caller: Caller) -> int:
    left: int = caller.get("/v1/balance").json()["data"]["balance"]["credits"]
    return left


def test_a_job_that_was_under_way_ends_and_says_so(start: Start, receiver: HTTPServer) -> None:
    caller = start()
    caller.sandbox.control(seconds=60)
    begun = caller.order(width=320, quality="high", webhookUrl=receiver.url_for("/hook"))
    ended = start().finished(begun)
    assert ended["status"] == "completed"
    assert (ended["id"], ended["createdAt"]) == (job_in(begun)["id"], job_in(begun)["createdAt"])
    assert (ended["width"], ended["height"], ended["creditCost"]) == (320, 256, 13)
    until(lambda: receiver.log)
    ((hook, _),) = receiver.log
    assert hook.get_json()["id"] == ended["id"]
    assert hook.get_json()["url"] == ended["url"]


def test_a_finished_picture_is_fetched_again_to_the_byte(start: Start) -> None:
    caller = start()
    caller.finished(caller.order())
    job = caller.finished(caller.order(version="flux-pro-1.1", prompt="hills [[png]]"))
    alike = caller.finished(caller.order())
    pictures = [requests.get(each["url"], timeout=10).content for each in (job, alike)]
    caller = start()
    assert [requests.get(each["url"], timeout=10).content for each in (job, alike)] == pictures
    assert caller.get(f"/v1/text_to_image/{job['id']}").json()["data"]["generateimage"] == job
    assert caller.sandbox.log("finish") == []
    third = caller.finished(caller.order())
    assert requests.get(third["url"], timeout=10).content not in pictures


def test_a_resend_makes_nothing_twice(start: Start) -> None:
    caller = start()
    first = caller.order("one")
    caller.finished(first)
    caller = start()
    for _ in range(2):
        again = caller.order("one")
        assert again.content == first.content
        assert again.headers["Idempotency-Replayed"] == "true"
    caller = start()
    assert caller.order("one", prompt="other hills").status_code == 422
    assert caller.order("one").content == first.content
    assert caller.sandbox.log("creation") == []
    assert Caller(caller.sandbox, "bob").order("one").content != first.content


def test_an_answer_that_was_lost_is_given_after_the_restart(start: Start) -> None:
    with pytest.raises(requests.ConnectionError):
        start().order("one", prompt="hills [[lost]]")
    caller = start()
    job = caller.finished(caller.order("one", prompt="hills [[lost]]"))
    assert job["status"] == "completed"
    assert caller.sandbox.log("creation") == []


def test_a_mutation_that_makes_two_gets_both_again(start: Start) -> None:
    field = "generateImage(input: $i) { id }"
    body = {
        "query": f"mutation($i: ImageGenerationInput!) {{ a: {field} b: {field} }}",
        "variables": {"i": HILLS},
    }

    def send(caller: Caller) -> bytes:
        headers = {"Authorization": f"Bearer {caller.key}"}
        return caller.post("/graphql", body, **headers, **{"Idempotency-Key": "one"}).content

    first = send(start())
    assert len(set(first.split(b'"id": "'))) == 3
    caller = start()
    assert send(caller) == first
    assert caller.sandbox.log("creation") == []


@pytest.mark.parametrize(
    ("mark", "shown"),
    [
        ("fail moderation", ("failed", 0)),
        ("cost 777", ("completed", 777)),
        ("slow 60", ("processing", 15)),
    ],
)
def test_marks_still_apply(start: Start, mark: str, shown: tuple[str, int]) -> None:
    caller = start()
    caller.sandbox.control(seconds=60)
    first = caller.order(prompt=f"hills [[{mark}]]", width=1024, height=1024)
    caller = start()
    if "slow" in mark:
        caller.finished(caller.order())
    else:
        caller.finished(first)
    job = job_in(caller.get(f"/v1/text_to_image/{job_in(first)['id']}"))
    assert (job["status"], job["creditCost"]) == shown
    caller = start()
    job = job_in(caller.get(f"/v1/text_to_image/{job_in(first)['id']}"))
    assert (job["status"], job["creditCost"]) == shown


def test_faults_by_chance_still_apply(start: Start) -> None:
    caller = start()
    caller.sandbox.control(seconds=60, rates={"cost": 1}, amounts={"cost": 5})
    first = caller.order()
    assert start().finished(first)["creditCost"] == 5


def test_credits_add_up(start: Start) -> None:
    caller = start()
    caller.finished(caller.order())
    caller.finished(caller.order(prompt="hills [[fail]]"))
    caller.sandbox.control(seconds=60)
    failing = caller.order(prompt="hills [[fail 1]]")
    caller = start()
    caller.finished(failing)
    assert credits_of(caller) == 1_000_000 - 10
    assert credits_of(Caller(caller.sandbox, "bob")) == 1_000_000


def test_a_reset_outlasts_the_restart(start: Start) -> None:
    caller = start()
    job = caller.finished(caller.order())
    caller.sandbox.control(reset=True)
    kept = caller.finished(caller.order())
    caller = start()
    assert caller.get(f"/v1/text_to_image/{job['id']}").status_code == 404
    assert job_in(caller.get(f"/v1/text_to_image/{kept['id']}")) == kept


def test_torn_and_strange_lines_hold_up_nothing(start: Start, log: Path) -> None:
    strange = b'{"event": "creation", "id": "1", "at": "2999-01-01T00:00:00+00:00"}\n\n[]\n\xff\n'
    log.write_bytes(strange)
    caller = start()
    first = caller.finished(caller.order())
    whole = log.read_bytes().splitlines(keepends=True)[-2]
    log.write_bytes(log.read_bytes() + whole[: len(whole) // 2])
    caller = start()
    second = caller.finished(caller.order())
    caller = start()
    for job in (first, second):
        assert job_in(caller.get(f"/v1/text_to_image/{job['id']}")) == job


def test_what_is_older_than_a_day_is_left_alone(start: Start, log: Path) -> None:
    caller = start()
    old = caller.finished(caller.order())
    log.write_text(log.read_text().replace('"at": "20', '"at": "19'))
    caller = start()
    assert caller.get(f"/v1/text_to_image/{old['id']}").status_code == 404
    assert credits_of(caller) == 1_000_000
