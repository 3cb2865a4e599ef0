"""Figures that change under a reader: nothing is lost of where they were, nothing moves."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hub import Hub
from tests.browser.people import People, is_marked, mark, set_up
from tests.browser.shift import watch
from tests.browser.tour import composer, expect_drawn, generate, press_generate, tiles

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def alice(hub: Hub, people: People) -> Iterator[Page]:
    """At the desk of a new hub, with one picture drawn and paid for."""
    page = people.sit_down()
    set_up(page, hub.start(), name="Alice", team="Harbour Street")
    page.get_by_role("link", name="Start practising").click()
    hub.practice.control(seconds=0.3)
    press_generate(page)
    expect_drawn(tiles(page).first.get_by_role("img"))
    yield page
    assert people.complaints == []


def tab(alice: Page, hub: Hub, section: str) -> Page:
    page = alice.context.new_page()
    watch(page)
    page.goto(f"{hub.url}/t/harbour-street/{section}/")
    mark(page)
    return page


def test_the_sums_rise_and_the_reader_stays_where_they_were(hub: Hub, alice: Page) -> None:
    usage = tab(alice, hub, "usage")
    total = usage.locator(".stats .figure--huge").first
    expect(total).to_have_text("15")
    usage.get_by_text("Day by day, as a table").click()
    month = usage.get_by_label("Month")
    month.focus()
    usage.evaluate("scrollTo(0, 200)")
    generate(alice).click()
    expect(total).to_have_text("30")
    assert is_marked(usage)
    expect(month).to_be_focused()
    expect(usage.get_by_role("columnheader", name="Day", exact=True)).to_be_visible()
    assert usage.evaluate("scrollY") == 200
    assert usage.evaluate("window.shifts") == []
    usage.close()


def test_a_filter_changes_the_report_and_its_address_without_a_reload(
    hub: Hub, alice: Page
) -> None:
    usage = tab(alice, hub, "usage")
    month = usage.get_by_label("Month")
    month.focus()
    month.select_option(label="the last 14 days")
    expect(usage.get_by_role("heading", name="The last 14 days")).to_be_visible()
    usage.wait_for_url("**month=14-days**")
    assert is_marked(usage)
    expect(month).to_be_focused()
    usage.get_by_role("link", name="Projects").click()
    expect(usage.get_by_role("rowheader", name="No project")).to_be_visible()
    # As a hand goes back: playwright's own step ends with an error where htmx loads the page anew.
    usage.evaluate("history.back()")
    expect(usage.get_by_role("heading", name="The last 14 days")).to_be_visible()
    expect(usage.get_by_role("rowheader", name="No project")).to_be_hidden()
    usage.evaluate("history.back()")
    expect(usage.get_by_role("heading", name="so far")).to_be_visible()
    usage.close()


@pytest.mark.parametrize("section", ["usage/bill", "usage/bill/differences"])
def test_the_filters_of_the_bill_apply_by_themselves(hub: Hub, alice: Page, section: str) -> None:
    bill = tab(alice, hub, section)
    days = bill.locator(".heading__note")
    before = days.inner_text()
    month = bill.get_by_label("Month")
    month.focus()
    month.select_option(label="the last 14 days")
    bill.wait_for_url(re.compile(r"\?month=14-days$"))
    expect(days).not_to_have_text(before)
    expect(bill.locator(".htmx-added")).to_have_count(0)  # what came hears no change before
    month.select_option(index=0)
    expect(days).to_have_text(before)
    assert bill.url.count("month=") == 1
    assert is_marked(bill)
    expect(month).to_be_focused()
    expect(bill.get_by_role("heading", level=1)).to_have_count(1)
    bill.close()


def test_a_row_of_the_queue_keeps_the_focus_while_the_line_moves_up(hub: Hub, alice: Page) -> None:
    hub.practice.control(seconds=300)
    composer(alice).get_by_label("Count").fill("6")
    expect(generate(alice)).to_contain_text("Generate 6")
    generate(alice).click()
    queue = tab(alice, hub, "queue")
    expect(queue.get_by_role("heading", level=1)).to_have_text("Three drawing, three waiting")
    last = queue.get_by_role("row").last
    expect(last).to_contain_text("3rd")
    last.get_by_role("button").focus()
    kept = queue.evaluate_handle("document.activeElement")
    address = queue.get_by_role("row").nth(1).locator("form").get_attribute("action")
    alice.request.post(  # as from another tab
        f"{hub.url}{address}",
        form={"next": "queue"},
        headers={"X-CSRFToken": csrf(alice), "Referer": hub.url},
    )
    expect(queue.get_by_role("heading", level=1)).to_have_text("Three drawing, two waiting")
    expect(queue.get_by_role("row").last).to_contain_text("2nd")
    expect(queue.get_by_role("row").last.get_by_role("button")).to_be_focused()
    assert kept.evaluate("button => button === document.activeElement")
    assert is_marked(queue)
    queue.close()


def test_a_paused_key_is_resumed_by_undo(hub: Hub, alice: Page) -> None:
    queue = tab(alice, hub, "queue")
    other = tab(alice, hub, "queue")
    queue.get_by_role("button", name="Pause Practice").click()
    expect(queue.get_by_role("main")).to_contain_text("paused")
    expect(queue.get_by_role("button", name="Resume Practice")).to_be_focused()
    expect(other.get_by_role("main")).to_contain_text("the key is paused")
    assert is_marked(queue)
    queue.get_by_role("button", name="Undo").click()
    expect(queue.get_by_role("main")).to_contain_text("healthy")
    expect(other.get_by_role("main")).to_contain_text("healthy")
    for page in (queue, other):
        page.close()


def csrf(page: Page) -> str:
    headers = page.locator("body").get_attribute("hx-headers") or ""
    return headers.split('"')[3]
