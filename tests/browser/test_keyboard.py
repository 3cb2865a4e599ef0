"""The whole main job with the keyboard alone. At every step one sees where the focus is."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hub import Hub
from tests.browser.people import PASSWORD, People, set_up
from tests.browser.tour import composer, expect_drawn, generate, tiles

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST_TABS = 60
PROMPT = "Rooftops of {city} in the rain, seen from an upper window"
TITLE = "Rooftops in the rain"
# What is wrong with the place of the focus, or "".
LOST = """() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return "on the body";
    const drawn = [focused];
    // A field without a line of its own has it round its paper, a hidden radio round its label.
    for (let each = focused; drawn.length < 4 && (each = each.parentElement);) drawn.push(each);
    const isSeen = drawn.some((each) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(each);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
    });
    if (!isSeen) return `unmarked: ${focused.outerHTML.slice(0, 200)}`;
    const label = focused.closest("label") ?? focused;
    const { left, right, top, bottom } = label.getBoundingClientRect();
    const points = [[left + 2, top + 2], [(left + right) / 2, (top + bottom) / 2],
        [right - 2, bottom - 2], [left + 2, bottom - 2], [right - 2, top + 2]];
    const isOpen = points.some(([x, y]) => label.contains(document.elementFromPoint(x, y)));
    return isOpen ? "" : `hidden: ${focused.outerHTML.slice(0, 200)}`;
}"""


@pytest.fixture(scope="module")
def page(hub: Hub, people: People) -> Iterator[Page]:
    """A browser in which nobody is signed in; there is a team, and Alice in it."""
    link = hub.start()
    founder = people.sit_down()
    set_up(founder, link, name="Alice", team="Harbour Street")
    hub.practice.control(seconds=1)
    page = people.sit_down()
    page.goto(f"{hub.url}/")
    yield page
    assert people.complaints == []


def test_the_whole_main_job(page: Page) -> None:
    she_signs_in(page)
    she_composes_and_changes_the_settings(page)
    it_is_drawn_before_her_eyes(page)
    she_cancels_and_retries(page)
    she_opens_the_picture_and_remixes_it(page)
    she_saves_the_prompt(page)
    she_finds_the_charge_and_the_picture_behind_it(page)


def she_signs_in(page: Page) -> None:
    tab_to(page, page.get_by_label("E-mail"))
    page.keyboard.type("alice@example.com")
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/create/")


def she_composes_and_changes_the_settings(page: Page) -> None:
    prompt = page.get_by_label("Prompt", exact=True)
    expect(prompt).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(PROMPT)
    tab_to(page, page.get_by_label("city"))
    page.keyboard.type("Cork")
    tab_to(page, page.get_by_role("radio", name="4:5"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="3:2")).to_be_checked()
    assert lost(page) == ""
    tab_to(page, page.get_by_role("radio", name="Standard"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="High")).to_be_checked()
    tab_to(page, composer(page).get_by_role("button", name="More"))
    for _ in range(3):
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Style"))
    page.keyboard.type("Ink")
    expect(page.get_by_label("Style").locator("option:checked")).to_have_text("Ink wash")
    expect(generate(page)).to_contain_text("Generate 4 · 80 credits")


def it_is_drawn_before_her_eyes(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    expect(tiles(page)).to_have_count(4)
    assert lost(page) == ""
    expect_drawn(tiles(page).first.get_by_role("img"), timeout=60_000)
    assert lost(page) == ""
    expect(page.locator("#session")).to_contain_text("4 pictures asked for")


def she_cancels_and_retries(page: Page) -> None:
    tab_to(page, page.get_by_label("Prompt", exact=True))
    page.keyboard.press("Control+Enter")
    cancel = page.get_by_role("button", name="Cancel").last
    expect(cancel).to_be_visible()
    tab_to(page, cancel, backwards=True)
    page.keyboard.press("Enter")
    expect(tiles(page).last).to_contain_text("Not charged")
    expect(page.locator("body")).not_to_be_focused()
    assert lost(page) == ""
    tab_to(page, tiles(page).last.get_by_role("button", name="Retry"))
    page.keyboard.press("Enter")
    expect(page.locator(".sitting")).to_have_count(3)
    assert lost(page) == ""


def she_opens_the_picture_and_remixes_it(page: Page) -> None:
    expect_drawn(tiles(page).get_by_role("img"), timeout=60_000)
    tab_to(page, tiles(page).locator("a:has(img)"), backwards=True)
    page.keyboard.press("Enter")
    page.wait_for_url("**/pictures/**")
    expect_drawn(page.locator(".stage").get_by_role("img").first)
    tab_to(page, page.get_by_role("main").get_by_role("link", name="Remix"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/create/?remix=**")
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(PROMPT)
    expect(page.get_by_label("Prompt", exact=True)).to_be_focused()
    expect(page.get_by_label("city")).to_have_value("Cork")


def she_saves_the_prompt(page: Page) -> None:
    tab_to(page, tiles(page).get_by_role("link", name="Save prompt"), backwards=True)
    page.keyboard.press("Enter")
    page.wait_for_url("**/prompt/")
    tab_to(page, page.get_by_label("Title"))
    page.keyboard.type(TITLE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=TITLE).first).to_be_visible()


def she_finds_the_charge_and_the_picture_behind_it(page: Page) -> None:
    tab_to(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Usage"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/usage/**")
    tab_to(page, page.get_by_role("main").locator('a[href*="/usage/entries/"]').first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/usage/entries/**")
    tab_to(page, page.get_by_role("main").get_by_role("link", name=re.compile("Rooftops")).first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/pictures/**")
    expect_drawn(page.locator(".stage").get_by_role("img").first)


def tab_to(page: Page, wanted: Locator, *, backwards: bool = False) -> None:
    """By the tabulator, as far as it is; on the whole way the focus is to be seen."""
    for _ in range(MOST_TABS):
        if wanted.evaluate("wanted => wanted === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        assert lost(page) in {"", "on the body"}  # where the page ends it begins again
    raise AssertionError(f"{wanted} is out of reach of the keyboard")


def lost(page: Page) -> str:
    return str(page.evaluate(LOST))
