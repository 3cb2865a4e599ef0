"""The rules of the stylesheets that no tool of ours checks."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHEETS = sorted((ROOT / "static" / "css").rglob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = sorted((ROOT / "static" / "js").glob("*.js"))
RAW_COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lch|lab)a?\((?!\s*from)", re.IGNORECASE
)


def code(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)


def test_the_table_of_contents_names_every_sheet_once() -> None:
    contents = ROOT / "static" / "css" / "app.css"
    named = re.findall(r'@import url\("([^"]+)"\) layer\(\w+\);', contents.read_text())
    found = [str(sheet.relative_to(contents.parent)) for sheet in SHEETS if sheet != contents]
    assert sorted(named) == sorted(found)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_has_no_colour_of_its_own_no_important_and_no_id(sheet: Path) -> None:
    text = code(sheet)
    if sheet.name != "tokens.css":
        assert not RAW_COLOUR.search(text)
    assert "!important" not in text
    assert not re.search(r"(?:^|[\s,>+~])#[a-z]", text)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_nests_no_deeper_than_two(sheet: Path) -> None:
    """Inside at-rules, which may hold a rule with one nested in it."""
    depth = 0
    for line in code(sheet).splitlines():
        depth += line.count("{") - line.count("}")
        assert depth <= 3


def test_nothing_is_styled_or_scripted_inside_a_template() -> None:
    """The content security policy would stop it: style-src and script-src are 'self'."""
    for template in TEMPLATES:
        if template.is_relative_to(ROOT / "templates" / "email"):
            continue
        text = template.read_text()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:", text), template
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), template


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_is_short(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= 80
