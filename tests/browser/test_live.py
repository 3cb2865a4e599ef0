"""What changes is seen in every open tab, over one stream, and without one too."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.browser.hub import Hub
from tests.browser.people import People, is_marked, mark, set_up
from tests.browser.tour import composer, expect_drawn, generate, meter, press_generate, tiles
from tests.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SLOWLY = 60_000  # milliseconds: until a page without a stream has looked by itself
A_WHILE = 2_000  # milliseconds: in which a page that wants to look has looked


@dataclass
class Desk:
    """Alice's browser with one tab in it, on a hub of her own."""

    hub: Hub
    context: BrowserContext

    def open(self, section: str) -> Page:
        """Another tab, marked so that a reload would be seen."""
        page = self.context.new_page()
        page.goto(f"{self.hub.url}/t/harbour-street/{section}/")
        mark(page)
        return page

    def wait_for_streams(self, count: int) -> None:
        wait_until(lambda: self.hub.open_streams() == count, 30, f"{count} open streams")

    def draw_for(self, seconds: float) -> None:
        self.hub.practice.control(seconds=seconds)


@pytest.fixture(scope="module")
def desk(hub: Hub, people: People) -> Iterator[Desk]:
    page = people.sit_down()
    set_up(page, hub.start(), name="Alice", team="Harbour Street")
    page.get_by_role("link", name="Start practising").click()
    page.wait_for_url("**/create/")
    page.close()
    yield Desk(hub, page.context)
    assert [each for each in people.complaints if "Content Security Policy" in each] == []


@pytest.fixture(autouse=True)
def _tabs_closed_in_the_end(desk: Desk) -> Iterator[None]:
    yield
    desk.context.set_offline(False)
    for page in desk.context.pages:
        page.close()
    desk.wait_for_streams(0)


@pytest.fixture
def without_live(desk: Desk) -> Iterator[Path]:
    """The live process cannot start while there is a folder where its socket belongs."""
    place = desk.hub.folder / "live.sock"
    desk.hub.parts()["live"].kill()
    place.unlink(missing_ok=True)
    place.mkdir()
    yield place
    if place.is_dir():
        place.rmdir()
    wait_until(place.exists, 60, "live listens again")


def elsewhere(desk: Desk, people: People) -> Page:
    """A second browser of Alice's, signed in."""
    page = people.sit_down()
    page.goto(f"{desk.hub.url}/accounts/login/")
    page.get_by_label("E-mail").fill("alice@example.com")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/t/harbour-street/**")
    return page


@contextmanager
def asked_by(page: Page) -> Iterator[list[str]]:
    """What the page asks for besides itself and the stream."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type == "xhr":
            asked.append(request.url)

    page.on("request", note)
    yield asked
    page.remove_listener("request", note)


def test_a_picture_changes_every_tab_over_one_stream(desk: Desk) -> None:
    desk.draw_for(2)
    create, queue, usage = (desk.open(each) for each in ("create", "queue", "usage"))
    desk.wait_for_streams(1)
    expect(queue.get_by_role("main")).to_contain_text("Nothing is being made")
    expect(meter(usage)).to_contain_text("1,000")
    generate(create).click()
    expect(queue.get_by_role("heading", level=1)).to_have_text("One drawing")
    expect(meter(usage)).to_contain_text("980")  # 20 are held
    for page in (queue, usage):
        expect(page.get_by_role("link", name="1 in the queue")).to_be_visible()
    expect_drawn(tiles(create).first.get_by_role("img"))
    expect(queue.get_by_role("main")).to_contain_text("Nothing is being made")
    expect(usage.get_by_role("row").filter(has_text="15 of 1,000")).to_have_count(1)
    for page in (create, queue, usage):
        expect(meter(page)).to_contain_text("985")
        assert is_marked(page)
    assert desk.hub.open_streams() == 1


def test_when_the_listening_tab_closes_another_listens(desk: Desk) -> None:
    desk.draw_for(1)
    first, second = desk.open("queue"), desk.open("create")
    desk.wait_for_streams(1)
    first.close()
    third = desk.open("gallery")
    desk.wait_for_streams(1)
    prints = third.get_by_role("main").locator("figure.print")
    shown = prints.count()
    generate(second).click()
    expect(prints).to_have_count(shown + 1)
    assert is_marked(third)


def test_a_page_that_is_left_listens_no_more_and_looks_anew_when_it_is_back(desk: Desk) -> None:
    desk.draw_for(1)
    page, other = desk.open("gallery"), desk.open("create")
    prints = page.get_by_role("main").locator("figure.print")
    shown = prints.count()
    other.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    desk.wait_for_streams(1)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    desk.wait_for_streams(0)
    generate(other).click()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    desk.wait_for_streams(1)
    expect(prints).to_have_count(shown + 1)
    assert is_marked(page)


def test_a_browser_without_locks_listens_in_each_tab(desk: Desk) -> None:
    """On plain http elsewhere than on this machine there are none."""
    desk.draw_for(1)
    pages = [desk.context.new_page() for _ in range(2)]
    for page in pages:
        page.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")
    pages[0].goto(f"{desk.hub.url}/t/harbour-street/queue/")
    pages[1].goto(f"{desk.hub.url}/t/harbour-street/create/")
    desk.wait_for_streams(2)
    generate(pages[1]).click()
    expect(pages[0].get_by_role("heading", level=1)).to_have_text("One drawing")
    expect_drawn(tiles(pages[1]).first.get_by_role("img"))


def test_who_joins_is_seen_by_who_looks(desk: Desk, people: People) -> None:
    here, there = desk.open("settings"), desk.open("settings")
    here.get_by_role("button", name="Make an invitation link").click()
    link = here.locator("#invitation-link").inner_text()
    expect(there.get_by_role("main")).to_contain_text("Whoever has the link that ends in")
    dora = people.sit_down()
    dora.goto(link)
    dora.get_by_label("Your name").fill("Dora")
    dora.get_by_label("E-mail").fill("dora@example.com")
    dora.get_by_label("Password").fill("correct horse battery")
    dora.get_by_role("button", name="Join").click()
    expect(there.get_by_role("main")).to_contain_text("dora@example.com")
    expect(there.get_by_role("main")).not_to_contain_text("Whoever has the link")
    assert is_marked(there)
    dora.context.close()


def test_a_prompt_that_is_saved_comes_into_the_open_library(desk: Desk) -> None:
    library, form = desk.open("prompts"), desk.open("prompts/new")
    expect(library.get_by_role("main")).to_contain_text("The library is empty")
    form.get_by_label("Title").fill("Fog over the estuary")
    form.get_by_label("Prompt", exact=True).fill("Fog over the estuary at {hour}")
    form.get_by_role("button", name="Save to the team").click()
    expect(library.locator("#library")).to_contain_text("Fog over the estuary")
    expect(library.get_by_role("main")).to_contain_text("1 in the library")
    assert is_marked(library)


def test_a_page_that_missed_nothing_asks_for_nothing_again(desk: Desk) -> None:
    first = desk.open("queue")
    desk.wait_for_streams(1)
    second = desk.context.new_page()
    for page in (first, second):  # the one listens, the other hears of it
        with asked_by(page) as asked:
            page.goto(f"{desk.hub.url}/t/harbour-street/usage/")
            desk.wait_for_streams(1)
            page.wait_for_timeout(A_WHILE)
        assert asked == []
    create = desk.open("create")
    with first.expect_request("**/meter/"), second.expect_request("**/meter/"):
        generate(create).click()
    late = desk.context.new_page()
    with late.expect_request("**/meter/"):  # of the news it knows only that there was some
        late.goto(f"{desk.hub.url}/t/harbour-street/usage/")


def test_a_page_that_is_older_than_the_last_news_looks_for_what_it_missed(desk: Desk) -> None:
    """Out of the browser's cache, or of a hub that was slow."""

    def age(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub(r'(data-asked-at="\d)\d+', r"\1", answer.text()))

    page = desk.context.new_page()
    page.route("**/usage/", age)
    with page.expect_request("**/meter/"):
        page.goto(f"{desk.hub.url}/t/harbour-street/usage/")
    desk.wait_for_streams(1)


def test_without_a_stream_the_page_looks_by_itself_and_says_so(
    desk: Desk, without_live: Path
) -> None:
    desk.draw_for(1)
    create, queue = desk.open("create"), desk.open("queue")
    press_generate(create)
    expect_drawn(tiles(create).first.get_by_role("img"), timeout=SLOWLY)
    sign = queue.get_by_role("status").filter(has_text="Reconnecting…")
    expect(sign).to_be_visible(timeout=SLOWLY)
    without_live.rmdir()
    expect(sign).to_be_hidden(timeout=SLOWLY)
    desk.wait_for_streams(1)
    generate(create).click()
    expect(queue.get_by_role("heading", level=1)).to_have_text("One drawing")
    assert is_marked(create) and is_marked(queue)


def test_a_killed_live_process_is_missed_for_a_moment_only(desk: Desk) -> None:
    desk.draw_for(1)
    page = desk.open("create")
    desk.wait_for_streams(1)
    desk.hub.parts()["live"].kill()
    press_generate(page)
    expect_drawn(tiles(page).first.get_by_role("img"), timeout=SLOWLY)
    desk.wait_for_streams(1)
    assert is_marked(page)


def test_what_happened_while_the_machine_was_offline_is_there_when_it_is_back(
    desk: Desk, people: People
) -> None:
    desk.draw_for(1)
    dora = elsewhere(desk, people)
    page = desk.open("gallery")
    desk.wait_for_streams(2)
    prints = page.get_by_role("main").locator("figure.print")
    shown = prints.count()
    desk.context.set_offline(True)
    dora.goto(f"{desk.hub.url}/t/harbour-street/create/")
    press_generate(dora)
    expect_drawn(tiles(dora).first.get_by_role("img"))
    desk.context.set_offline(False)
    expect(prints).to_have_count(shown + 1)
    assert is_marked(page)
    dora.context.close()


def test_who_is_signed_out_is_told_so_in_every_tab(desk: Desk) -> None:
    pages = [desk.open("create"), desk.open("queue")]
    cookies = desk.context.cookies()
    desk.context.clear_cookies(name="session")
    pages[0].get_by_label("Count").fill("2")  # asks for the price, and meets the sign-in page
    expect(pages[0].get_by_role("link", name="Sign in again")).to_be_visible()
    expect(composer(pages[0])).to_be_visible()
    assert pages[0].get_by_label("Password").count() == 0
    desk.hub.parts()["live"].kill()
    for page in pages:
        expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    desk.wait_for_streams(0)
    desk.context.add_cookies(cookies)  # type: ignore[arg-type]  # playwright's two kinds of cookie
    wait_until((desk.hub.folder / "live.sock").exists, 30, "live listens again")
