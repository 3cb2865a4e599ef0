"""Every page, from a wide screen to a narrow phone, in light and in dark.

With SHOTS=1 each is also drawn into the folder `shots`, to be looked at.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.hub import Hub
from tests.browser.people import People, open_settings, set_up
from tests.browser.tour import expect_drawn, generate, tiles

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SHOTS = Path(__file__).resolve().parents[2] / "shots" if os.environ.get("SHOTS") == "1" else None
SIZES: tuple[ViewportSize, ...] = (
    {"width": 1440, "height": 900},
    {"width": 390, "height": 844},
    {"width": 360, "height": 740},
)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
UNLABELLED = """() => [...document.querySelectorAll("input, select, textarea, button")]
    .filter((field) => field.type !== "hidden" && !field.hidden)
    .filter((field) => !(field.labels?.length || field.ariaLabel || field.textContent.trim()
        || field.getAttribute("aria-labelledby")))
    .map((field) => field.outerHTML)"""
WIDER = """() => [...document.querySelectorAll("main *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
    .map((each) => each.className || each.tagName).slice(0, 5)"""


@dataclass
class House:
    """A hub with somebody in it, and the addresses of its pages by name."""

    alice: Page
    stranger: Page
    pages: dict[str, str]


@pytest.fixture(scope="module")
def house(hub: Hub, people: People) -> Iterator[House]:
    """Pictures in three shapes, a failure, a full queue, a prompt and an invitation."""
    link = hub.start()
    alice, stranger = people.sit_down(), people.sit_down()
    set_up(alice, link, name="Alice", team="Harbour Street")
    start = alice.url
    hub.practice.control(seconds=0.5)
    alice.get_by_role("link", name="Practise free").click()
    make(alice, "4:5", 3)
    make(alice, "3:2", 2)
    make(alice, "1:1", 2)
    ask(alice, "A lighthouse that cannot be drawn [[fail]]", 1)
    expect(tiles(alice)).to_contain_text("Failed")
    alice.reload()
    alice.get_by_role("link", name="Save prompt").first.click()
    alice.get_by_label("Title").fill("Hills behind a town by the western sea")
    alice.get_by_label("Prompt", exact=True).fill("The hills behind {city} at dusk, {weather}")
    alice.get_by_role("button", name="Save to the team").click()
    expect(alice.get_by_role("heading", level=1, name="Hills behind")).to_be_visible()
    prompt = alice.url
    open_settings(alice)
    alice.get_by_role("button", name="Make an invitation link").click()
    invitation = alice.locator("#invitation-link").inner_text()
    team = f"{hub.url}/t/harbour-street"
    alice.goto(f"{team}/gallery/")
    picture = alice.locator("figure.print a").first.get_attribute("href")
    alice.goto(f"{team}/settings/keys/")
    test = alice.get_by_role("link", name="Test").first.get_attribute("href")
    hub.practice.control(seconds=300)
    alice.goto(f"{team}/create/")
    ask(alice, "Rain over a harbour, seen from an upper window", 5)
    expect(tiles(alice).first).to_contain_text("Drawing")
    yield House(
        alice,
        stranger,
        {
            "start": start,
            "create": f"{team}/create/",
            "create-from-prompt": f"{team}/create/?{filled_in(alice, prompt)}",
            "gallery": f"{team}/gallery/",
            "gallery-nothing-found": f"{team}/gallery/?q=nothing+like+it",
            "picture": f"{hub.url}{picture}",
            "prompts": f"{team}/prompts/",
            "prompt": prompt,
            "prompt-new": f"{team}/prompts/new/",
            "queue": f"{team}/queue/",
            "usage": f"{team}/usage/",
            "entries": f"{team}/usage/entries/",
            "members": f"{team}/settings/",
            "shared-keys": f"{team}/settings/keys/",
            "shared-key-test": f"{hub.url}{test}",
            "api-keys": f"{team}/settings/api-keys/",
            "team": f"{team}/settings/team/",
            "you": f"{hub.url}/me/",
            "api": f"{team}/api/",
            "no-page": f"{team}/nothing-here/",
            "stranger-login": f"{hub.url}/accounts/login/",
            "stranger-password-reset": f"{hub.url}/accounts/password/reset/",
            "stranger-join": invitation,
            "stranger-closed": f"{hub.url}/join/no-such-token/",
        },
    )


PAGES = (
    "start", "create", "create-from-prompt", "gallery", "gallery-nothing-found", "picture",
    "prompts", "prompt", "prompt-new", "queue", "usage", "entries", "members", "shared-keys",
    "shared-key-test", "api-keys", "team", "you", "api", "no-page", "stranger-login",
    "stranger-password-reset", "stranger-join", "stranger-closed",
)  # fmt: skip
STATUSES = {"no-page": 404, "stranger-closed": 410}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_screen(house: House, name: str) -> None:
    page = house.stranger if name.startswith("stranger") else house.alice
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for size in SIZES:
            page.set_viewport_size(size)
            answer = page.goto(house.pages[name])
            assert answer is not None
            assert answer.status == STATUSES.get(name, 200)
            draw(page, f"{name}-{size['width']}-{scheme}")
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, f"{size['width']} px: {page.evaluate(WIDER)}"
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("main").count() == 1
    assert page.evaluate(UNLABELLED) == []


def test_the_keyboard_reaches_the_generate_button(house: House) -> None:
    page = house.alice
    page.set_viewport_size(SIZES[0])
    page.goto(house.pages["create"])
    expect(page.get_by_label("Prompt", exact=True)).to_be_focused()
    for _ in range(5):
        page.keyboard.press("Tab")
        if generate(page).evaluate("button => button === document.activeElement"):
            break
    expect(generate(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(tiles(page).first).to_have_attribute("data-status", re.compile(r"queued|processing"))


def make(page: Page, shape: str, count: int) -> None:
    page.locator(f'.shapes__choice:has(input[value="{shape}"])').click()
    ask(page, "The hills behind Galway at dusk, five layers of mist", count)
    for each in tiles(page).all():
        expect_drawn(each.get_by_role("img"))


def ask(page: Page, prompt: str, count: int) -> None:
    page.get_by_label("Prompt", exact=True).fill(prompt)
    page.get_by_label("Count").fill(str(count))
    expect(generate(page)).to_contain_text(f"Generate {count}")
    generate(page).click()
    expect(page.locator(".sitting").first).to_contain_text(prompt[:20])
    expect(tiles(page)).to_have_count(count)


def filled_in(page: Page, prompt: str) -> str:
    """The part of the composer's address that names a prompt of the library."""
    page.goto(prompt)
    address = page.get_by_role("link", name="Use prompt").get_attribute("href")
    assert address is not None
    return address.partition("?")[2]


def draw(page: Page, name: str) -> None:
    if SHOTS is not None:
        SHOTS.mkdir(exist_ok=True)
        page.wait_for_load_state("load")
        page.screenshot(path=SHOTS / f"{name}.png")
