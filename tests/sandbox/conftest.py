"""One caller of a fresh sandbox, and somebody who takes webhooks."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
import requests
from pytest_httpserver import HTTPServer

from tests.sandbox.running import Sandbox, running_sandbox

T = TypeVar("T")
HILLS = {"service": "flux-pro", "prompt": "hills at dusk", "width": 256, "height": 256}


@dataclass(frozen=True)
class Caller:
    sandbox: Sandbox
    label: str

    @property
    def key(self) -> str:
        return self.sandbox.credentials(self.label)[0]

    @property
    def webhook_secret(self) -> str:
        return self.sandbox.credentials(self.label)[1]

    def order(self, idempotency_key: str = "", **changes: Any) -> requests.Response:
        """POST /v1/text_to_image for a small picture of hills, with changes."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self.post("/v1/text_to_image", HILLS | changes, **headers)

    def post(self, path: str, body: Any, **headers: str) -> requests.Response:
        headers = {"X-API-Key": self.key, **headers}
        return requests.post(self.sandbox.url + path, json=body, headers=headers, timeout=10)

    def get(self, path: str) -> requests.Response:
        headers = {"X-API-Key": self.key}
        return requests.get(self.sandbox.url + path, headers=headers, timeout=10)

    def graphql(self, query: str, **variables: Any) -> requests.Response:
        return requests.post(
            f"{self.sandbox.url}/graphql",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=10,
        )

    def finished(self, answer: requests.Response) -> dict[str, Any]:
        """The generation that an order began, once it is no longer processing."""
        job_id = answer.json()["data"]["generateimage"]["id"]

        def poll() -> dict[str, Any] | None:
            body = self.get(f"/v1/text_to_image/{job_id}").json()["data"]["generateimage"]
            return body if body["status"] != "processing" else None

        return until(poll)


def until(look: Callable[[], T | None], seconds: float = 10) -> T:
    """The first answer that is not empty."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)
    return found


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        running.control(webhook_pauses=[0.02, 0.02])
        yield running


@pytest.fixture
def caller(sandbox: Sandbox) -> Caller:
    return Caller(sandbox, "alice")


@pytest.fixture
def receiver(httpserver: HTTPServer) -> HTTPServer:
    """Takes every webhook at /hook."""
    httpserver.expect_request("/hook", method="POST").respond_with_data("")
    return httpserver
