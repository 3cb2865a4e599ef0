"""Whether anything on a page moves while it loads, as browsers themselves count it."""

from playwright.sync_api import Page

WATCH = """() => {
    if (window !== top) return;
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const each of list.getEntries()) {
            const elements = each.sources.map(({ node }) => node?.parentElement ?? node);
            // Seconds that count on push their unit: 9 s, 10 s.
            const moved = elements.filter((element) => !element?.closest?.("[data-elapsed]"));
            if (each.hadRecentInput || !moved.length) continue;
            const names = moved.map((element) => element?.outerHTML?.slice(0, 99));
            window.shifts.push(`${each.value.toFixed(4)}: ${names.join(" | ")}`);
        }
    }).observe({ type: "layout-shift", buffered: true });
}"""

# The network is never idle: a page keeps one connection open for its news.
CALM = """() => performance.now() > 500
    && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling")"""


def watch(page: Page) -> None:
    """From now on, on every page that is opened here."""
    page.add_init_script(f"({WATCH})()")


def calm(page: Page) -> None:
    """Wait until the page and the pieces that it asks for by itself are there."""
    page.wait_for_load_state("load")
    page.wait_for_function(CALM)


def shifts(page: Page) -> list[str]:
    """What has moved since the page was opened, each with how far."""
    calm(page)
    found: list[str] = page.evaluate("window.shifts")
    return found
