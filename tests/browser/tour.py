"""What the steps of the tour share: a hub, two people, and what they keep in mind."""

import math
import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from tests.browser.hub import Hub
from tests.browser.people import PATIENCE, People
from tests.sandbox.running import Sandbox

TEAM = "Harbour Street"
TITLE = "Hills at dusk"


@dataclass
class Tour:
    hub: Hub
    people: People
    upstream: Sandbox
    alice: Page = field(init=False)
    dora: Page = field(init=False)
    invitation: str = ""
    pictures: int = 0  # kept in the gallery so far
    practised: int = 0  # credits charged so far

    def __post_init__(self) -> None:
        self.alice, self.dora = self.people.sit_down(), self.people.sit_down()

    def draw_for(self, seconds: float) -> None:
        """How long the practice upstream takes for a picture from now on."""
        self.hub.practice.control(seconds=seconds)


def composer(page: Page) -> Locator:
    return page.get_by_role("form", name="Compose")


def generate(page: Page) -> Locator:
    return composer(page).get_by_role("button", name="Generate")


def press_generate(page: Page) -> None:
    """And wait for what comes of it: the sitting before may look the same.

    A press within 800 ms of the last is a double click, and dropped; no hand is as fast as this.
    """
    top = page.locator(".sitting").first
    before = top.get_attribute("id") if top.count() else ""
    page.wait_for_function("performance.now() - (window.pressedAt ?? -1000) > 800")
    generate(page).click()
    page.evaluate("window.pressedAt = performance.now()")
    expect(page.locator(f".sitting:first-child:not([id='{before}'])")).to_be_visible()


def tiles(page: Page) -> Locator:
    """Of the sitting on top, in order."""
    return page.locator(".sitting").first.locator(".tile")


def meter(page: Page) -> Locator:
    return page.locator(".masthead .meter")


def prints(page: Page) -> Locator:
    """The pictures of the gallery."""
    return page.get_by_role("main").locator("figure.print")


def expect_drawn(image: Locator, timeout: float = PATIENCE) -> None:
    """The picture is there, down to its last pixel; `timeout` in milliseconds."""
    expect(image).to_be_visible(timeout=timeout)
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0


def shape(thing: Locator) -> float:
    """Its width by its height, as it is seen. What is replaced at this moment has none yet."""
    box = "thing => (({width, height}) => width / height)(thing.getBoundingClientRect())"
    tries = (float(thing.evaluate(box)) for _ in range(20))
    return next((found for found in tries if not math.isnan(found)), math.nan)


def number(text: str) -> int:
    """The first number of a text: "1,015 of 2,000" is 1015."""
    found = re.search(r"\d[\d,]*", text)
    assert found, text
    return int(found[0].replace(",", ""))
