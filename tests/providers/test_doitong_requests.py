"""What is sent: the page's own words, and nothing it does not name without need."""

from dataclasses import replace
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request

from generations.providers.contract import Connection, Provider, ProviderError, Spec, Trouble

CALLBACK = "https://hub.example/hooks/in/doitong/token"
JOB = {"id": "abc123xyz", "status": "processing", "url": None}


def sent(server: HTTPServer) -> tuple[Request, dict[str, Any]]:
    request = server.log[-1][0]
    body: dict[str, Any] = request.get_json() if request.data else {}
    return request, body


@pytest.fixture(autouse=True)
def upstream(httpserver: HTTPServer) -> None:
    answer = {"data": {"generateimage": JOB}}
    httpserver.expect_request("/v1/text_to_image", method="POST").respond_with_json(answer)
    httpserver.expect_request("/v1/text_to_image/abc123xyz").respond_with_json(answer)
    httpserver.expect_request("/graphql", method="POST").respond_with_json(
        {"data": {"generate": JOB, "generation": JOB}}
    )


def test_rest_sends_the_pages_parameters_under_its_header(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec
) -> None:
    doitong.submit(rest, spec, CALLBACK, "once-1")
    request, body = sent(httpserver)
    assert request.headers["X-API-Key"] == "key-0123456789"
    assert "Authorization" not in request.headers
    assert request.headers["Idempotency-Key"] == "once-1"
    assert request.headers["Content-Type"] == "application/json"
    assert body == {
        "service": "flux-pro",
        "prompt": "A fox in snow",
        "width": 1024,
        "height": 768,
        "version": "flux-pro-1.1",
        "webhookUrl": CALLBACK,
    }


def test_rest_names_a_quality_only_when_it_is_not_the_standard(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec
) -> None:
    doitong.submit(rest, replace(spec, quality="high"), "", "once-1")
    assert sent(httpserver)[1]["quality"] == "high"


def test_graphql_sends_the_pages_mutation_under_its_header(
    httpserver: HTTPServer, doitong: Provider, graphql: Connection, spec: Spec
) -> None:
    doitong.submit(graphql, spec, CALLBACK, "once-1")
    request, body = sent(httpserver)
    assert request.headers["Authorization"] == "Bearer key-0123456789"
    assert "X-API-Key" not in request.headers
    assert request.headers["Idempotency-Key"] == "once-1"
    assert "generate(input: $input)" in body["query"]
    assert "mutation Generate($input: GenerateInput!)" in body["query"]
    assert body["variables"]["input"] == {
        "type": "IMAGE",
        "provider": "flux-pro",
        "input": {"text": "A fox in snow"},
        "options": {
            "width": 1024,
            "height": 768,
            "version": "flux-pro-1.1",
            "quality": "standard",
            "webhookUrl": CALLBACK,
        },
    }


@pytest.mark.parametrize("transport", ["rest", "graphql"])
def test_without_a_webhook_secret_no_webhook_is_asked_for(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec, transport: Any
) -> None:
    plain = replace(rest, transport=transport, webhook_secret="")
    doitong.submit(plain, spec, CALLBACK, "once-1")
    assert "webhookUrl" not in httpserver.log[-1][0].get_data(as_text=True)


def test_the_same_submission_is_the_same_bytes(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec
) -> None:
    for _ in range(2):
        doitong.submit(rest, spec, CALLBACK, "once-1")
    (one, _answer), (two, _again) = httpserver.log
    assert one.data == two.data
    assert dict(one.headers) == dict(two.headers)


def test_an_upstream_that_does_not_honour_idempotency_gets_no_key(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec
) -> None:
    doitong.submit(replace(rest, honours_idempotency=False), spec, "", "once-1")
    assert "Idempotency-Key" not in sent(httpserver)[0].headers


def test_asking_for_a_job_is_a_get_of_the_polling_path(
    httpserver: HTTPServer, doitong: Provider, rest: Connection
) -> None:
    assert doitong.fetch(rest, "abc123xyz").upstream_id == "abc123xyz"
    request, _body = sent(httpserver)
    assert (request.method, request.path) == ("GET", "/v1/text_to_image/abc123xyz")
    assert request.headers["X-API-Key"] == "key-0123456789"


def test_asking_by_graphql_is_a_query(
    httpserver: HTTPServer, doitong: Provider, graphql: Connection
) -> None:
    assert doitong.fetch(graphql, "abc123xyz").upstream_id == "abc123xyz"
    request, body = sent(httpserver)
    assert request.headers["Authorization"] == "Bearer key-0123456789"
    assert "generation(id: $id)" in body["query"]
    assert body["variables"] == {"id": "abc123xyz"}


def test_an_id_cannot_lead_to_another_path(
    httpserver: HTTPServer, doitong: Provider, rest: Connection
) -> None:
    with pytest.raises(ProviderError):
        doitong.fetch(rest, "../balance?x=/y#z")
    assert httpserver.log[-1][0].environ["REQUEST_URI"].endswith("/..%2Fbalance%3Fx%3D%2Fy%23z")


def test_an_upstream_that_cannot_be_asked_is_not_asked(
    httpserver: HTTPServer, doitong: Provider, rest: Connection
) -> None:
    with pytest.raises(ProviderError) as error:
        doitong.fetch(replace(rest, poll_path=""), "abc123xyz")
    assert error.value.trouble is Trouble.REFUSED
    assert httpserver.log == []
