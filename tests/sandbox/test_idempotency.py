"""A repeated `Idempotency-Key` makes nothing new."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.sandbox.conftest import HILLS, Caller


def test_the_same_key_and_body_get_the_first_answer_again(caller: Caller) -> None:
    first = caller.order("one")
    caller.finished(first)
    second = caller.order("one")
    assert second.content == first.content
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    (creation,) = caller.sandbox.log("creation")
    assert creation["idempotency_key"] == "one"


def test_another_body_with_the_same_key_is_a_422(caller: Caller) -> None:
    caller.order("one")
    answer = caller.order("one", prompt="other hills")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["extensions"]["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert len(caller.sandbox.log("creation")) == 1


def test_another_account_or_no_key_makes_another_one(caller: Caller) -> None:
    caller.order("one")
    Caller(caller.sandbox, "bob").order("one")
    caller.order()
    caller.order()
    assert len(caller.sandbox.log("creation")) == 4


def test_graphql_honours_it_too(caller: Caller) -> None:
    query = "mutation($i: ImageGenerationInput!) { generateImage(input: $i) { id } }"
    answers = [
        requests.post(
            f"{caller.sandbox.url}/graphql",
            json={"query": query, "variables": {"i": HILLS}},
            headers={"Authorization": f"Bearer {caller.key}", "Idempotency-Key": "one"},
            timeout=10,
        )
        for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert len(caller.sandbox.log("creation")) == 1


def test_a_lost_answer_is_given_to_whoever_asks_again(caller: Caller) -> None:
    with pytest.raises(requests.ConnectionError):
        caller.order("one", prompt="hills [[lost]]")
    again = caller.order("one", prompt="hills [[lost]]")
    assert again.status_code == 200
    (creation,) = caller.sandbox.log("creation")
    assert again.json()["data"]["generateimage"]["id"] == creation["id"]


def test_after_a_refusal_the_key_may_be_tried_again(caller: Caller) -> None:
    assert caller.order("one", prompt="hills [[500 1]]").status_code == 500
    assert caller.order("one", prompt="hills [[500 1]]").status_code == 200


def test_while_the_first_runs_the_second_is_a_409(caller: Caller) -> None:
    prompt = "hills [[slow-answer 1]]"
    with ThreadPoolExecutor(2) as threads:
        calls = [threads.submit(caller.order, "one", prompt=prompt) for _ in range(2)]
        statuses = sorted(call.result().status_code for call in calls)
    assert statuses == [200, 409]
    assert len(caller.sandbox.log("creation")) == 1
