"""Every page, from a wide screen to a narrow phone, in light and in dark.

With SHOTS=1 each is also drawn into the folder `shots`, to be looked at.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.axe import violations
from tests.browser.hub import Hub
from tests.browser.pages import PAGES, STATUSES, addresses, is_for_strangers, status
from tests.browser.people import People, set_up
from tests.browser.shift import shifts, watch
from tests.browser.tour import expect_drawn, generate, press_generate, tiles

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SHOTS = Path(__file__).resolve().parents[2] / "shots" if os.environ.get("SHOTS") == "1" else None
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROWEST: ViewportSize = {"width": 360, "height": 740}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
UNLABELLED = """() => [...document.querySelectorAll("input, select, textarea, button")]
    .filter((field) => field.type !== "hidden" && !field.hidden)
    .filter((field) => !(field.labels?.length || field.ariaLabel || field.textContent.trim()
        || field.getAttribute("aria-labelledby")))
    .map((field) => field.outerHTML)"""
WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? []
    : [...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
        .map((each) => each.className || each.tagName).slice(0, 5)"""


@dataclass
class House:
    """A hub with somebody in it, and the addresses of its pages by name."""

    people: People
    alice: Page
    stranger: Page
    pages: dict[str, str]


@pytest.fixture(scope="module")
def house(hub: Hub, people: People) -> Iterator[House]:
    """Pictures in three shapes, a failure, a batch, a full queue, a prompt and an invitation."""
    link = hub.start()
    alice, stranger = people.sit_down(), people.sit_down()
    watch(alice)
    watch(stranger)
    set_up(alice, link, name="Alice", team="Harbour Street")
    hub.practice.control(seconds=0.5)
    alice.get_by_role("link", name="Start practising").click()
    make(alice, "4:5", 3)
    make(alice, "3:2", 2)
    make(alice, "1:1", 2)
    ask(alice, "A lighthouse that cannot be drawn [[fail]]", 1)
    expect(tiles(alice)).to_contain_text("Failed")
    start_batch(alice)
    alice.reload()
    alice.get_by_role("link", name="Save prompt").first.click()
    alice.get_by_label("Title").fill("Hills behind a town by the western sea")
    alice.get_by_label("Prompt", exact=True).fill("The hills behind {city} at dusk, {weather}")
    alice.get_by_role("button", name="Save to the team").click()
    expect(alice.get_by_role("heading", level=1, name="Hills behind")).to_be_visible()
    pages = addresses(alice, hub.url, "harbour-street")
    hub.practice.control(seconds=300)
    alice.goto(pages["create"])
    ask(alice, "Rain over a harbour, seen from an upper window", 5)
    expect(tiles(alice).first).to_contain_text("Drawing")
    yield House(people, alice, stranger, pages)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_screen(house: House, name: str, scheme: Scheme) -> None:
    page = house.stranger if is_for_strangers(name) else house.alice
    page.emulate_media(color_scheme=scheme)
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        answer = page.goto(house.pages[name])
        assert answer is not None
        assert answer.status == status(name)
        draw(page, f"{name}-{size['width']}-{scheme}")
        assert shifts(page) == [], size
        assert violations(page) == [], size
        assert sideways(page) == [], size
    page.set_viewport_size(NARROWEST)
    assert sideways(page) == [], NARROWEST
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("main").count() == 1
    assert page.evaluate(UNLABELLED) == []


def test_a_charge_is_told_line_by_line_none_over_another(house: House) -> None:
    page = house.alice
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        page.goto(house.pages["charge"])
        lines = page.locator(".job__words :is(p, li, h2)").all()
        boxes = [box for line in lines if (box := line.bounding_box())]
        assert len(boxes) > 5
        for above, below in pairwise(boxes):
            assert above["y"] + above["height"] <= below["y"] + 1, size


def test_what_one_does_to_a_tile_stands_side_by_side(house: House) -> None:
    page = house.alice
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        page.goto(house.pages["create"])
        tile = page.locator('.tile[data-status="completed"]').first
        tile.scroll_into_view_if_needed()
        expect(tile.get_by_role("button", name="Favourite")).to_be_visible()
        acts = tile.locator(".tile__actions :is(a, button)").all()
        boxes = [box for act in acts if (box := act.bounding_box())]
        assert len(boxes) > 1
        for before, after in pairwise(boxes):
            assert before["x"] + before["width"] <= after["x"] + 0.5, size


def test_nothing_complained(house: House) -> None:
    """No error in a console, and so no breach of the content security policy on any page."""
    expected = {house.pages[name]: f"status of {each} " for name, each in STATUSES.items()}
    unexpected = [
        each
        for each in house.people.complaints
        if not any(url in each and status in each for url, status in expected.items())
    ]
    assert unexpected == []


def test_the_keyboard_reaches_the_generate_button(house: House) -> None:
    page = house.alice
    page.set_viewport_size(WIDE)
    page.goto(house.pages["create"])
    expect(page.get_by_label("Prompt", exact=True)).to_be_focused()
    for _ in range(5):
        page.keyboard.press("Tab")
        if generate(page).evaluate("button => button === document.activeElement"):
            break
    expect(generate(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(tiles(page).first).to_have_attribute("data-status", re.compile(r"queued|processing"))


def sideways(page: Page) -> list[str]:
    """What makes the page wider than the screen."""
    found: list[str] = page.evaluate(WIDER)
    return found


def make(page: Page, shape: str, count: int) -> None:
    page.locator(f'.shapes__choice:has(input[value="{shape}"])').click()
    ask(page, "The hills behind Galway at dusk, five layers of mist", count)
    for each in tiles(page).all():
        expect_drawn(each.get_by_role("img"))


def start_batch(page: Page) -> None:
    """Of four rows: three are drawn, and one fails."""
    page.get_by_role("main").get_by_role("link", name="New batch").click()
    page.get_by_label("Prompt", exact=True).fill("The hills behind {city}, ink wash")
    page.get_by_label("city", exact=True).fill("Galway\nClifden\nWestport\nLeenane [[fail]]")
    page.get_by_role("button", name="Generate 4").click()
    expect(page.locator("#series")).to_contain_text("All of it has ended.")
    page.get_by_role("link", name="Create", exact=True).click()


def ask(page: Page, prompt: str, count: int) -> None:
    page.get_by_label("Prompt", exact=True).fill(prompt)
    page.get_by_label("Count").fill(str(count))
    expect(generate(page)).to_contain_text(f"Generate {count}")
    press_generate(page)
    expect(tiles(page)).to_have_count(count)


def draw(page: Page, name: str) -> None:
    if SHOTS is not None:
        SHOTS.mkdir(exist_ok=True)
        page.wait_for_load_state("load")
        page.screenshot(path=SHOTS / f"{name}.png")
