"""A batch from its prompt to its pictures: looked at, taken back, drawn, paused and ended."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.hub import Hub
from tests.browser.people import People, set_up
from tests.browser.tour import composer, expect_drawn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PROMPT = "The hills behind {city} at {hour}, ink wash"


@pytest.fixture(scope="module")
def alice(hub: Hub, people: People) -> Iterator[Page]:
    page = people.sit_down()
    set_up(page, hub.start(), name="Alice", team="Harbour Street")
    hub.practice.control(seconds=0.3)
    page.get_by_role("link", name="Start practising").click()
    page.wait_for_url("**/create/")
    yield page
    assert people.complaints == []


def begin(page: Page, hub: Hub, cities: str, hours: str) -> None:
    """The form, filled in from the desk."""
    page.goto(f"{hub.url}/t/harbour-street/create/")
    page.get_by_role("main").get_by_role("link", name="New batch").click()
    page.get_by_label("Prompt", exact=True).fill(PROMPT)
    page.get_by_label("city", exact=True).fill(cities)
    page.get_by_label("hour", exact=True).fill(hours)


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).click()
    page.wait_for_url(re.compile(r"/batches/[0-9a-f-]{36}/$"))


def test_a_batch_of_twelve_is_taken_back_within_five_seconds(alice: Page, hub: Hub) -> None:
    begin(alice, hub, "Galway\nSligo\nCork\nTralee", "dawn\nnoon\ndusk")
    expect(alice.locator("#series-preview")).to_contain_text("12 rows")
    expect(alice.locator("#series-preview")).to_contain_text("The hills behind Galway at dawn")
    press(alice, "Generate 12 · 180 credits")
    button = alice.get_by_role("button", name="Undo")
    expect(button).to_contain_text(re.compile("[1-5]"))
    button.click()
    expect(alice.locator(".toast")).to_contain_text("Undone: 12 pictures are not made")
    expect(alice.locator("#series")).to_contain_text("12 cancelled")
    assert hub.practice.log("creation") == []


def test_after_five_seconds_it_is_drawn_before_ones_eyes(alice: Page, hub: Hub) -> None:
    begin(alice, hub, "Galway\nSligo\nCork\nTralee", "dawn\nnoon\ndusk")
    press(alice, "Generate 12")
    expect(alice.get_by_role("button", name="Undo")).to_be_visible()
    # Five seconds, and the queue's own one.
    expect(alice.locator("#series-undo")).to_have_count(0, timeout=9000)
    page = alice.locator("#series")
    expect(page.locator("#series-progress")).to_contain_text("12 of 12 finished", timeout=60_000)
    expect(page).to_contain_text("All of it has ended.")
    expect(page.locator("#series-pictures figure")).to_have_count(12)
    expect_drawn(page.locator("#series-pictures img").first)
    assert violations(alice) == []
    with alice.expect_download() as download:
        page.get_by_role("link", name="Download ZIP").click()
    assert download.value.suggested_filename.endswith("-12.zip")


def test_it_is_paused_and_what_is_left_cancelled_by_keyboard(alice: Page, hub: Hub) -> None:
    hub.practice.control(seconds=30)
    begin(alice, hub, "Galway\nSligo\nCork\nTralee\nEnnis", "dusk")
    press(alice, "Generate 5")
    alice.get_by_role("button", name="Pause").focus()
    alice.keyboard.press("Enter")
    expect(alice.get_by_role("button", name="Go on")).to_be_visible()
    expect(alice.locator("#series-progress")).to_contain_text("paused")
    alice.locator("#series-cancel summary").focus()
    alice.keyboard.press("Enter")
    expect(alice.locator("#series-cancel")).to_contain_text("return at once")
    alice.keyboard.press("Tab")
    alice.keyboard.press("Enter")
    expect(alice.locator("#series-progress")).to_contain_text("cancelled")
    hub.practice.control(seconds=0.3)


def test_a_file_is_read_into_the_field_where_it_can_be_mended(alice: Page, hub: Hub) -> None:
    begin(alice, hub, "", "")
    alice.locator(".batch-values .segments__choice").filter(has_text="CSV").click()
    rows = "city;hour\nGalway;dusk\nSligo;\n"
    file = {"name": "rows.csv", "mimeType": "text/csv", "buffer": ("\ufeff" + rows).encode()}
    alice.get_by_label("Or a file").set_input_files(file)  # type: ignore[arg-type]
    table = alice.locator("[name=table]")
    expect(table).to_have_value(rows)
    expect(alice.locator("#series-preview")).to_contain_text("Line 3, column 2: hour is empty.")
    table.fill(f"{rows.strip()}dawn")
    expect(alice.locator("#series-preview")).to_contain_text("2 rows")
    assert violations(alice) == []


def test_a_press_of_eleven_on_the_desk_counts_its_seconds_down(alice: Page, hub: Hub) -> None:
    alice.goto(f"{hub.url}/t/harbour-street/create/")
    alice.get_by_label("Prompt", exact=True).fill("A lighthouse over the sea at night")
    composer(alice).get_by_label("Count").fill("11")
    composer(alice).get_by_role("button", name="Generate 11").click()
    toast = alice.locator(".toast").filter(has_text="11 pictures start in a moment.")
    expect(toast.locator(".toast__seconds")).to_have_text("3")
    toast.get_by_role("button", name="Undo").click()
    expect(alice.locator(".toast")).to_contain_text("Undone: 11 pictures are not made")
    expect(alice.locator(".sitting").first.get_by_text("Cancelled")).to_have_count(11)
