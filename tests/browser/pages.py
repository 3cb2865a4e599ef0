"""Every page, by name: the one list that is tried on every screen, and photographed."""

import re

from playwright.sync_api import Page

from tests.browser.people import open_settings

# In braces what differs from hub to hub. Whose name begins with "stranger" is seen signed out.
PAGES = {
    "start": "{team}/start/",
    "create": "{team}/create/",
    "create-from-prompt": "{team}/create/?{filled_in}",
    "batches": "{team}/batches/",
    "batch": "{batch}",
    "batch-new": "{team}/batches/new/",
    "gallery": "{team}/gallery/",
    "gallery-favourites": "{team}/gallery/?show=favourites",
    "gallery-trash": "{team}/gallery/?show=trash",
    "gallery-nothing-found": "{team}/gallery/?q=nothing+like+it",
    "picture": "{picture}",
    "prompts": "{team}/prompts/",
    "prompt": "{prompt}",
    "prompt-new": "{team}/prompts/new/",
    "prompt-edit": "{prompt}edit/",
    "prompts-archived": "{team}/prompts/?archived=",
    "styles": "{team}/prompts/styles/",
    "queue": "{team}/queue/",
    "usage": "{team}/usage/",
    "usage-projects": "{team}/usage/?by=projects",
    "usage-prompts": "{team}/usage/?by=prompts",
    "entries": "{team}/usage/entries/",
    "charge": "{charge}",
    "bill": "{team}/usage/bill/",
    "differences": "{team}/usage/bill/differences/",
    "notices": "{team}/notices/",
    "notices-by-email": "{hub}/me/notices/",
    "members": "{team}/settings/",
    "shared-keys": "{team}/settings/keys/",
    "shared-key-test": "{key}test/",
    "shared-key-rotation": "{key}rotation/",
    "shared-key-removal": "{key}removal/",
    "credits": "{team}/settings/credits/",
    "api-keys": "{team}/settings/api-keys/",
    "team": "{team}/settings/team/",
    "you": "{hub}/me/",
    "email": "{hub}/accounts/email/",
    "password": "{hub}/accounts/password/change/",
    "once-more-password": "{hub}/accounts/reauthenticate/",
    "sign-out": "{hub}/accounts/logout/",
    "api": "{team}/api/",
    "plans": "{hub}/plans/",
    "plan": "{hub}/plans/starter/",
    "styleguide": "{hub}/styleguide/",
    "find": "{team}/find/?q=hills",
    "no-page": "{team}/nothing-here/",
    "stranger-login": "{hub}/accounts/login/",
    "stranger-password-reset": "{hub}/accounts/password/reset/",
    "stranger-password-reset-sent": "{hub}/accounts/password/reset/done/",
    "stranger-password-reset-closed": "{hub}/accounts/password/reset/key/0-set-password/",
    "stranger-password-changed": "{hub}/accounts/password/reset/key/done/",
    "stranger-confirm-closed": "{hub}/accounts/confirm-email/no-such-key/",
    "stranger-no-sign-up": "{hub}/accounts/signup/",
    "stranger-join": "{invitation}",
    "stranger-closed": "{hub}/join/no-such-token/",
}
UUID = "[0-9a-f-]{36}"
STATUSES = {"no-page": 404, "stranger-closed": 410}


def addresses(page: Page, hub: str, team: str) -> dict[str, str]:
    """Of every page in this hub, as an owner finds them. There are a picture, a prompt, a batch."""
    home = f"{hub}/t/{team}"
    prompt = _first(page, f"{home}/prompts/", f"{home}/prompts/{UUID}/")
    picture = _first(page, f"{home}/gallery/", f"{home}/pictures/{UUID}/")
    open_settings(page)
    page.get_by_role("button", name="Make an invitation link").click()
    invitation = page.locator("#invitation-link").inner_text()
    known = {
        "charge": _first(page, f"{home}/usage/entries/?kind=all", r".*reference=.*"),
        "batch": _first(page, f"{home}/batches/", f"{home}/batches/{UUID}/"),
        "hub": hub,
        "team": home,
        "filled_in": _first(page, prompt, r"prompt_version=[^&]+"),
        "picture": picture,
        "prompt": prompt,
        "key": _first(page, f"{home}/settings/keys/", f"{home}/settings/keys/{UUID}/"),
        "invitation": invitation,
    }
    return {name: address.format(**known) for name, address in PAGES.items()}


def status(name: str) -> int:
    return STATUSES.get(name, 200)


def is_for_strangers(name: str) -> bool:
    return name.startswith("stranger")


def _first(page: Page, address: str, pattern: str) -> str:
    """What of the first link that has it in a page's main part."""
    page.goto(address)
    links: list[str] = (
        page.get_by_role("main")
        .locator("a")
        .evaluate_all("links => links.map((link) => link.href)")
    )
    return next(found[0] for link in links if (found := re.search(pattern, link)))
