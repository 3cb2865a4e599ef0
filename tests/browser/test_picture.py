"""The page of one picture: turning, the whole screen, and the way back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.exhibition import SHAPES, gallery, hang, link, toast
from tests.browser.hub import Hub
from tests.browser.people import WIDE, People
from tests.browser.tour import expect_drawn, prints

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def alices(hub: Hub, people: People) -> Iterator[Page]:
    page = people.sit_down()
    hang(page, hub)
    yield page
    assert people.complaints == []


@pytest.fixture
def alice(alices: Page, hub: Hub) -> Page:
    """In the gallery."""
    alices.set_viewport_size(WIDE)
    alices.goto(gallery(hub))
    expect(prints(alices)).to_have_count(len(SHAPES))
    return alices


def open_print(page: Page, number: int) -> None:
    """And wait until its keys and buttons work."""
    link(prints(page).nth(number)).click()
    page.wait_for_url("**/pictures/**")


def test_pictures_are_turned_and_left_without_losing_ones_place(alice: Page, hub: Hub) -> None:
    alice.set_viewport_size({"width": 1000, "height": 500})
    alice.goto(f"{gallery(hub)}?version=flux-pro-1.1")
    link(prints(alice).nth(6)).focus()
    alice.keyboard.press("Enter")
    alice.wait_for_url("**/pictures/**")
    expect(alice.get_by_role("main")).to_contain_text("7 of 10")
    first = alice.url
    alice.evaluate("window.isTheSamePage = true")
    alice.keyboard.press("ArrowRight")
    expect(alice.get_by_role("main")).to_contain_text("8 of 10")
    assert alice.url != first
    assert alice.url.endswith("?version=flux-pro-1.1")
    expect_drawn(alice.locator(".stage__picture").get_by_role("img"))
    expect(alice).to_have_title(re.compile("number 2"))
    assert alice.evaluate("window.isTheSamePage")
    alice.go_back()
    expect(alice.get_by_role("main")).to_contain_text("7 of 10")
    alice.keyboard.press("ArrowRight")
    expect(alice.get_by_role("main")).to_contain_text("8 of 10")
    alice.keyboard.press("Escape")
    alice.wait_for_url("**/gallery/**")
    expect(link(prints(alice).nth(7))).to_be_focused()
    expect(link(prints(alice).nth(7))).to_be_in_viewport()


def test_the_whole_screen_stays_while_pictures_are_turned(alice: Page) -> None:
    open_print(alice, 2)
    alice.get_by_role("button", name="Full screen").click()
    expect(alice.get_by_role("button", name="Full screen")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(alice.locator("#about")).to_be_hidden()
    alice.keyboard.press("ArrowRight")
    expect(alice).to_have_title(re.compile("number 6"))
    assert alice.evaluate("document.fullscreenElement?.id") == "main"
    alice.keyboard.press("f")
    expect(alice.locator("#about")).to_be_visible()


def test_the_panel_can_be_put_aside(alice: Page) -> None:
    open_print(alice, 2)
    panel = alice.get_by_role("button", name="About this picture")
    expect(panel).to_have_attribute("aria-expanded", "true")
    alice.keyboard.press("i")
    expect(alice.locator("#about")).to_be_hidden()
    expect(panel).to_have_attribute("aria-expanded", "false")
    alice.keyboard.press("ArrowLeft")
    expect(alice).to_have_title(re.compile("number 8"))
    expect(alice.locator("#about")).to_be_hidden()
    alice.keyboard.press("i")
    expect(alice.locator("#about")).to_be_visible()


def test_a_picture_is_made_private_and_trashed_on_its_page_and_comes_back(alice: Page) -> None:
    open_print(alice, 3)
    about = alice.locator("#about")
    about.get_by_label("More").click()
    about.get_by_role("button", name="Make private").click()
    expect(about).to_contain_text("Private: only you see this picture")
    toast(alice, "Only you see this picture now.").get_by_role("button", name="Undo").click()
    expect(about).not_to_contain_text("Private: only you see this picture")
    about.get_by_label("More").click()
    about.get_by_role("button", name="Trash").click()
    alice.wait_for_url("**/gallery/**")
    expect(prints(alice)).to_have_count(len(SHAPES) - 1)
    toast(alice, "In the trash.").get_by_role("button", name="Undo").click()
    expect(prints(alice)).to_have_count(len(SHAPES))
    expect(link(prints(alice).nth(3))).to_be_focused()
