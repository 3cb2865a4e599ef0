"""A raw server in the upstream's place, for shapes that the sandbox never sends."""

from dataclasses import replace

import pytest
from pytest_django.fixtures import Settings
from pytest_httpserver import HTTPServer

from generations.providers import registry
from generations.providers.contract import Connection, Provider, Spec


@pytest.fixture
def doitong() -> Provider:
    return registry.get("doitong")


@pytest.fixture
def spec() -> Spec:
    return Spec("A fox in snow", 1024, 768, "flux-pro-1.1", "standard", "flux-pro")


@pytest.fixture
def rest(httpserver: HTTPServer, settings: Settings) -> Connection:
    url = httpserver.url_for("").rstrip("/")
    settings.ALLOWED_OUTBOUND_ORIGINS = [url]
    return Connection(
        base_url=url,
        transport="rest",
        api_key="key-0123456789",
        webhook_secret="whsec_0123",
        poll_path="/v1/text_to_image/{id}",
        honours_idempotency=True,
    )


@pytest.fixture
def graphql(rest: Connection) -> Connection:
    return replace(rest, transport="graphql", poll_path="/graphql")
