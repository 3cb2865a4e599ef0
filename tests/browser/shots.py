"""`make shots`: every page of the demo as a picture, wide and on a phone, in light and in dark.

A fresh demo each time, unless `--data` names one, with its port: its queue is as it was left.
"""

import argparse
import shutil
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.demo import TEAM, demo, sign_in_of
from tests.browser.hub import Hub
from tests.browser.pages import addresses, is_for_strangers, status
from tests.browser.shift import calm

FOLDER = Path(__file__).resolve().parents[2] / "shots"
SCREENS: dict[str, ViewportSize] = {
    "wide": {"width": 1440, "height": 1000},
    "phone": {"width": 390, "height": 844},
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# First what changes by itself: three pictures are being drawn, and the others wait.
FIRST = ("create", "queue")
DRAWING = 90.0  # seconds a picture takes: longer than they are photographed
# Fonts are there, and every picture is decoded, also far down.
READY = """async () => {
    await document.fonts.ready;
    const images = [...document.images].filter((image) => image.checkVisibility());
    for (const image of images) Object.assign(image, { loading: "eager", decoding: "sync" });
    await Promise.all(images.map((image) => image.decode().catch(() => {})));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="their names; none means all")
    parser.add_argument("--data", type=Path, help="the data folder of a demo")
    parser.add_argument("--port", type=int, help="and the port that it was made for")
    options = parser.parse_args()
    pace = ("--seconds", str(DRAWING))
    with (
        demo(*pace, folder=options.data, port=options.port) as hub,
        sync_playwright() as playwright,
    ):
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        shoot(browser, hub, set(options.pages))
        browser.close()


def shoot(browser: Browser, hub: Hub, wanted: set[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    member, stranger = _sit_down(browser), _sit_down(browser)
    _sign_in(member, hub)
    pages = addresses(member, hub.url, TEAM)
    names = [*FIRST, *(name for name in pages if name not in FIRST)]
    for name in names:
        if not wanted or name in wanted:
            page = stranger if is_for_strangers(name) else member
            for screen, size in SCREENS.items():
                page.set_viewport_size(size)
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    _draw(page, name, pages[name], f"{name}-{screen}-{scheme}")


def _sit_down(browser: Browser) -> Page:
    context = browser.new_context(
        timezone_id="Europe/Dublin", locale="en-GB", device_scale_factor=1
    )
    return context.new_page()


def _sign_in(page: Page, hub: Hub) -> None:
    email, password = sign_in_of(hub)
    page.goto(hub.url)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/create/")


def _draw(page: Page, name: str, address: str, file: str) -> None:
    """What is seen first, and the whole page where it goes on below."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status(name), f"{address} answers {answer.status}"
    calm(page)
    page.evaluate(READY)
    _save(page, file, full=False)
    if page.evaluate("document.documentElement.scrollHeight > innerHeight"):
        _save(page, f"{file}-full", full=True)


def _save(page: Page, file: str, *, full: bool) -> None:
    path = FOLDER / f"{file}.png"
    page.screenshot(path=path, full_page=full, animations="disabled")
    print(path.relative_to(FOLDER.parent))  # noqa: T201  # for whoever typed it


if __name__ == "__main__":
    main()
