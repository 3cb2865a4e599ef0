"""Row 14: what Lighthouse says of the demo's pages, on its phone and on its desktop.

With `lighthouse` and Chromium where they are found. A busy machine costs points for performance.
What a page weighs is held by the test suite: `tests/core/test_static_build.py`.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from playwright.sync_api import sync_playwright

from tests.bench.house import POSTGRESQL
from tests.bench.lines import Line, left_out, report
from tests.browser.conftest import ARGUMENTS
from tests.browser.demo import TEAM, demo, signed_in
from tests.browser.hub import Hub, free_ports
from tests.processes import wait_until

ROW = 14
PAGES = ("create", "gallery", "usage")
SCREENS: dict[str, tuple[str, ...]] = {"phone": (), "desktop": ("--preset=desktop",)}
CATEGORIES = ("performance", "accessibility", "best-practices")
LEAST = 98  # points of 100
TRIES = 3
OPTIONS = (
    "--quiet",
    "--output=json",
    f"--only-categories={','.join(CATEGORIES)}",
    "--max-wait-for-load=15000",  # ms: for a silence that the live stream never lets come
)


def main() -> None:
    if POSTGRESQL in sys.argv:  # no other pages than on SQLite
        report([])
    elif not (shutil.which("lighthouse") and shutil.which("chromium")):
        report([left_out("Lighthouse", "lighthouse or chromium is not on PATH")])
    else:
        with demo("--seconds", "1") as hub:
            report(list(measure(hub)))


def measure(hub: Hub) -> Iterator[Line]:
    session = signed_in(hub)
    # What is finished meanwhile comes into the gallery, and moves it.
    wait_until(lambda: not is_busy(session, hub), 120, "all that can be drawn was drawn")
    with browser(hub) as port:
        for page in PAGES:
            for screen, options in SCREENS.items():
                found = look(f"{hub.url}/t/{TEAM}/{page}/", port, options)
                points = [round(found["categories"][name]["score"] * 100) for name in CATEGORIES]
                shift = found["audits"]["cumulative-layout-shift"]["numericValue"]
                yield Line(
                    ROW,
                    f"{page}, {screen}: {', '.join(CATEGORIES)}; layout shift",
                    f"≥ {LEAST} each; 0",
                    f"{', '.join(map(str, points))}; {shift:.3g}",
                    losses(found),
                    min(points) >= LEAST and shift == 0,
                )


def is_busy(session: requests.Session, hub: Hub) -> bool:
    page = session.get(f"{hub.url}/t/{TEAM}/queue/", timeout=20).text
    title = re.search(r"<h1[^>]*>(.*?)</h1>", page)
    assert title
    return bool(re.search("drawing|waiting(?! for credit)", title[1].lower()))


@contextmanager
def browser(hub: Hub) -> Iterator[int]:
    """The port of a Chromium that is signed in: a header would not go with its pictures."""
    port = free_ports(1)
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=shutil.which("chromium"),
            args=[*ARGUMENTS, f"--remote-debugging-port={port}"],
        )
        context.add_cookies(
            [
                {"name": name, "value": value, "url": hub.url}
                for name, value in signed_in(hub).cookies.items()
            ]
        )
        yield port
        context.close()


def look(address: str, port: int, options: tuple[str, ...]) -> dict[str, Any]:
    """Lighthouse's own report. Now and then it loses a trace and asks to be run again: so it is."""
    command = ["lighthouse", address, *OPTIONS, *options, f"--port={port}"]
    for tries_left in reversed(range(TRIES)):
        ended = subprocess.run(command, stdout=subprocess.PIPE, check=not tries_left)
        if not ended.returncode:
            break
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def losses(found: dict[str, Any]) -> str:
    """The audits that cost points, dearest first, and what each found."""
    lost = []
    for name in CATEGORIES:
        for part in found["categories"][name]["auditRefs"]:
            audit = found["audits"][part["id"]]
            cost = part["weight"] * (1 - (1 if audit["score"] is None else audit["score"]))
            if cost:
                lost.append((cost, f"{part['id']} {audit.get('displayValue', '')}".strip()))
    return "; ".join(text for _cost, text in sorted(lost, reverse=True))


if __name__ == "__main__":
    main()
