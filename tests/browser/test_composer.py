"""The composer: drafts, earlier prompts, advice, and a refusal before the click."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.hub import Hub
from tests.browser.people import People, is_marked, mark, set_up
from tests.browser.tour import composer, expect_drawn, generate, press_generate, tiles

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FIRST = "The hills behind Galway at dusk, five layers of mist"
SECOND = "A lighthouse over the sea at night"
PUT_ASIDE = "Your draft was put aside."


@pytest.fixture(scope="module")
def alice(hub: Hub, people: People) -> Iterator[Page]:
    """Alice, who asked for two pictures."""
    link = hub.start()
    page = people.sit_down()
    set_up(page, link, name="Alice", team="Harbour Street")
    hub.practice.control(seconds=0.3)
    page.get_by_role("link", name="Start practising").click()
    for words in (FIRST, SECOND):
        ask(page, words)
    yield page
    assert people.complaints == []


@pytest.fixture
def page(alice: Page, hub: Hub) -> Page:
    """The Create page as after signing in: nothing written, nothing put aside."""
    alice.set_viewport_size({"width": 1440, "height": 900})
    alice.goto(f"{hub.url}/me/")  # away from the composer, which keeps what is in it
    alice.evaluate("localStorage.clear()")
    alice.goto(create(hub))
    expect(prompt(alice)).to_have_value(SECOND)
    return alice


def create(hub: Hub) -> str:
    return f"{hub.url}/t/harbour-street/create/"


def prompt(page: Page) -> Locator:
    return page.get_by_label("Prompt", exact=True)


def ask(page: Page, words: str) -> None:
    prompt(page).fill(words)
    press_generate(page)
    expect(page.locator(".sitting").first).to_contain_text(words[:20])
    expect_drawn(tiles(page).get_by_role("img"))


def write(page: Page, words: str) -> None:
    """As one writes; and then the pause after which it is kept."""
    prompt(page).fill(words)
    page.wait_for_function(
        "words => JSON.stringify(localStorage).includes(words)", arg=words.split("{")[0]
    )


def toast(page: Page) -> Locator:
    return page.locator(".toast").filter(has_text=PUT_ASIDE)


def test_a_draft_survives_a_reload_with_its_settings(page: Page) -> None:
    page.locator('.shapes__choice:has(input[value="3:2"])').click()
    composer(page).get_by_role("button", name="More").click()
    page.get_by_label("Style").select_option(label="Ink wash")
    write(page, "Rooftops of {city} in the rain")
    page.get_by_label("city").fill("Cork")
    page.reload()
    expect(prompt(page)).to_have_value("Rooftops of {city} in the rain")
    expect(page.get_by_label("city")).to_have_value("Cork")
    expect(page.get_by_label("Style").locator("option:checked")).to_have_text("Ink wash")
    expect(page.get_by_role("radio", name="3:2")).to_be_checked()
    expect(generate(page)).to_contain_text("Generate 2 · 30 credits")


def test_what_was_generated_is_no_draft_any_more(page: Page, hub: Hub) -> None:
    write(page, "Paper boats on a pond")
    ask(page, "Paper boats on a pond")
    assert page.evaluate("localStorage.length") == 0
    ask(page, SECOND)  # as the next test expects it


def test_who_writes_before_the_page_has_all_its_scripts_keeps_their_place(page: Page) -> None:
    def late(route: Route) -> None:
        prompt(page).select_text()
        route.continue_()

    page.route("**/desk*.js", late)
    page.reload()
    page.keyboard.insert_text(FIRST)
    expect(prompt(page)).to_have_value(FIRST)
    page.unroute_all()


def test_a_remix_puts_the_draft_aside_and_says_so(page: Page) -> None:
    write(page, "Half a thought")
    page.get_by_role("link", name="Remix").last.click()
    page.wait_for_url("**remix=**")
    expect(prompt(page)).to_have_value(FIRST)
    toast(page).get_by_role("button", name="Undo").click()
    expect(prompt(page)).to_have_value("Half a thought")
    page.reload()
    expect(prompt(page)).to_have_value("Half a thought")
    expect(toast(page)).to_have_count(0)


def test_a_draft_that_was_put_aside_waits_on_the_plain_page(page: Page, hub: Hub) -> None:
    write(page, "Half a thought")
    page.get_by_role("link", name="Remix").last.click()
    expect(toast(page)).to_be_visible()
    page.goto(create(hub))
    expect(prompt(page)).to_have_value("Half a thought")


def test_without_a_draft_a_remix_says_nothing(page: Page) -> None:
    page.get_by_role("link", name="Remix").last.click()
    expect(prompt(page)).to_have_value(FIRST)
    expect(toast(page)).to_have_count(0)


def test_a_browser_that_keeps_nothing_does_no_harm(page: Page, hub: Hub, people: People) -> None:
    stranger = page.context.browser
    assert stranger is not None
    context = stranger.new_context(storage_state=page.context.storage_state())
    context.on("weberror", lambda error: people.complaints.append(str(error.error)))
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }})"
    )
    private = context.new_page()
    private.goto(create(hub))
    prompt(private).fill("Nothing of this is kept")
    expect(generate(private)).to_be_enabled()
    private.reload()
    expect(prompt(private)).to_have_value(SECOND)
    context.close()


def test_the_arrows_turn_through_earlier_prompts_and_back_to_the_draft(page: Page) -> None:
    write(page, "")
    prompt(page).press_sequentially("A draft")
    prompt(page).press("Control+Home")
    for expected in (SECOND, "Paper boats on a pond", FIRST, FIRST):
        prompt(page).press("ArrowUp")
        expect(prompt(page)).to_have_value(expected)
    expect(composer(page).get_by_role("status")).to_have_text("earlier prompt 3 of 3")
    for expected in ("Paper boats on a pond", SECOND, "A draft", "A draft"):
        prompt(page).press("ArrowDown")
        expect(prompt(page)).to_have_value(expected)


def test_an_arrow_in_the_middle_of_a_text_only_moves(page: Page) -> None:
    prompt(page).fill("A draft")
    prompt(page).press("ArrowUp")
    expect(prompt(page)).to_have_value("A draft")


def test_on_a_phone_what_is_missing_is_shown_to_be_filled_in(page: Page) -> None:
    write(page, "Hills behind {city}")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(composer(page).locator(".settings")).to_be_hidden()
    generate(page).click()
    expect(page.get_by_label("city")).to_be_visible()


def test_advice_is_there_while_one_writes_and_its_words_can_be_undone(page: Page) -> None:
    guidance = page.locator("#guidance")
    prompt(page).fill("")
    expect(guidance).to_have_text("")
    prompt(page).press_sequentially("The hills behind Galway at dusk, ink wash on paper")
    expect(guidance).to_contain_text("Says nothing of mood or camera angle")
    words = guidance.get_by_role("button").first.inner_text().strip("“”")
    guidance.get_by_role("button").first.click()
    expect(prompt(page)).to_be_focused()
    written = "The hills behind Galway at dusk, ink wash on paper"
    expect(prompt(page)).to_have_value(f"{written}, {words}")
    expect(guidance).not_to_contain_text("mood")
    page.keyboard.press("Control+z")
    expect(prompt(page)).to_have_value(written)
    assert guidance.get_attribute("aria-live") is None


def test_advice_goes_in_at_the_cursor(page: Page) -> None:
    prompt(page).fill("The hills behind Galway, ink wash at dusk")
    guidance = page.locator("#guidance")
    expect(guidance).to_contain_text("mood")
    prompt(page).evaluate("field => field.setSelectionRange(20, 20)")
    words = guidance.get_by_role("button").first.inner_text().strip("“”")
    guidance.get_by_role("button").first.click()
    expect(prompt(page)).to_have_value(f"The hills behind Galway, {words}, ink wash at dusk")


def test_a_contradiction_is_named(page: Page) -> None:
    prompt(page).fill("A street at night under bright noon sun")
    expect(page.locator("#guidance")).to_contain_text("“night” and “bright noon sun” contradict")


def test_a_refusal_stands_there_before_the_click_with_its_ways_out(page: Page) -> None:
    mark(page)
    composer(page).get_by_text("Custom", exact=True).click()
    page.get_by_label("Width in pixels").fill("2048")
    page.get_by_label("Height in pixels").fill("1152")
    page.get_by_label("Count").fill("20")
    refusal = composer(page).locator("[data-refused]")
    expect(refusal).to_contain_text(re.compile(r"up to 1,000 credits .* leaves 9\d\d"))
    expect(refusal).to_contain_text("resets at 00:00")
    expect(refusal.get_by_role("button", name="Queue them for 00:00")).to_be_visible()
    refusal.get_by_role("button", name=re.compile("Only")).press("Enter")
    expect(generate(page)).to_be_focused()
    expect(refusal).to_have_count(0)
    expect(page.get_by_label("Count")).to_have_value(re.compile(r"1\d"))
    page.get_by_label("Count").fill("20")
    refusal.get_by_role("button", name="20 at 16:9").click()
    expect(refusal).to_have_count(0)
    expect(generate(page)).to_contain_text("Generate 20")
    assert is_marked(page)


def test_on_a_phone_it_is_one_line_until_touched_and_never_half_the_screen(
    page: Page,
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(composer(page).locator(".settings")).to_be_hidden()
    assert height(composer(page)) < 80
    prompt(page).click()
    expect(composer(page).locator(".settings")).to_be_visible()
    assert height(composer(page)) < 844 / 2
    prompt(page).fill("Hills behind {city} " + "and a very long way over the sea " * 20)
    page.get_by_label("city").fill("Galway")
    assert height(composer(page)) < 844 / 2
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    small = composer(page).locator(":is(button, select, input:not(.visually-hidden)):visible")
    for each in small.all():
        box = each.bounding_box()
        assert box is not None
        assert box["height"] >= 44, each.evaluate("each => each.outerHTML")
    page.get_by_role("heading", level=1).click()
    expect(composer(page).locator(".settings")).to_be_hidden()


def test_a_double_click_or_a_key_held_down_asks_once(page: Page) -> None:
    """The last one here: what is asked for is what the composer begins with from then on."""
    before = page.locator(".sitting").count()
    prompt(page).fill("A boat on a still lake")
    generate(page).dblclick()
    expect(page.locator(".sitting")).to_have_count(before + 1)
    expect_drawn(tiles(page).get_by_role("img"))
    prompt(page).fill("A boat on a rough sea")
    page.keyboard.down("Control")
    for _time in range(4):  # the keyboard repeats what is held down
        page.keyboard.down("Enter")
        page.wait_for_timeout(1000)
    page.keyboard.up("Enter")
    page.keyboard.up("Control")
    expect_drawn(tiles(page).get_by_role("img"))
    expect(page.locator(".sitting")).to_have_count(before + 2)


def height(thing: Locator) -> float:
    box = thing.bounding_box()
    assert box is not None
    return box["height"]
