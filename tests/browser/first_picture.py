"""Steps 2 to 8: alone, from the printed link to a prompt that is worth keeping."""

import re

from playwright.sync_api import expect

from tests.browser.people import go, is_marked, mark, set_up
from tests.browser.tour import (
    TEAM,
    TITLE,
    Tour,
    composer,
    expect_drawn,
    generate,
    meter,
    shape,
    tiles,
)

SHAPE = 4 / 5  # of the first picture


def she_sets_up_on_one_screen(tour: Tour) -> None:
    """2. Name, e-mail, password, team: one screen."""
    link = tour.hub.start()
    assert link.startswith(f"{tour.hub.url}/setup/")
    set_up(tour.alice, link, name="Alice", team=TEAM)


def she_chooses_practice(tour: Tour) -> None:
    """3. "Practise free, or add your Flux Pro key": practise."""
    page = tour.alice
    expect(page.get_by_role("heading", name="Add your Flux Pro key")).to_be_visible()
    page.get_by_role("link", name="Start practising").click()
    page.wait_for_url("**/create/")


def the_desk_is_ready(tour: Tour) -> None:
    """4. The cursor in the box, an example prompt, the price, and what is left and why."""
    page = tour.alice
    prompt = page.get_by_label("Prompt", exact=True)
    expect(prompt).to_be_focused()
    expect(prompt).to_have_value(re.compile(r"\w+ \w+ \w+"))
    expect(generate(page)).to_contain_text("Generate 1 · 15 credits")
    expect(composer(page)).to_contain_text("at most 20, the rest returns")
    for words in ("1,000", "left today", "resets 00:00", "limited by your plan"):
        expect(composer(page)).to_contain_text(words)
    expect(meter(page)).to_contain_text("1,000")


def a_tile_is_there_at_once(tour: Tour) -> None:
    """5. Ctrl+Enter: a tile of the right shape at once."""
    page = tour.alice
    tour.draw_for(8)
    mark(page)
    page.keyboard.press("Control+Enter")
    expect(tiles(page)).to_have_count(1)
    expect(tiles(page)).to_have_attribute("data-status", re.compile("queued|submitting|processing"))
    assert abs(shape(tiles(page).locator(".sheet, img")) - SHAPE) < 0.02


def it_becomes_a_picture(tour: Tour) -> None:
    """6. Drawing with elapsed and expected time, then a beautiful picture; no reload."""
    page = tour.alice
    tile = tiles(page)
    expect(tile).to_contain_text("Drawing")
    expect(tile).to_contain_text(re.compile(r"of about \d+ s"))
    seconds = tile.locator("[data-seconds]")
    first = seconds.inner_text()
    expect(seconds).not_to_have_text(first)
    expect_drawn(tile.get_by_role("img"))
    assert abs(shape(tile.get_by_role("img")) - SHAPE) < 0.02
    assert is_marked(page)
    tour.pictures += 1
    tour.practised += 15


def the_meter_leads_to_the_picture(tour: Tour) -> None:
    """7. The meter has fallen by the price; a click on it shows the charge, then the picture."""
    page = tour.alice
    expect(meter(page)).to_contain_text("985")
    assert is_marked(page)
    meter(page).click()
    page.wait_for_url("**/usage/**")
    page.get_by_role("main").get_by_role("link", name="15", exact=True).first.click()
    page.wait_for_url("**/usage/entries/**")
    page.get_by_role("main").get_by_role("link", name="The hills behind Galway").click()
    page.wait_for_url("**/pictures/**")
    expect_drawn(page.locator(".stage").get_by_role("img").first)
    expect(page.get_by_role("main")).to_contain_text("charged 15")


def she_saves_the_prompt(tour: Tour) -> None:
    """8. "Save prompt to team", with `{city}` in it."""
    page = tour.alice
    go(page, "Create")
    tiles(page).get_by_role("link", name="Save prompt").click()
    text = page.get_by_role("main").get_by_label("Prompt", exact=True)
    expect(text).to_have_value(re.compile("Galway"))
    text.fill(text.input_value().replace("Galway", "{city}"))
    page.get_by_label("Title").fill(TITLE)
    page.get_by_role("button", name="Save to the team").click()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    expect(page.get_by_role("main").get_by_role("definition").first).to_be_visible()
    expect(page.get_by_role("main").get_by_role("term").first).to_have_text("city")
