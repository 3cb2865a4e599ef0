"""`POST /graphql`: the page's mutations, real HTTP statuses, and limits on what it costs us."""

from typing import Any

import pytest
from django.test import Client

from generations.lifecycle.models import Generation
from generations.teams.models import Team, User
from tests.api.conftest import (
    GENERATE,
    GENERATE_IMAGE,
    SHOW,
    Issue,
    Script,
    code,
    generation_of,
    one,
)

pytestmark = pytest.mark.django_db
INTROSPECTION = """
query IntrospectionQuery { __schema { queryType { name } mutationType { name }
  types { ...FullType } directives { name description locations args { ...InputValue } } } }
fragment FullType on __Type { kind name description
  fields(includeDeprecated: true) { name description args { ...InputValue }
    type { ...TypeRef } isDeprecated deprecationReason }
  inputFields { ...InputValue } interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name } possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }
"""


def test_generate_asks_for_a_picture(script: Script, alice: User) -> None:
    answer = script.generate(options={"width": 512, "height": 640, "quality": "high"})
    picture = one(answer)
    assert answer.json()["data"].keys() == {"generate"}
    assert (picture["status"], picture["type"], picture["url"]) == ("processing", "IMAGE", None)
    assert picture["provider"] == "flux-pro"
    assert picture["metadata"]["stage"] == "queued"
    generation = generation_of(answer)
    assert picture["creditCost"] == generation.likely
    assert (generation.width, generation.height, generation.quality) == (512, 640, "high")
    assert generation.author == alice


@pytest.mark.parametrize("field", ["generateImage", "generateimage"])
def test_generate_image_asks_for_one_in_either_spelling(script: Script, field: str) -> None:
    wanted = {"service": "flux-pro", "prompt": "a hill", "width": 512, "height": 640}
    answer = script.query(GENERATE_IMAGE.replace("generateImage(", f"{field}("), {"input": wanted})
    picture = one(answer)
    assert answer.json()["data"].keys() == {field}
    assert (picture["url"], picture["width"], picture["height"]) == (None, 512, 640)


def test_the_provider_and_the_options_may_be_left_out(script: Script) -> None:
    answer = script.query(GENERATE, {"input": {"type": "IMAGE", "input": {"text": "a hill"}}})
    assert generation_of(answer).width == 1024


def test_what_is_asked_for_may_stand_in_the_query(script: Script) -> None:
    query = (
        'mutation { generate(input: {type: "IMAGE", input: {text: "a hill"}, '
        "options: {width: 256, height: 256}}) { id } }"
    )
    assert generation_of(script.query(query)).width == 256


@pytest.mark.parametrize("place", ["input", "options"])
def test_a_webhook_address_is_taken_from_either_place(
    script: Script, place: str, settings: Any
) -> None:
    settings.ALLOWED_OUTBOUND_ORIGINS = ["http://127.0.0.1:9"]
    url = {"webhookUrl": "http://127.0.0.1:9/done"}
    members = url if place == "input" else {"options": url}
    assert one(script.generate(**members))["webhookUrl"] == "http://127.0.0.1:9/done"


def test_get_is_no_way_to_query(script: Script) -> None:
    answer = script.client.get("/graphql", {"query": "{ __typename }"})
    assert code(answer) == (405, "METHOD_NOT_ALLOWED", "")
    assert answer.headers["Allow"] == "POST"


def test_there_is_no_page_to_explore_it(script: Script) -> None:
    answer = script.client.get("/graphql", headers={"Accept": "text/html"})
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("media", ["text/plain", "multipart/form-data; boundary=x", ""])
def test_only_json_is_read(script: Script, media: str) -> None:
    body = '{"query": "{ __typename }"}'
    answer = script.client.generic("POST", "/graphql", body, content_type=media)
    assert code(answer) == (400, "BAD_REQUEST", "Content-Type")


def test_one_request_asks_for_one_picture(script: Script) -> None:
    fields = "generate(input: $input) { id }"
    for query in (
        f"mutation M($input: GenerateInput!) {{ a: {fields} b: {fields} }}",
        f"mutation M($input: GenerateInput!) {{ ...A a: {fields} }} "
        f"fragment A on Mutation {{ {fields} }}",
    ):
        answer = script.query(query, {"input": {"type": "IMAGE", "input": {"text": "a"}}})
        assert code(answer) == (400, "BAD_REQUEST", "query")
    assert not Generation.objects.exists()


def test_several_generations_may_be_asked_about_at_once(script: Script) -> None:
    generation = generation_of(script.ask())
    query = f'{{ a: generation(id: "{generation.pk}") {{ id }} b: generation(id: "x") {{ id }} }}'
    answer = script.query(query)
    assert answer.status_code == 404
    assert answer.json()["data"] == {"a": {"id": str(generation.pk)}, "b": None}
    assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def test_introspection_is_for_those_with_a_key(script: Script) -> None:
    types = script.query(INTROSPECTION).json()["data"]["__schema"]["types"]
    assert {"Generation", "GenerateInput", "ImageGenerationInput"} <= {t["name"] for t in types}
    answer = Client().post("/graphql", {"query": INTROSPECTION}, content_type="application/json")
    assert answer.status_code == 401


def test_another_teams_generation_is_as_unknown_as_none(
    script: Script, issue: Issue, charlie: User, other_team: Team
) -> None:
    foreign = generation_of(issue(charlie, team=other_team).generate())
    answer, nothing = script.query(SHOW, {"id": str(foreign.pk)}), script.query(SHOW, {"id": "x"})
    assert code(answer) == (404, "NOT_FOUND", "")
    assert answer.content == nothing.content


def test_an_operation_is_chosen_by_name(script: Script) -> None:
    body = {"query": "query A { __typename } query B { b: __typename }", "operationName": "B"}
    assert script.post("/graphql", body).json() == {"data": {"b": "Query"}}
    answer = script.post("/graphql", {**body, "operationName": "C"})
    assert code(answer)[:2] == (400, "BAD_REQUEST")
