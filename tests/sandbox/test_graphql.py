"""The GraphQL face: the samples of the vendor's page, and its errors as HTTP statuses."""

from typing import Any

import pytest
import requests

from tests.sandbox.conftest import HILLS, Caller

GENERATE = """mutation Generate($input: GenerateInput!) { generate(input: $input) {
  id status type provider url metadata creditCost createdAt } }"""
IMAGE = """mutation GenerateImage($input: ImageGenerationInput!) {
  generateImage(input: $input) { id url width height } }"""


def generate_input(**options: Any) -> dict[str, Any]:
    return {
        "type": "IMAGE",
        "provider": "flux-pro",
        "input": {"text": "A futuristic city"},
        "options": {"width": 256, "height": 256, **options},
    }


def test_generate_answers_the_fields_asked_for(caller: Caller) -> None:
    answer = caller.graphql(GENERATE, input=generate_input(version="flux-pro-1.1", quality="high"))
    assert answer.status_code == 200
    job = answer.json()["data"]["generate"]
    asked = ["id", "status", "type", "provider", "url", "metadata", "creditCost", "createdAt"]
    assert list(job) == asked
    assert (job["status"], job["type"], job["provider"]) == ("processing", "IMAGE", "flux-pro")
    assert (job["url"], job["creditCost"]) == (None, 13)


def test_generate_image_answers_under_the_name_it_was_asked_by(caller: Caller) -> None:
    job = caller.graphql(IMAGE, input=HILLS).json()["data"]["generateImage"]
    assert job.keys() == {"id", "url", "width", "height"}
    assert (job["width"], job["height"]) == (256, 256)
    lower = caller.graphql(IMAGE.replace("generateImage(", "generateimage("), input=HILLS)
    assert lower.json()["data"].keys() == {"generateimage"}
    aliased = caller.graphql(IMAGE.replace("generateImage(", "mine: generateImage("), input=HILLS)
    assert aliased.json()["data"].keys() == {"mine"}


def test_inputs_may_be_written_into_the_query(caller: Caller) -> None:
    query = """mutation($words: String!) { generate(input: {
        type: IMAGE, input: {text: $words}, options: {width: 256, height: 256}}) { prompt } }"""
    answer = caller.graphql(query, words="a quiet harbour")
    assert answer.json() == {"data": {"generate": {"prompt": "a quiet harbour"}}}


def test_a_query_finds_a_generation_of_ones_own(caller: Caller) -> None:
    job = caller.finished(caller.order())
    query = "query($id: ID!) { generation(id: $id) { id status url } }"
    answer = caller.graphql(query, id=job["id"])
    assert answer.json()["data"]["generation"] == {
        "id": job["id"],
        "status": "completed",
        "url": job["url"],
    }
    stranger = Caller(caller.sandbox, "mallory")
    assert stranger.graphql(query, id=job["id"]).status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (generate_input() | {"type": "VIDEO"}, "type"),
        (generate_input() | {"type": None}, "type"),
        (generate_input() | {"provider": "other"}, "provider"),
        (generate_input() | {"input": {}}, "text"),
        (generate_input() | {"input": "words"}, "input"),
        (generate_input(width="256"), "width"),
        (generate_input(height=10), "height"),
        (generate_input(colour="red"), "colour"),
    ],
)
def test_a_wrong_field_is_a_400_that_names_it(
    caller: Caller, given: dict[str, Any], field: str
) -> None:
    answer = caller.graphql(GENERATE, input=given)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST", "field": field}
    assert caller.sandbox.log("creation") == []


@pytest.mark.parametrize(
    "query", ["mutation {", "{ nothing }", "mutation { generate { id } }", "{" * 3000]
)
def test_a_query_that_makes_no_sense_is_a_400(caller: Caller, query: str) -> None:
    answer = caller.graphql(query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_too_few_credits_are_a_402_with_both_figures(caller: Caller) -> None:
    caller.sandbox.control(plans={"alice": {"credits": 9}})
    answer = caller.graphql(IMAGE, input=HILLS)
    assert answer.status_code == 402
    (error,) = answer.json()["errors"]
    assert error["message"] == "Insufficient credits for this operation"
    assert error["extensions"] == {
        "code": "INSUFFICIENT_CREDITS",
        "creditsRequired": 10,
        "creditsAvailable": 9,
    }


def test_only_a_bearer_opens(caller: Caller) -> None:
    for headers in ({}, {"X-API-Key": caller.key}, {"Authorization": "Bearer nonsense"}):
        answer = requests.post(
            f"{caller.sandbox.url}/graphql", json={"query": IMAGE}, headers=headers, timeout=10
        )
        assert answer.status_code == 401
