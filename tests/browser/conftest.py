"""A real hub and a real browser. Nothing here opens the suite's own database."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.hub import Hub
from tests.browser.people import People
from tests.sandbox.running import Sandbox, running_sandbox

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]


# For a module and not for the session: playwright's event loop would stay in this thread, and the
# ORM refuses to work beside one.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def upstream() -> Iterator[Sandbox]:
    """What the hub takes for the real upstream: a second sandbox, somewhere else."""
    with running_sandbox(seconds=1.0) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, upstream: Sandbox) -> Iterator[Hub]:
    """Not started yet. In the end it is stopped by Ctrl-C and leaves nothing behind."""
    hub = Hub(tmp_path_factory.mktemp("hub"), outbound=upstream.url)
    try:
        yield hub
        if hub.process is not None:
            hub.stop()
    finally:
        hub.kill()


@pytest.fixture(scope="module")
def people(chromium: Browser) -> Iterator[People]:
    people = People(chromium)
    yield people
    people.leave()
