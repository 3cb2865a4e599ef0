"""A hub whose team has pictures of many shapes, and where things are in its gallery."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.hub import Hub
from tests.browser.people import set_up
from tests.browser.tour import expect_drawn, generate, press_generate

SHAPES = ("4:5", "3:2", "1:1", "16:9", "9:16", "4:5", "3:2", "1:1", "4:5", "3:2")


def hang(page: Page, hub: Hub) -> None:
    """Sets the hub up in Alice's browser and makes a picture of each shape, "number 0" first."""
    set_up(page, hub.start(), name="Alice", team="Harbour Street")
    hub.practice.control(seconds=0.2)
    page.get_by_role("link", name="Start practising").click()
    for number, shape in enumerate(SHAPES):
        page.locator(f'.shapes__choice:has(input[value="{shape}"])').click()
        page.get_by_label("Prompt", exact=True).fill(f"Hills at dusk, number {number}")
        expect(generate(page)).to_contain_text("Generate 1")
        press_generate(page)
        # One after the other: of several that are drawn at once any may be finished first.
        expect_drawn(page.locator(".tile").first.get_by_role("img"))


def gallery(hub: Hub) -> str:
    return f"{hub.url}/t/harbour-street/gallery/"


def star(thing: Locator) -> Locator:
    return thing.get_by_role("button", name="Favourite")


def tick(print: Locator) -> Locator:
    return print.get_by_role("checkbox")


def bar(page: Page) -> Locator:
    return page.get_by_role("form", name="Selection")


def toast(page: Page, text: str) -> Locator:
    return page.locator(".toast").filter(has_text=text)


def link(print: Locator) -> Locator:
    return print.locator(".print__link")
