"""What axe finds wrong with a page. Its script is injected past the content security policy."""

from importlib.resources import files

from playwright.sync_api import Page

SCRIPT = (files("axe_playwright_python") / "axe.min.js").read_text()
# WCAG 2.2 AA, and what axe calls good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
    const found = await axe.run({ runOnly: tags, resultTypes: ["violations"] });
    return found.violations.map((each) => `${each.id}: ${each.help}\\n` + each.nodes
        .slice(0, 5).map((node) => `    ${node.target.join(" ")}\\n    ${node.html.slice(0, 160)}`)
        .join("\\n"));
}"""


def violations(page: Page) -> list[str]:
    """Each with the first five elements that it concerns; empty where there is none."""
    page.evaluate(SCRIPT)
    found: list[str] = page.evaluate(RUN, TAGS)
    return found
