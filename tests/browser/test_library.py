"""The library beside the chosen prompt: choosing, going back, and one of the two on a phone."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.hub import Hub
from tests.browser.people import People, go, is_marked, mark, set_up

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def library(hub: Hub, people: People) -> Page:
    """Of two prompts; the first in the list is the one saved last."""
    link = hub.start()
    alice = people.sit_down()
    set_up(alice, link, name="Alice", team="Harbour Street")
    for title in ("Boats on the lake", "Hills behind {city}"):
        alice.goto(f"{hub.url}/t/harbour-street/prompts/new/")
        alice.get_by_label("Title").fill(title)
        alice.get_by_label("Prompt", exact=True).fill(f"{title} at dusk")
        alice.get_by_role("button", name="Save to the team").click()
        expect(alice.get_by_role("heading", level=1, name=title)).to_be_visible()
    go(alice, "Prompts")
    return alice


def chosen(page: Page) -> Locator:
    return page.locator(".listing [aria-current]")


def test_choosing_another_swaps_only_the_prompt_and_back_leads_back(library: Page) -> None:
    page = library
    expect(page.get_by_role("article")).to_contain_text("Hills behind {city} at dusk")
    mark(page)
    page.get_by_role("link", name="Boats on the lake").click()
    expect(page.get_by_role("article", name="Boats on the lake")).to_be_focused()
    expect(page).to_have_title("Boats on the lake · Harbour Street")
    expect(chosen(page)).to_have_count(1)
    expect(chosen(page)).to_contain_text("Boats on the lake")
    assert is_marked(page)
    page.reload()
    expect(chosen(page)).to_contain_text("Boats on the lake")
    page.go_back()
    expect(page.get_by_role("article", name="Hills behind {city}")).to_be_visible()
    expect(page).to_have_title("Prompts · Harbour Street")


def test_a_list_that_has_news_meanwhile_keeps_the_choice_and_its_address(library: Page) -> None:
    page = library
    go(page, "Prompts")
    one_prompt = re.compile(r"/prompts/[0-9a-f-]{36}/$")

    def after_the_list(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route(one_prompt, after_the_list)
    page.get_by_role("link", name="Boats on the lake").click()
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:poll', { bubbles: true }))")
    page.wait_for_url(one_prompt)
    expect(page.get_by_role("article", name="Boats on the lake")).to_be_visible()
    expect(chosen(page)).to_contain_text("Boats on the lake")
    page.unroute(one_prompt)


def test_on_a_phone_there_is_the_list_or_the_prompt(library: Page) -> None:
    page = library
    page.set_viewport_size({"width": 390, "height": 844})
    go(page, "Prompts")
    expect(page.get_by_role("article")).to_be_hidden()
    page.get_by_role("link", name="Boats on the lake").click()
    expect(page.get_by_role("heading", level=1, name="Boats on the lake")).to_be_visible()
    expect(page.get_by_role("heading", name="Prompts")).to_be_hidden()
    page.get_by_role("link", name="All prompts").click()
    expect(page.get_by_role("heading", level=1, name="Prompts")).to_be_visible()


def test_the_variables_of_a_text_are_named_while_it_is_written(library: Page) -> None:
    page = library
    page.goto(page.url.split("/prompts/")[0] + "/prompts/new/")
    page.get_by_label("Prompt", exact=True).fill("A {plant} in {Light}")
    expect(page.get_by_text("Fills in one variable:")).to_be_visible()
    expect(page.get_by_text("{Light} stays as it is")).to_be_visible()
    page.get_by_label("Size").select_option(label="Another size")
    page.get_by_label("Width in pixels").fill("512")
    page.get_by_label("Size").select_option(label="As in the composer")
    expect(page.get_by_label("Width in pixels")).to_be_hidden()
