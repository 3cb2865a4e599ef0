"""What stands around every page: find anything, the keyboard, undo, and where the focus goes."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.hub import Hub
from tests.browser.people import People, set_up
from tests.browser.tour import composer, expect_drawn, generate, press_generate, tiles

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PROMPT = "Paper lanterns over a harbour"
TITLE = "Hills at dusk"


@pytest.fixture(scope="module")
def desk(hub: Hub, people: People) -> Iterator[Page]:
    """Alice's browser, with one picture and one prompt in her team."""
    page = people.sit_down()
    set_up(page, hub.start(), name="Alice", team="Harbour Street")
    hub.practice.control(seconds=0.2)
    page.get_by_role("link", name="Start practising").click()
    page.get_by_label("Prompt", exact=True).fill(PROMPT)
    press_generate(page)
    expect_drawn(tiles(page).first.get_by_role("img"))
    page.goto(team(hub, "prompts/new/"))
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Prompt", exact=True).fill("Hills behind {city}")
    page.get_by_role("button", name="Save to the team").click()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    yield page
    assert people.complaints == []


@pytest.fixture
def alice(desk: Page, hub: Hub) -> Page:
    desk.goto(team(hub, "queue/"))
    return desk


def team(hub: Hub, path: str) -> str:
    return f"{hub.url}/t/harbour-street/{path}"


def palette(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Find")


def chosen(page: Page) -> Locator:
    return palette(page).locator('[role="option"][aria-selected="true"]')


def test_the_palette_goes_to_a_page_by_a_few_letters(alice: Page) -> None:
    alice.keyboard.press("Control+k")
    expect(palette(alice).get_by_role("combobox")).to_be_focused()
    alice.keyboard.type("usa")
    expect(chosen(alice)).to_have_text(re.compile("Usage"))
    alice.keyboard.press("Enter")
    alice.wait_for_url("**/usage/")


def test_the_palette_finds_pictures_and_prompts(alice: Page) -> None:
    alice.get_by_role("link", name="Find").click()
    alice.keyboard.type("lanterns")
    option = palette(alice).get_by_role("option", name=PROMPT)
    expect_drawn(option.locator("img"))
    expect(chosen(alice)).to_have_text(re.compile(PROMPT))
    combobox = palette(alice).get_by_role("combobox")
    expect(combobox).to_have_attribute(
        "aria-activedescendant", chosen(alice).get_attribute("id") or "none"
    )
    assert violations(alice) == []
    combobox.fill("hills")
    expect(chosen(alice)).to_have_text(re.compile(TITLE))
    alice.keyboard.press("Enter")
    expect(alice.get_by_role("heading", level=1, name=TITLE)).to_be_visible()


def test_arrows_home_and_end_choose_and_escape_gives_the_focus_back(alice: Page) -> None:
    start = alice.get_by_role("link", name="Usage")
    start.focus()
    alice.keyboard.press("Control+k")
    expect(chosen(alice)).to_have_text(re.compile("Create"))
    for key, name in (
        ("ArrowDown", "Batches"),
        ("ArrowUp", "Create"),
        ("End", "You"),
        ("ArrowDown", "Create"),
        ("ArrowUp", "You"),
        ("Home", "Create"),
    ):
        alice.keyboard.press(key)
        expect(chosen(alice)).to_have_text(re.compile(name))
    alice.keyboard.press("Escape")
    expect(palette(alice)).to_be_hidden()
    expect(start).to_be_focused()


def test_the_palette_acts(alice: Page) -> None:
    for colours in ("dark", "as the device"):
        alice.keyboard.press("/")
        alice.keyboard.type(f"colours {colours}")
        alice.keyboard.press("Enter")
        alice.wait_for_load_state()
        theme = colours if colours == "dark" else "system"
        expect(alice.locator("html")).to_have_attribute("data-theme", theme)
        expect(alice).to_have_url(re.compile("/queue/$"))


def test_without_an_answer_yet_enter_leads_to_the_page_that_finds(alice: Page) -> None:
    alice.keyboard.press("Control+k")
    alice.keyboard.type("zebra")
    alice.keyboard.press("Enter")
    alice.wait_for_url("**/find/?q=zebra")
    expect(alice.get_by_role("main")).to_contain_text("No prompt and no picture says “zebra”.")


def test_a_page_of_its_own_search_keeps_the_slash(alice: Page, hub: Hub) -> None:
    alice.goto(team(hub, "gallery/"))
    alice.keyboard.press("/")
    expect(alice.get_by_role("main").get_by_role("searchbox")).to_be_focused()
    alice.keyboard.type("/g u")
    expect(alice.get_by_role("main").get_by_role("searchbox")).to_have_value("/g u")


def test_g_and_a_letter_go_to_a_section_but_not_while_writing(alice: Page) -> None:
    alice.keyboard.press("g")
    alice.keyboard.press("u")
    alice.wait_for_url("**/usage/")
    alice.keyboard.press("g")
    alice.keyboard.press("c")
    alice.wait_for_url("**/create/")
    prompt = composer(alice).get_by_label("Prompt", exact=True)
    expect(prompt).to_be_focused()
    prompt.fill("")
    alice.keyboard.type("gu?")
    expect(prompt).to_have_value("gu?")


def test_the_question_mark_lists_what_works_on_this_page(alice: Page, hub: Hub) -> None:
    dialog = alice.get_by_role("dialog", name="Keyboard shortcuts")
    alice.keyboard.press("?")
    expect(dialog.get_by_text("Find anything", exact=True)).to_be_visible()
    expect(dialog.get_by_text("Generate")).to_be_hidden()
    assert violations(alice) == []
    alice.keyboard.press("g")
    alice.keyboard.press("c")
    expect(dialog).to_be_visible()
    alice.keyboard.press("Escape")
    alice.goto(team(hub, "create/"))
    alice.get_by_role("heading", level=1).click()
    alice.keyboard.press("?")
    expect(dialog.get_by_text("Generate")).to_be_visible()


def test_single_keys_can_be_switched_off(alice: Page) -> None:
    alice.keyboard.press("?")
    switch = alice.get_by_label("Single-key shortcuts")
    switch.uncheck()
    alice.keyboard.press("Escape")
    alice.keyboard.press("?")
    expect(switch).to_be_hidden()
    alice.evaluate("localStorage.removeItem('keys')")


def test_archiving_is_undone_by_keyboard(alice: Page) -> None:
    alice.get_by_role("link", name="Prompts").click()
    alice.get_by_role("link", name=TITLE).click()
    alice.get_by_role("button", name="Archive").click()
    toast = alice.get_by_role("status").filter(has_text="Archived")
    expect(toast).to_be_visible()
    expect(alice.get_by_role("link", name=TITLE)).to_have_count(0)
    assert violations(alice) == []
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()
    alice.keyboard.press("z")
    expect(alice.get_by_role("link", name=TITLE)).to_be_visible()
    expect(alice).to_have_url(re.compile("/prompts/$"))


def test_how_ones_pictures_ended_is_told_once(alice: Page, hub: Hub) -> None:
    hub.practice.control(seconds=2)
    alice.goto(team(hub, "create/"))
    alice.get_by_label("Prompt", exact=True).fill("A boat")
    generate(alice).click()
    expect(alice.locator("#news")).to_have_text("Picture finished.")
    alice.evaluate(
        """() => {
            const author = document.getElementById("news").dataset.person;
            for (const detail of [{ author, status: "failed" }, { author, status: "failed" },
                    { author: "somebody else", status: "failed" }]) {
                document.body.dispatchEvent(new CustomEvent("live:news", { detail }));
            }
        }"""
    )
    expect(alice.locator("#news")).to_have_text("2 pictures failed. Nothing was charged.")


def test_a_button_that_comes_again_keeps_the_focus(alice: Page, hub: Hub) -> None:
    hub.practice.control(seconds=300)
    alice.goto(team(hub, "create/"))
    alice.get_by_label("Prompt", exact=True).fill("A boat")
    alice.get_by_label("Count").fill("5")
    expect(generate(alice)).to_contain_text("Generate 5")
    press_generate(alice)
    waiting = tiles(alice).filter(has_text="Waiting").last
    cancel = waiting.get_by_role("button", name="Cancel")
    cancel.focus()
    cancel.evaluate("button => { button.isTheSame = true; }")
    waiting.evaluate("tile => tile.dispatchEvent(new CustomEvent('refresh'))")
    expect(cancel).not_to_have_js_property("isTheSame", True)
    expect(cancel).to_be_focused()


def test_a_button_that_is_gone_gives_the_focus_to_its_place(alice: Page, hub: Hub) -> None:
    alice.goto(team(hub, "create/"))
    waiting = tiles(alice).filter(has_text="Waiting").last
    place = waiting.get_attribute("id")
    waiting.get_by_role("button", name="Cancel").focus()
    alice.keyboard.press("Enter")
    expect(alice.locator(f"#{place}")).to_contain_text("Cancelled")
    expect(alice.locator(f"#{place}")).to_be_focused()


def test_generating_by_keyboard_leaves_the_focus_on_the_button(alice: Page, hub: Hub) -> None:
    alice.goto(team(hub, "create/"))
    expect(composer(alice).get_by_label("Prompt", exact=True)).to_be_focused()
    generate(alice).focus()
    alice.keyboard.press("Enter")
    expect(tiles(alice)).to_have_count(1)
    expect(generate(alice)).to_be_focused()


def test_on_paper_a_page_is_a_report(alice: Page, hub: Hub) -> None:
    alice.goto(team(hub, "usage/"))
    main = alice.get_by_role("main")
    ink = alice.evaluate("getComputedStyle(document.body).color")
    alice.emulate_media(media="print", color_scheme="dark")
    expect(main.get_by_role("heading", level=1)).to_be_visible()
    expect(main.get_by_role("table").first).to_be_visible()
    expect(main.locator(".imprint")).to_contain_text("Harbour Street")
    expect(alice.get_by_role("banner")).to_be_hidden()
    expect(main.get_by_role("button")).to_have_count(0)
    assert alice.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)" != ink
    alice.emulate_media(media="screen", color_scheme="light")
    expect(main.locator(".imprint")).to_be_hidden()


def test_the_style_guide_shows_both_themes_without_a_fault(alice: Page, hub: Hub) -> None:
    alice.goto(f"{hub.url}/styleguide/")
    grounds = alice.locator("#buttons .specimen").evaluate_all(
        "all => all.map((each) => getComputedStyle(each).backgroundColor)"
    )
    assert len(set(grounds)) == 2
    assert violations(alice) == []
    overflow = alice.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow == 0


def test_inviting_from_the_palette_begins_in_the_field(alice: Page) -> None:
    alice.keyboard.press("Control+k")
    alice.keyboard.type("invite")
    alice.keyboard.press("Enter")
    alice.wait_for_url("**/settings/#id_email")
    expect(alice.get_by_label("E-mail")).to_be_focused()
