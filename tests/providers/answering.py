"""One answer at every address of the upstream, and the error that came of it."""

import json

import pytest
from pytest_httpserver import HTTPServer

from generations.providers.contract import Connection, Provider, ProviderError, Spec


def answer(server: HTTPServer, body: object, status: int = 200, **headers: str) -> None:
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    server.expect_request("/v1/text_to_image").respond_with_data(content, status, named)
    server.expect_request("/graphql").respond_with_data(content, status, named)
    server.expect_request("/v1/text_to_image/abc").respond_with_data(content, status, named)


def failing(doitong: Provider, connection: Connection, spec: Spec) -> ProviderError:
    with pytest.raises(ProviderError) as error:
        doitong.submit(connection, spec, "", "once-1")
    return error.value
