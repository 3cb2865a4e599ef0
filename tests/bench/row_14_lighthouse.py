"""Row 14: what Lighthouse says of the demo's pages, on its phone and on its desktop.

With `lighthouse` and Chromium where they are found. A busy machine costs points for performance.
What a page weighs is held by the test suite: `tests/core/test_static_build.py`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.house import POSTGRESQL
from tests.bench.lines import Line, left_out, report
from tests.browser.demo import TEAM, demo, signed_in
from tests.browser.hub import Hub

ROW = 14
PAGES = ("create", "gallery", "usage")
SCREENS: dict[str, tuple[str, ...]] = {"phone": (), "desktop": ("--preset=desktop",)}
CATEGORIES = ("performance", "accessibility", "best-practices")
LEAST = 98  # points of 100
OPTIONS = (
    "--quiet",
    "--output=json",
    f"--only-categories={','.join(CATEGORIES)}",
    "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
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
    cookies = "; ".join(f"{name}={value}" for name, value in signed_in(hub).cookies.items())
    for page in PAGES:
        for screen, options in SCREENS.items():
            found = look(f"{hub.url}/t/{TEAM}/{page}/", cookies, options)
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


def look(address: str, cookies: str, options: tuple[str, ...]) -> dict[str, Any]:
    """Lighthouse's own report. Now and then it loses a trace and asks to be run again: so it is."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        headers = f"--extra-headers={json.dumps({'Cookie': cookies})}"
        command = ["lighthouse", address, *OPTIONS, *options, headers, f"--output-path={file}"]
        path = shutil.which("chromium") or ""
        environment = {**os.environ, "CHROME_PATH": path}
        if subprocess.run(command, env=environment, check=False).returncode:
            subprocess.run(command, env=environment, check=True)
        found: dict[str, Any] = json.loads(file.read_text())
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
