"""A tile keeps its size through every state, and what it holds is never cut off sideways."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser import shift
from tests.browser.hub import Hub
from tests.browser.people import People, set_up
from tests.browser.tour import composer, expect_drawn, generate, press_generate, tiles

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SHAPES = ("4:5", "1:1", "16:9", "2048 × 512")
SIZES: tuple[ViewportSize, ...] = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})
UNDER_WAY = ("queued", "submitting", "processing")
# A tile's height in each state, as soon as it is seen; and what is wider than its sheet.
WATCH = """() => {
    window.heights = {};
    window.cut = [];
    const look = () => document.querySelectorAll(".sitting:first-child .tile").forEach((tile) => {
        const height = Math.round(tile.getBoundingClientRect().height);
        const state = tile.dataset.status;
        (window.heights[state] ??= new Set()).add(height);
        const sheet = tile.querySelector(".sheet__words");
        for (const each of sheet?.querySelectorAll("p, button") ?? []) {
            const [inner, outer] = [each, sheet].map((part) => part.getBoundingClientRect());
            if (inner.width && inner.right > outer.right + 1) window.cut.push(each.outerHTML);
        }
    });
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}"""
HEIGHTS = """() => Object.fromEntries(
    Object.entries(window.heights).map(([state, heights]) => [state, [...heights]]))"""


@pytest.fixture(scope="module")
def alice(hub: Hub, people: People) -> Iterator[Page]:
    link = hub.start()
    page = people.sit_down()
    shift.watch(page)
    set_up(page, link, name="Alice", team="Harbour Street")
    page.get_by_role("link", name="Start practising").click()
    yield page
    assert people.complaints == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
@pytest.mark.parametrize("shape", SHAPES)
def test_a_tile_keeps_its_size_through_every_state(
    hub: Hub, alice: Page, shape: str, size: ViewportSize
) -> None:
    page = alice
    page.set_viewport_size(size)
    page.goto(f"{hub.url}/t/harbour-street/create/")
    hub.practice.control(seconds=1.5)
    choose(page, shape)
    page.get_by_label("Count").fill("5")
    expect(generate(page)).to_contain_text("Generate 5")
    press_generate(page)
    expect(tiles(page)).to_have_count(5)
    page.evaluate("window.shifts.length = 0")
    page.evaluate(f"({WATCH})()")
    tiles(page).last.get_by_role("button", name="Cancel").click()
    expect(tiles(page).last).to_contain_text("Cancelled")
    for number in range(4):
        expect_drawn(tiles(page).nth(number).get_by_role("img"), timeout=60_000)
    heights: dict[str, list[int]] = page.evaluate(HEIGHTS)
    assert {"queued", "processing", "completed", "cancelled"} <= set(heights)
    assert len({height for found in heights.values() for height in found}) == 1, heights
    assert page.evaluate("window.cut") == []
    # The sums in the heading are set anew, flush right.
    moved = [each for each in page.evaluate("window.shifts") if 'class="heading' not in each]
    assert moved == []


def test_a_failed_tile_is_as_high_as_the_picture_would_be(hub: Hub, alice: Page) -> None:
    page = alice
    page.set_viewport_size(SIZES[0])
    page.goto(f"{hub.url}/t/harbour-street/create/")
    choose(page, "4:5")
    page.get_by_label("Count").fill("1")
    page.get_by_label("Prompt", exact=True).fill("It cannot be drawn [[slow 2]] [[fail]]")
    page.evaluate(f"({WATCH})()")
    press_generate(page)
    expect(tiles(page)).to_have_count(1)
    expect(tiles(page)).to_contain_text("Failed")
    heights = page.evaluate(HEIGHTS)
    # Done and cancelled are those of the sitting before, folded. Not every state is seen by all.
    before = {each for state in UNDER_WAY for each in heights.get(state, [])}
    assert before and before == set(heights["failed"]), heights


def test_two_stand_side_by_side_on_a_phone_and_are_fetched_no_larger(hub: Hub, alice: Page) -> None:
    page = alice
    page.set_viewport_size(SIZES[1])
    page.goto(f"{hub.url}/t/harbour-street/create/")
    hub.practice.control(seconds=0.3)
    choose(page, "4:5")
    page.get_by_label("Prompt", exact=True).fill("Two boats")
    page.get_by_label("Count").fill("2")
    expect(generate(page)).to_contain_text("Generate 2")
    press_generate(page)
    left, right = (tiles(page).nth(number).get_by_role("img") for number in range(2))
    for image in (left, right):
        expect_drawn(image)
        assert image.evaluate("image => image.currentSrc").endswith("/320.webp")
    boxes = [image.bounding_box() for image in (left, right)]
    assert boxes[0] and boxes[1]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]


def choose(page: Page, shape: str) -> None:
    """By the shape's own name, or as a size in pixels."""
    page.get_by_label("Prompt", exact=True).click()  # on a phone the settings unfold
    width, _, height = shape.partition(" × ")
    value = "custom" if height else shape
    page.locator(f'.shapes__choice:has(input[value="{value}"])').click()
    if height:
        composer(page).get_by_label("Width in pixels").fill(width)
        composer(page).get_by_label("Height in pixels").fill(height)
