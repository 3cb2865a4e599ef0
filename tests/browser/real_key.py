"""Steps 16 to 19: a key to the real upstream, a script, and the next morning."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import go, open_settings
from tests.browser.tour import TITLE, Tour, prints

SECONDS = 30  # for a script


def she_adds_a_real_key(tour: Tour) -> None:
    """16. "Test" asks before it buys one small picture, and says what it can do."""
    page, bought = tour.alice, len(tour.upstream.log("creation"))
    open_settings(page, "Shared keys")
    page.get_by_label("Upstream", exact=True).select_option(label="Flux Pro (Doitong)")
    page.get_by_label("Name").fill("Studio")
    page.get_by_label("Key", exact=True).fill(tour.upstream.credentials("studio")[0])
    page.get_by_text("Advanced").click()
    page.get_by_label("Address").fill(tour.upstream.url)
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_role("heading", level=1, name="Test “Studio”")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(re.compile("buys one .* about 10 credits"))
    assert len(tour.upstream.log("creation")) == bought
    page.get_by_role("button", name="Buy the picture").click()
    expect(page.get_by_role("main")).to_contain_text(
        "Sends webhooks: not tried · answers when asked: yes · states the cost: yes"
    )
    assert len(tour.upstream.log("creation")) == bought + 1


def practice_leaves_the_reports(tour: Tour) -> None:
    """17. Practice leaves the reports of real spend; its pictures stay."""
    page = tour.alice
    go(page, "Usage")
    main = page.get_by_role("main")
    for name in ("Alice", "Dora"):
        row = main.get_by_role("row").filter(has_text=name)
        expect(row.first).to_contain_text("0 of 1,000")
    expect(main.get_by_role("link", name=str(tour.practised), exact=True)).to_have_count(0)
    go(page, "Gallery")
    expect(prints(page)).to_have_count(tour.pictures)


def a_pasted_sample_runs(tour: Tour) -> None:
    """18. A script: the curl sample from the docs page, pasted, runs."""
    page = tour.alice
    tour.draw_for(1)
    open_settings(page, "API keys")
    page.get_by_label("What will use it").fill("Night script")
    page.get_by_label("For", exact=True).select_option(label="Practice")
    page.get_by_role("button", name="Issue a key").click()
    key = page.locator("#issued-key").inner_text()
    page.goto(f"{page.url.split('/settings/')[0]}/api/")
    accepted = _paste(page, "curl, REST", key)["data"]["generateimage"]
    assert accepted["status"] == "processing"
    accepted = _paste(page, "curl, GraphQL", key)["data"]["generate"]
    assert accepted["status"].lower() == "processing"
    go(page, "Gallery")
    tour.pictures += 2
    tour.practised += 30
    expect(prints(page)).to_have_count(tour.pictures)


def _paste(page: Page, title: str, key: str) -> Any:
    """Copy a sample by its button, put the key in, run it; its answer."""
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    block = page.locator(".sample").filter(has=page.get_by_role("heading", name=title))
    block.get_by_role("button", name="Copy").click()
    expect(block.get_by_role("button", name="Copied")).to_be_visible()
    sample = page.evaluate("navigator.clipboard.readText()").replace("YOUR_API_KEY", key)
    done = subprocess.run(
        ["bash"], input=sample, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def nobody_complained(tour: Tour) -> None:
    """No error in either console, no breach of the content security policy, none in the log."""
    assert not tour.people.complaints, "\n".join(tour.people.complaints)
    assert "Traceback" not in tour.hub.log, tour.hub.log
    assert "ERROR" not in tour.hub.log, tour.hub.log


def everything_is_still_there(tour: Tour) -> None:
    """19. Ctrl-C, `up` again: everything is still there."""
    page = tour.alice
    for each in (tour.alice, tour.dora):
        each.goto("about:blank")
    tour.hub.stop()
    link = tour.hub.start()
    assert link == f"{tour.hub.url}/"
    page.goto(link)
    page.wait_for_url("**/create/")
    go(page, "Gallery")
    expect(prints(page)).to_have_count(tour.pictures)
    go(page, "Prompts")
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    go(page, "Usage")
    page.get_by_label("Practice", exact=True).select_option(label="only")
    main = page.get_by_role("main")
    expect(main.get_by_role("link", name=str(tour.practised), exact=True).first).to_be_visible()
    open_settings(page, "Shared keys")
    expect(page.get_by_role("main")).to_contain_text("Studio")
    open_settings(page)
    expect(page.get_by_role("main")).to_contain_text("dora@example.com")
