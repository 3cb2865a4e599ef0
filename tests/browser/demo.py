"""The demo as it is typed, and somebody who signs in there."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.browser.hub import Hub

TEAM = "harbour-street"
TELLING = 600.0  # seconds that a busy machine may take to begin


@contextmanager
def demo(*options: str, folder: Path | None = None, port: int | None = None) -> Iterator[Hub]:
    """A running one: a fresh one, or that of a folder, which has one port for ever."""
    with tempfile.TemporaryDirectory(prefix="fluxhub-demo-") as fresh:
        hub = Hub(folder or Path(fresh), command=("demo", *options))
        hub.port = port or hub.port
        try:
            hub.start(TELLING)
            yield hub
            hub.stop()
        finally:
            hub.kill()


def sign_in_of(hub: Hub) -> tuple[str, str]:
    """The owner's e-mail and password, as the demo prints them."""
    found = re.search(r"Sign in as (\S+), password (\S+)", hub.log)
    assert found, hub.log
    return found[1], found[2]


def signed_in(hub: Hub) -> requests.Session:
    """The owner's browser, without a browser."""
    email, password = sign_in_of(hub)
    browser = requests.Session()
    page = browser.get(f"{hub.url}/accounts/login/", timeout=20)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token
    form = {"login": email, "password": password, "csrfmiddlewaretoken": token[1]}
    answer = browser.post(page.url, form, timeout=20)
    assert answer.url.endswith(f"/t/{TEAM}/create/"), answer.url
    return browser
