"""From a script's request to the picture it fetches, over real HTTP on both sides."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from pytest_django.fixtures import Settings

from generations.keys.models import UpstreamKey
from generations.lifecycle.models import Generation
from generations.teams.models import Team
from tests.api.conftest import GENERATE, Printed, Script
from tests.engine import run_to_end
from tests.sandbox.running import running_sandbox

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 30


@pytest.fixture
def upstream(hub: str, script: Script, team: Team, settings: Settings) -> Iterator[None]:
    with running_sandbox() as running:
        settings.SANDBOX_URL = running.url
        settings.ALLOWED_OUTBOUND_ORIGINS = [running.url, hub]
        settings.CALLBACK_URL = hub
        UpstreamKey.objects.filter(team=team).update(base_url=running.url)
        yield


@pytest.mark.usefixtures("upstream")
def test_a_script_polls_its_picture_to_the_end_and_fetches_it(
    hub: str, script: Script, printed: Printed
) -> None:
    asked = requests.post(
        f"{hub}/graphql",
        json={
            "query": GENERATE,
            "variables": {
                "input": {
                    "type": "IMAGE",
                    "input": {"text": "a hill at dusk"},
                    "options": {"width": 512, "height": 512},
                }
            },
        },
        headers={"Authorization": f"Bearer {script.text}"},
        timeout=SECONDS,
    )
    generation = Generation.objects.get(pk=asked.json()["data"]["generate"]["id"])
    run_to_end(generation)
    room: dict[str, Any] = {}
    exec(printed("poll"), room)  # noqa: S102
    picture = room["wait_for"](generation.pk)
    assert (picture["status"], picture["creditCost"]) == ("completed", 10)
    assert picture["metadata"]["stage"] == "completed"
    assert picture["completedAt"] is not None
    file = requests.get(picture["url"], timeout=SECONDS)
    assert file.status_code == 200
    assert file.headers["Content-Type"].startswith("image/")


@pytest.mark.usefixtures("upstream")
def test_a_failure_is_told_with_its_reason_and_costs_nothing(script: Script) -> None:
    asked = script.ask(prompt="a hill [[fail]]")
    generation = Generation.objects.get(pk=asked.json()["data"]["generateimage"]["id"])
    run_to_end(generation)
    picture = script.show(generation.pk).json()["data"]["generateimage"]
    assert (picture["status"], picture["url"], picture["creditCost"]) == ("failed", None, 0)
    assert picture["error"]["code"] == generation.failure.upper()
    assert picture["error"]["message"]
