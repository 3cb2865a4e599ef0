"""The gallery: by mouse, by keyboard, by touch, and without scripts."""

import re
from collections.abc import Iterator
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.exhibition import SHAPES, bar, gallery, hang, link, star, tick, toast
from tests.browser.hub import Hub
from tests.browser.people import People
from tests.browser.tour import composer, expect_drawn, press_generate, prints, tiles

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def alices(hub: Hub, people: People) -> Iterator[Page]:
    page = people.sit_down()
    hang(page, hub)
    yield page
    assert people.complaints == []


@pytest.fixture
def alice(alices: Page, hub: Hub) -> Page:
    """In the gallery, with nothing starred, selected or in the trash."""
    alices.goto(gallery(hub))
    expect(prints(alices)).to_have_count(len(SHAPES))
    pressed = alices.locator('.star__button[aria-pressed="true"]')
    for left in range(pressed.count(), 0, -1):
        pressed.first.click()
        expect(pressed).to_have_count(left - 1)
    return alices


def places(page: Page) -> list[dict[str, float]]:
    """Where on the page the pictures stand."""
    found: list[dict[str, float]] = page.evaluate("""[...document.querySelectorAll(".print")]
        .map((each) => each.getBoundingClientRect())
        .map(({ x, y, width, height }) => ({ x, y: y + scrollY, width, height }))""")
    return found


def test_a_star_is_pressed_and_the_favourites_have_it(alice: Page) -> None:
    picture = prints(alice).nth(2)
    picture.hover()
    star(picture).click()
    expect(star(picture)).to_have_attribute("aria-pressed", "true")
    link(prints(alice).nth(4)).focus()
    alice.keyboard.press("s")
    expect(star(prints(alice).nth(4))).to_have_attribute("aria-pressed", "true")
    expect(link(prints(alice).nth(4))).to_be_focused()
    alice.get_by_role("link", name="Favourites").click()
    expect(prints(alice)).to_have_count(2)
    expect(alice.get_by_role("main")).to_contain_text("2 pictures · 30 credits")


def test_no_favourites_yet_says_how(alice: Page) -> None:
    alice.get_by_role("link", name="Favourites").click()
    expect(alice.get_by_role("heading", name="No favourites yet")).to_be_visible()
    alice.get_by_role("link", name="Look through the team’s pictures").click()
    expect(prints(alice)).to_have_count(len(SHAPES))


def test_a_finished_tile_has_its_star_too(alice: Page, hub: Hub) -> None:
    alice.goto(f"{hub.url}/t/harbour-street/create/")
    first = tiles(alice).first
    star(first).click()
    expect(star(first)).to_have_attribute("aria-pressed", "true")
    alice.reload()
    expect(star(tiles(alice).first)).to_have_attribute("aria-pressed", "true")


def test_several_are_selected_by_mouse_and_come_as_a_zip(alice: Page) -> None:
    prints(alice).nth(1).hover()
    tick(prints(alice).nth(1)).check()
    expect(bar(alice)).to_be_visible()
    # While something is selected, a click anywhere on a picture selects it; Shift takes the range.
    prints(alice).nth(4).click(modifiers=["Shift"])
    expect(bar(alice)).to_contain_text("4 selected by Alice · 60 credits")
    with alice.expect_download() as download:
        bar(alice).get_by_role("button", name="Download ZIP").click()
    assert re.fullmatch(r"fluxhub-\d{4}-\d\d-\d\d-4\.zip", download.value.suggested_filename)
    with ZipFile(download.value.path()) as file:
        assert len(file.namelist()) == 4
        assert file.testzip() is None
    bar(alice).get_by_role("button", name="Clear the selection").click()
    expect(bar(alice)).to_be_hidden()


def test_what_is_trashed_leaves_its_place_empty_and_comes_back_into_it(alice: Page) -> None:
    before = places(alice)
    link(prints(alice).nth(1)).focus()
    alice.keyboard.press("x")
    alice.keyboard.press("Shift+ArrowRight")
    expect(bar(alice)).to_contain_text("2 selected")
    bar(alice).get_by_role("button", name="Trash").click()
    expect(toast(alice, "2 pictures in the trash.")).to_be_visible()
    expect(link(prints(alice).nth(1))).to_be_hidden()
    expect(bar(alice)).to_be_hidden()
    assert places(alice) == before
    toast(alice, "2 pictures in the trash.").get_by_role("button", name="Undo").click()
    expect(link(prints(alice).nth(1))).to_be_visible()
    expect(toast(alice, "2 pictures in the trash.")).to_have_count(0)
    assert places(alice) == before


def test_the_trash_gives_back_what_it_has(alice: Page) -> None:
    prints(alice).nth(0).hover()
    tick(prints(alice).nth(0)).check()
    bar(alice).get_by_role("button", name="Trash").click()
    expect(toast(alice, "In the trash.")).to_be_visible()
    alice.reload()
    expect(prints(alice)).to_have_count(len(SHAPES) - 1)
    alice.get_by_role("link", name="Trash").click()
    expect_drawn(prints(alice).get_by_role("img"))
    prints(alice).click()
    bar(alice).get_by_role("button", name="Restore").click()
    expect(toast(alice, "Back in the gallery.")).to_be_visible()
    alice.reload()
    expect(alice.get_by_role("heading", name="The trash is empty")).to_be_visible()


def test_the_keyboard_goes_on_beside_what_was_trashed(alice: Page) -> None:
    link(prints(alice).nth(1)).focus()
    alice.keyboard.press("x")
    bar(alice).get_by_role("button", name="Trash").press("Enter")
    expect(toast(alice, "In the trash.")).to_be_visible()
    expect(link(prints(alice).nth(2))).to_be_focused()
    alice.keyboard.press("ArrowLeft")
    expect(link(prints(alice).nth(0))).to_be_focused()
    alice.keyboard.press("ArrowRight")
    expect(link(prints(alice).nth(2))).to_be_focused()
    toast(alice, "In the trash.").get_by_role("button", name="Undo").click()
    expect(link(prints(alice).nth(1))).to_be_visible()


def test_arrows_go_as_the_eye_does(alice: Page) -> None:
    link(prints(alice).nth(0)).focus()
    alice.keyboard.press("ArrowRight")
    expect(link(prints(alice).nth(1))).to_be_focused()
    boxes = places(alice)
    alice.keyboard.press("ArrowDown")
    below = focused(alice)
    assert boxes[below]["y"] > boxes[1]["y"]
    alice.keyboard.press("ArrowUp")
    assert boxes[focused(alice)]["y"] == boxes[1]["y"]
    alice.keyboard.press("x")
    expect(bar(alice)).to_contain_text("1 selected")
    alice.keyboard.press("Escape")
    expect(bar(alice)).to_be_hidden()


def focused(page: Page) -> int:
    """Which picture has the focus, by its place in the gallery."""
    found: int = page.evaluate(
        "[...document.querySelectorAll('.print__link')].indexOf(document.activeElement)"
    )
    return found


def test_filters_are_chosen_from_menus_that_close_like_menus(alice: Page) -> None:
    size = alice.locator(".filter__summary").filter(has_text="Size")
    size.focus()
    alice.keyboard.press("Enter")
    expect(alice.get_by_role("link", name="Wide")).to_be_visible()
    alice.keyboard.press("Escape")
    expect(alice.get_by_role("link", name="Wide")).to_be_hidden()
    expect(size).to_be_focused()
    size.click()
    alice.get_by_role("link", name="Landscape").click()
    expect(prints(alice)).to_have_count(SHAPES.count("3:2"))
    alice.get_by_role("link", name="Leave out: Size").click()
    expect(prints(alice)).to_have_count(len(SHAPES))


def test_on_a_touch_screen_a_button_begins_the_selection(
    chromium: Browser, alice: Page, hub: Hub
) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        storage_state=alice.context.storage_state(),
    )
    phone = context.new_page()
    phone.goto(gallery(hub))
    phone.get_by_text("Select", exact=True).tap()
    for number in (0, 2):
        prints(phone).nth(number).tap()
    expect(bar(phone)).to_contain_text("2 selected")
    bar(phone).get_by_role("button", name="Clear the selection").tap()
    expect(bar(phone)).to_be_hidden()
    prints(phone).nth(0).tap()
    phone.wait_for_url("**/pictures/**")
    context.close()


def test_without_scripts_all_of_it_works_as_plain_forms(
    chromium: Browser, alice: Page, hub: Hub
) -> None:
    context = chromium.new_context(
        java_script_enabled=False,
        viewport={"width": 1440, "height": 900},
        storage_state=alice.context.storage_state(),
    )
    page = context.new_page()
    page.goto(gallery(hub))
    page.locator(".print").first.hover()
    page.locator(".print__tick").first.check()
    page.locator(".selection").get_by_role("button", name="Trash").click()
    expect(page.locator(".print")).to_have_count(len(SHAPES) - 1)
    toast(page, "In the trash.").get_by_role("button", name="Undo").click()
    expect(page.locator(".print")).to_have_count(len(SHAPES))
    page.locator(".filter__summary").filter(has_text="Size").click()
    page.get_by_role("link", name="Wide").click()
    expect(page.locator(".print")).to_have_count(1)
    page.locator(".print__link").click()
    page.get_by_role("button", name="Favourite").click()
    expect(page.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Favourite").click()
    context.close()


def test_a_new_picture_comes_on_top_and_keeps_what_is_selected(alice: Page, hub: Hub) -> None:
    link(prints(alice).nth(0)).focus()
    alice.keyboard.press("x")
    other = alice.context.new_page()
    other.goto(f"{hub.url}/t/harbour-street/create/")
    other.get_by_label("Prompt", exact=True).fill("A late arrival")
    expect(composer(other)).to_contain_text("Generate 1")
    press_generate(other)
    expect_drawn(tiles(other).first.get_by_role("img"))
    other.close()
    expect(prints(alice)).to_have_count(len(SHAPES) + 1)
    expect(alice.get_by_role("status").filter(has_text="1 new picture")).to_have_count(1)
    expect(bar(alice)).to_contain_text("1 selected")
    expect(tick(prints(alice).nth(1))).to_be_checked()
    tick(prints(alice).nth(0)).check()
    alice.keyboard.press("Escape")
    prints(alice).nth(0).hover()
    tick(prints(alice).nth(0)).check()
    bar(alice).get_by_role("button", name="Trash").click()
    expect(link(prints(alice).nth(0))).to_be_hidden()
