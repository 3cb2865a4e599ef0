"""The samples run as they are printed: only the address and the key are put in."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import requests

from generations.core import signing
from generations.lifecycle.models import Generation
from tests.api.conftest import GENERATE_IMAGE, Printed, Script
from tests.equipment import VENDORS_PAGE

pytestmark = pytest.mark.django_db(transaction=True)
VENDOR = "https://api.doitong.com"
SECONDS = 30


@pytest.fixture
def vendors(hub: str, script: Script) -> Callable[[str, str], str]:
    """vendors("curl -X", "}'") is the vendor's sample from one mark to the next other."""
    page = VENDORS_PAGE.read_text()

    def sample(first: str, last: str) -> str:
        start = page.index(first)
        text = page[start : page.index(last, start) + len(last)]
        return text.replace(VENDOR, hub).replace("YOUR_API_KEY", script.text)

    return sample


def _run(command: list[str], source: str = "") -> str:
    done = subprocess.run(
        command, input=source, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _shell(source: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(_run(["bash"], source.replace("curl ", "curl -sS ", 1)))
    return answer


def _only(width: int = 1024) -> Generation:
    generation = Generation.objects.get()
    assert (generation.width, generation.height) == (width, width)
    return generation


@pytest.mark.curl
def test_our_rest_sample(printed: Printed) -> None:
    picture = _shell(printed("rest"))["data"]["generateimage"]
    assert (picture["id"], picture["status"]) == (str(_only().pk), "processing")


@pytest.mark.curl
def test_our_curl_sample(printed: Printed) -> None:
    picture = _shell(printed("curl"))["data"]["generate"]
    assert (picture["id"], picture["creditCost"]) == (str(_only().pk), 15)


@pytest.mark.node
def test_our_javascript_sample(printed: Printed) -> None:
    output = _run(["node", "--input-type=module"], printed("fetch"))
    assert str(_only().pk) in output


def test_our_python_sample(printed: Printed) -> None:
    output = _run([sys.executable], printed("python"))
    assert str(_only().pk) in output
    assert _only().version == "flux-pro-1.1"


def test_our_sample_of_verifying(printed: Printed) -> None:
    room: dict[str, Any] = {}
    exec(printed("verify"), room)  # noqa: S102  (what the page prints is what is tested)
    body, secret = b'{"id": "abc"}', signing.new_webhook_secret()
    assert room["is_genuine"](body, signing.signature(body, secret), secret)
    assert not room["is_genuine"](body + b" ", signing.signature(body, secret), secret)


@pytest.mark.vendors_page
@pytest.mark.curl
def test_the_vendors_curl_sample(vendors: Callable[[str, str], str]) -> None:
    picture = _shell(vendors("curl -X POST", "}'"))["data"]["generate"]
    assert picture["id"] == str(_only().pk)
    assert set(picture) == {"id", "status", "type", "provider", "url", "metadata", "creditCost"}


@pytest.mark.vendors_page
@pytest.mark.node
def test_the_vendors_javascript_sample(vendors: Callable[[str, str], str]) -> None:
    source = vendors("const response", "data.data.generateImage);")
    assert str(_only_after(_run(["node", "--input-type=module"], source)).pk)


@pytest.mark.vendors_page
def test_the_vendors_python_sample(vendors: Callable[[str, str], str]) -> None:
    source = vendors("import requests", 'data["data"]["generate"])')
    assert str(_only_after(_run([sys.executable], source)).pk)


def _only_after(output: str) -> Generation:
    generation = _only()
    assert str(generation.pk) in output
    return generation


def test_the_javascript_sample_without_javascript(hub: str, script: Script) -> None:
    wanted = {"service": "flux-pro", "prompt": "a hill", "width": 1024, "height": 1024}
    answer = requests.post(
        f"{hub}/graphql",
        json={"query": GENERATE_IMAGE, "variables": {"input": wanted}},
        headers={"Authorization": f"Bearer {script.text}"},
        timeout=SECONDS,
    )
    picture = answer.json()["data"]["generateImage"]
    assert (picture["id"], picture["url"], picture["width"]) == (str(_only().pk), None, 1024)
    assert answer.headers["X-RateLimit-Limit"] == "30"
