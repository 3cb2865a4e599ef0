"""Wrong and oversized GraphQL: a 400 that names what is wrong, and suggests nothing."""

from typing import Any

import pytest

from generations.lifecycle.models import Generation
from tests.api.conftest import GENERATE, SHOW, Script, code, error

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"type": "VIDEO"}, "type"),
        ({"type": None}, "type"),
        ({"type": 1}, "type"),
        ({"provider": "flux-ultra"}, "provider"),
        ({"input": None}, "input"),
        ({"input": {}}, "input.text"),
        ({"input": {"text": ""}}, "input.text"),
        ({"input": {"text": 5}}, "input.text"),
        ({"input": {"text": "a\x00"}}, "input.text"),
        ({"input": {"text": "a\udc00"}}, "input.text"),
        ({"input": {"text": "a", "image": "b"}}, "input.image"),
        ({"options": 5}, "options"),
        ({"options": {"width": "512"}}, "options.width"),
        ({"options": {"width": 512.5}}, "options.width"),
        ({"options": {"width": True}}, "options.width"),
        ({"options": {"width": 2**63}}, "options.width"),
        ({"options": {"width": 4096}}, "options.width"),
        ({"options": {"height": 1}}, "options.height"),
        ({"options": {"version": "9"}}, "options.version"),
        ({"options": {"quality": "best"}}, "options.quality"),
        ({"options": {"mode": "live"}}, "options.mode"),
        ({"options": {"webhookUrl": "https://127.0.0.1/"}}, "options.webhookUrl"),
        ({"webhookUrl": "http://127.0.0.1/"}, "webhookUrl"),
        ({"team": "elsewhere"}, "team"),
    ],
)
def test_a_wrong_variable_is_named(script: Script, members: Any, field: str) -> None:
    assert code(script.generate(**members)) == (400, "BAD_REQUEST", field)
    assert not Generation.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ('{type: "IMAGE", input: {text: 5}}', "input.text"),
        ('{type: "IMAGE", input: {}}', "input.text"),
        ('{type: "IMAGE", input: {text: "a"}, options: {width: "1"}}', "options.width"),
        ('{type: "IMAGE", input: {text: "a"}, options: {size: 1}}', "options.size"),
        ("5", "input"),
    ],
)
def test_a_wrong_literal_is_named(script: Script, given: str, field: str) -> None:
    answer = script.query(f"mutation {{ generate(input: {given}) {{ id }} }}")
    assert code(answer) == (400, "BAD_REQUEST", field)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "{",
        "mutation { genrate }",
        "mutation { generate { id } }",
        "{ generation { id } }",
        "{ generatio(id: 1) { id } }",
        "{ generation(id: 1) { idd } }",
        "query Q($i: Idd!) { generation(id: $i) { id } }",
        "subscription { generation }",
        "{ generation(id: 1) { ...A } } fragment A on Generation { ...A }",
        "{ generation(id: 1) { ...A } }",
        "{ generation(id: 1) { id } } { generation(id: 2) { id } }",
        "query { generation(id: 1) { id \ud800 } }",
        "query { generation(id: 1) { id \x00 } }",
        "{" * 400 + "a" + "}" * 400,
        "{ generation(id: " + "[" * 450 + "]" * 450 + ") { id } }",
    ],
)
def test_a_wrong_query_is_400_without_suggestions(script: Script, query: str) -> None:
    answer = script.query(query)
    status, name, _field = code(answer)
    assert (status, name) == (400, "BAD_REQUEST")
    assert error(answer)["field"]
    assert "Did you mean" not in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"query": 5}, "query"),
        ({"query": None}, "query"),
        ({}, "query"),
        ({"query": SHOW, "variables": []}, "variables"),
        ({"query": SHOW, "variables": [1]}, "variables"),
        ({"query": SHOW, "variables": "x"}, "variables"),
        ({"query": SHOW, "operationName": 5}, "operationName"),
        ([{"query": SHOW, "variables": {"id": "x"}}], "body"),
        ("not json", "body"),
    ],
)
def test_a_wrong_request_is_400(script: Script, content: Any, field: str) -> None:
    answer = script.post("/graphql", content)
    if content == {"query": SHOW, "variables": []}:
        field = "id"  # an empty list is no variables, which the query misses
    assert code(answer) == (400, "BAD_REQUEST", field)


def test_a_missing_variable_is_named(script: Script) -> None:
    assert code(script.query(GENERATE)) == (400, "BAD_REQUEST", "input")


TOO_MUCH = {
    "aliases": "{" + " ".join(f'a{n}: generation(id: "x") {{ id }}' for n in range(16)) + "}",
    "aliases in fragments": "{ ...A ...B } fragment A on Query {"
    + " ".join(f"a{n}: __typename" for n in range(8))
    + "} fragment B on Query { ...A ...A x: __typename }",
    "a tower of fragments": "{ ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(70))
    + " fragment F70 on Query { a: __typename }",
    "depth": "{ generation(id: 1) " + "{ metadata " * 8 + "}" * 8 + "}",
    "fields": "{" + "__typename " * 300 + "}",
    "tokens": "{" + "__typename " * 1100 + "}",
    "bytes": "{ generation(id: " + '"' + "x" * 17_000 + '") { id } }',
    "introspection": "{ __schema { types "
    + "{ fields { type " * 10
    + "{ name }"
    + "}}" * 10
    + "}}",
}


@pytest.mark.parametrize("query", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_too_large_a_query_is_refused(script: Script, query: str) -> None:
    assert code(script.query(query)) == (400, "BAD_REQUEST", "query")
