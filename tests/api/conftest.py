"""Scripts: callers of the API, each with a key of its own."""

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from generations.api.models import RateWindow
from generations.core import clock
from generations.keys import issued
from generations.keys.models import ApiKey
from generations.lifecycle.models import Generation
from generations.teams.models import Team, User
from tests.conftest import SignIn

GENERATE = """
mutation Generate($input: GenerateInput!) {
  generate(input: $input) { id status type provider url metadata creditCost createdAt webhookUrl }
}
"""
GENERATE_IMAGE = """
mutation GenerateImage($input: ImageGenerationInput!) {
  generateImage(input: $input) { id url width height status }
}
"""
SHOW = "query Show($id: ID!) { generation(id: $id) { id status url metadata creditCost error } }"


class Script:
    """What a person's script sends with one key; answers are Django's test responses."""

    def __init__(self, key: ApiKey, text: str, header: str = "X-API-Key") -> None:
        self.key = key
        self.text = text
        value = text if header == "X-API-Key" else f"Bearer {text}"
        self.client = Client(headers={header: value})

    def ask(self, headers: dict[str, str] | None = None, **parameters: Any) -> Any:
        """POST /v1/text_to_image for a small picture, unless the parameters say otherwise."""
        wanted = {"service": "flux-pro", "prompt": "a hill", "width": 512, "height": 512}
        return self.post("/v1/text_to_image", {**wanted, **parameters}, headers)

    def generate(self, headers: dict[str, str] | None = None, **members: Any) -> Any:
        """The mutation `generate`; `members` replace those of its input."""
        wanted = {
            "type": "IMAGE",
            "provider": "flux-pro",
            "input": {"text": "a hill"},
            "options": {"width": 512, "height": 512},
        }
        return self.query(GENERATE, {"input": {**wanted, **members}}, headers)

    def query(
        self,
        query: Any,
        variables: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        return self.post("/graphql", {"query": query, "variables": variables}, headers)

    def post(self, path: str, content: Any, headers: dict[str, str] | None = None) -> Any:
        body = content if isinstance(content, str | bytes) else json.dumps(content)
        return self.client.post(path, body, content_type="application/json", headers=headers)

    def show(self, generation: object) -> Any:
        return self.client.get(f"/v1/text_to_image/{generation}")


Issue = Callable[..., Script]
Printed = Callable[[str], str]


@pytest.fixture
def issue(team: Team) -> Issue:
    """issue(alice) is a script with a new practice key of hers; `mode`, `team`, `header` differ."""

    def make(
        user: User, *, mode: str = "test", team: Team = team, header: str = "X-API-Key"
    ) -> Any:
        key, text = issued.issue(team, user, name="Nightly", mode=mode)
        return Script(key, text, header)

    return make


@pytest.fixture
def script(issue: Issue, alice: User) -> Script:
    return issue(alice)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """at(1000020) makes that Unix second now, for what people read and for rates."""

    def move(second: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime.fromtimestamp(second, UTC))

    return move


@pytest.fixture
def hub(live_server: LiveServer, settings: Settings) -> str:
    settings.SITE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def printed(hub: str, sign_in: SignIn, script: Script, alice: User, team: Team) -> Printed:
    """printed("curl") is that sample of our page, with the key of the script put in."""
    page = sign_in(alice).get(f"/t/{team.slug}/api/").content.decode()

    def sample(name: str) -> str:
        found = re.search(
            rf'<pre class="code" id="sample-{name}"[^>]*>(.*?)</pre>', page, re.DOTALL
        )
        assert found
        return html.unescape(found[1]).replace("YOUR_API_KEY", script.text)

    return sample


def one(response: Any) -> dict[str, Any]:
    """The only member below `data` of a good answer."""
    assert response.status_code == 200, response.content
    (member,) = response.json()["data"].values()
    assert isinstance(member, dict)
    return member


def error(response: Any) -> dict[str, Any]:
    """The extensions of the only error, once its form is what the protocol says."""
    content = response.json()
    assert set(content) == {"errors"}, content
    (only,) = content["errors"]
    assert set(only) == {"message", "extensions"}
    assert only["message"]
    assert "Traceback" not in only["message"]
    extensions: dict[str, Any] = only["extensions"]
    return extensions


def code(response: Any) -> tuple[int, str, str]:
    """Status, code, field."""
    extensions = error(response)
    return response.status_code, extensions["code"], extensions.get("field", "")


def generation_of(response: Any) -> Generation:
    return Generation.objects.get(pk=one(response)["id"])


def counted(kind: str) -> int:
    rows = RateWindow.objects.filter(principal__endswith=kind).values_list("count", flat=True)
    return sum(rows)
