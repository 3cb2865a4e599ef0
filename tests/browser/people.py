"""People at their browsers, and what their browsers complain about."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect

PATIENCE = 20_000  # milliseconds
WIDE: ViewportSize = {"width": 1440, "height": 900}
PASSWORD = "correct horse battery"
ZONES = ("Europe/Dublin", "Asia/Tokyo", "America/Los_Angeles")


@dataclass
class People:
    """Opens a browser of their own for each person. None may have an error in its console."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def sit_down(self, viewport: ViewportSize = WIDE) -> Page:
        context = self.browser.new_context(
            viewport=viewport,
            timezone_id=daytime_zone(),
            locale="en-GB",
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        self.contexts.append(context)
        return context.new_page()

    def leave(self) -> None:
        for context in self.contexts:
            context.close()

    def _listen(self, message: ConsoleMessage) -> None:
        """A breach of the content security policy is an error of the console, too."""
        if message.type == "error":
            page = message.page.url if message.page else "a page that is gone"
            source = message.location.get("url", "")
            self.complaints.append(f"{message.text} ({source}) at {page}")


def daytime_zone() -> str:
    """Where midnight is hours away: no story may run over the end of the team's day."""
    return next(zone for zone in ZONES if 1 <= datetime.now(ZoneInfo(zone)).hour < 21)


def set_up(page: Page, link: str, *, name: str, team: str) -> None:
    """The first screen of a new hub."""
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail").fill(f"{name.lower()}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Team name").fill(team)
    page.get_by_role("button", name="Set up the hub").click()
    page.wait_for_url("**/start/")


def go(page: Page, section: str) -> None:
    """By the main navigation."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=section).click()
    page.wait_for_url(f"**/{section.lower()}/**")


def open_settings(page: Page, tab: str = "Members") -> None:
    """By the menu of the person."""
    page.get_by_role("button", name="settings and sign out").click()
    page.locator("#menu-person").get_by_role("link", name="Settings").click()
    if tab != "Members":
        page.get_by_role("navigation", name="Settings").get_by_role("link", name=tab).click()
    expect(page.get_by_role("heading", level=1, name=tab, exact=True)).to_be_visible()


def mark(page: Page) -> None:
    """Leave a mark that a reload would take away."""
    page.evaluate("window.isTheSamePage = true")


def is_marked(page: Page) -> bool:
    return page.evaluate("window.isTheSamePage === true") is True
