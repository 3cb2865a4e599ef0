"""One tab of a real browser that notes what its page is told."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Page, sync_playwright

from tests.bench.house import House
from tests.browser.conftest import ARGUMENTS
from tests.processes import wait_until

NOTE = """addEventListener("live:news", ({ detail }) => window.told.push([detail.id, Date.now()]));
window.told = [];"""


@dataclass
class Tab:
    arrivals: list[tuple[str, float]] = field(default_factory=list)  # id, seconds of the clock


@contextmanager
def tab(place: House, path: str) -> Iterator[Tab | None]:
    """Open at a page of the team; None without Chromium. Afterwards `arrivals` says what came."""
    with listening(place, path, NOTE) as page:
        opened = Tab() if page else None
        yield opened
        if page and opened:
            opened.arrivals = [(id_, at / 1000) for id_, at in page.evaluate("told") if id_]


@contextmanager
def listening(place: House, path: str, script: str) -> Iterator[Page | None]:
    """A page of the team that has its stream and runs the script; None without Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        context = browser.new_context()
        name, _, value = place.cookies[0].partition("=")
        context.add_cookies([{"name": name, "value": value, "url": place.hub.url}])
        page = context.new_page()
        page.add_init_script(script)
        before = place.hub.open_streams()
        page.goto(f"{place.hub.url}/t/{place.team.slug}/{path}")
        wait_until(lambda: place.hub.open_streams() > before, 30, "the browser's own stream")
        yield page
        browser.close()
