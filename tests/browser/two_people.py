"""Steps 9 to 15: a colleague comes in, both make pictures, and the spending adds up."""

import csv
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import PASSWORD, go, is_marked, mark, open_settings
from tests.browser.tour import (
    TEAM,
    TITLE,
    Tour,
    composer,
    expect_drawn,
    generate,
    meter,
    number,
    press_generate,
    prints,
    tiles,
)


def she_copies_an_invitation(tour: Tour) -> None:
    """9. Invite: copy the link (no mail server needed)."""
    page = tour.alice
    open_settings(page)
    page.get_by_role("button", name="Make an invitation link").click()
    shown = page.locator("#invitation-link")
    expect(shown).to_contain_text(f"{tour.hub.url}/join/")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    tour.invitation = page.evaluate("navigator.clipboard.readText()")
    assert tour.invitation == shown.inner_text()


def the_colleague_joins(tour: Tour) -> None:
    """10. A second browser: she sets a password and sees the picture and the prompt."""
    page = tour.dora
    page.goto(tour.invitation)
    expect(page.get_by_role("heading", level=1, name=f"Join {TEAM}")).to_be_visible()
    page.get_by_label("Your name").fill("Dora")
    page.get_by_label("E-mail").fill("dora@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/gallery/**")
    expect(prints(page)).to_have_count(1)
    expect(prints(page)).to_contain_text("Alice")
    expect_drawn(prints(page).get_by_role("img"))
    go(page, "Prompts")
    expect(page.get_by_role("main")).to_contain_text(TITLE)


def she_generates_two(tour: Tour) -> None:
    """11. She fills in `{city}`, generates two; both appear live in the first browser, as hers."""
    go(tour.alice, "Gallery")
    expect(prints(tour.alice)).to_have_count(1)
    mark(tour.alice)
    page = tour.dora
    tour.draw_for(1)
    page.get_by_role("link", name="Use prompt").click()
    page.wait_for_url("**/create/**")
    page.get_by_label("city").fill("Cork")
    composer(page).get_by_role("button", name="More").click()
    expect(generate(page)).to_contain_text("Generate 2 · 30 credits")
    press_generate(page)
    expect(tiles(page)).to_have_count(2)
    for each in tiles(page).all():
        expect_drawn(each.get_by_role("img"))
    hers = prints(tour.alice).filter(has_text="Dora")
    expect(hers).to_have_count(2)
    expect_drawn(hers.get_by_role("img").first)
    expect(hers.first).to_contain_text("Cork")
    assert is_marked(tour.alice)
    tour.pictures += 2
    tour.practised += 30


def twenty_large_ones_are_refused(tour: Tour) -> None:
    """12. Refused before the click, with the reason and when it will fit; she may queue them."""
    page = tour.dora
    composer(page).get_by_text("Custom", exact=True).click()
    page.get_by_label("Width in pixels").fill("2048")
    page.get_by_label("Height in pixels").fill("2048")
    composer(page).get_by_text("High", exact=True).click()
    page.get_by_label("Count").fill("20")
    refusal = composer(page).locator("[data-refused]")
    expect(refusal).to_contain_text(re.compile(r"1,?000 credits"))
    expect(refusal).to_contain_text("970")
    expect(refusal).to_contain_text("resets at 00:00")
    expect(tiles(page)).to_have_count(2)
    refusal.get_by_role("button", name="Queue them for 00:00").click()
    expect(page.locator(".sitting").first).to_contain_text("20 pictures")
    expect(tiles(page).first).to_contain_text("00:00")
    expect(tiles(page).first).to_contain_text("nothing held")
    expect(meter(page)).to_contain_text("970")


def usage_names_both(tour: Tour) -> None:
    """13. Usage: two people, today, spent and limit; every number opens its pictures."""
    page = tour.alice
    go(page, "Usage")
    main = page.get_by_role("main")
    for name, spent in (("Alice", "15 of 1,000"), ("Dora", "30 of 1,000")):
        row = main.get_by_role("row").filter(has_text=name)
        expect(row.first).to_contain_text(spent)
    main.get_by_text("Day by day, as a table").click()
    numbers = credits_on(page)
    assert sorted({number(each.inner_text()) for each in numbers}) == [15, 30, 45]
    for each in numbers:
        expect(each.get_by_role("link")).to_have_count(1)
        address = each.get_by_role("link").get_attribute("href")
        assert address is not None
        listed = page.request.get(f"{tour.hub.url}{address}").text()
        shown = set(re.findall(r"/pictures/[0-9a-f-]{36}/", listed))
        assert len(shown) == number(each.inner_text()) / 15


def credits_on(page: Page) -> list[Locator]:
    """The cells and figures that say how many credits were charged: not limits, not shares."""
    found = page.get_by_role("main").locator("td.table__number, .stats__part .figure:has(a)")
    charged = [each for each in found.all() if re.match(r"[1-9]", each.inner_text())]
    return [each for each in charged if "%" not in each.inner_text()]


def the_csv_has_the_same_total(tour: Tour) -> None:
    """14. CSV: the same total."""
    with tour.alice.expect_download() as download:
        tour.alice.get_by_role("link", name="CSV").click()
    with Path(download.value.path()).open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert sum(int(line["credits"]) for line in lines) == tour.practised
    assert {line["member"] for line in lines} == {"Alice", "Dora"}


def waiting_says_why(tour: Tour) -> None:
    """15. "3rd · about 40 s · all three slots busy", Cancel; then "Already at Flux Pro"."""
    page = tour.alice
    tour.draw_for(20)
    go(page, "Create")
    page.get_by_label("Count").fill("6")
    expect(generate(page)).to_contain_text("Generate 6 · 90 credits")
    press_generate(page)
    expect(tiles(page)).to_have_count(6)
    last = tiles(page).last
    expect(last).to_contain_text("3rd")
    expect(last).to_contain_text(re.compile(r"about \d+ s · all three slots busy"))
    sent = tiles(page).first
    expect(sent).to_contain_text(re.compile("Already at (Flux Pro|the practice studio)"))
    expect(sent).to_contain_text("Charged if it succeeds")
    expect(sent.get_by_role("button", name="Cancel")).to_have_count(0)
    for each in (5, 4, 3):
        tiles(page).nth(each).get_by_role("button", name="Cancel").click()
        expect(tiles(page).nth(each)).to_contain_text("Cancelled")
        expect(tiles(page).nth(each)).to_contain_text("Not charged")
    for each in (0, 1, 2):
        expect_drawn(tiles(page).nth(each).get_by_role("img"), timeout=60_000)
    tour.pictures += 3
    tour.practised += 45
