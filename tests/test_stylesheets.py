"""The rules of the stylesheets, and of what templates say of style, that no tool of ours checks."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONTENTS = ROOT / "static" / "css" / "app.css"
SHEETS = sorted((ROOT / "static" / "css").rglob("*.css"))
COMPONENTS = [sheet for sheet in SHEETS if sheet.parent.name in {"components", "pages"}]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TAGS = sorted((ROOT / "generations" / "templatetags").glob("*.py"))
MODULES = sorted((ROOT / "static" / "js").glob("*.js"))
PYTHON = sorted((ROOT / "generations").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

DEEPEST = 3  # an at-rule, in it a rule, in that a nested one
HEX_OR_FUNCTION = r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|oklch|oklab|lch|lab|color)a?\((?!\s*from)"
NAMED = (
    r"(?<![\w-])(?:black|white|gr[ae]y|silver|red|maroon|yellow|olive|lime|green|aqua|teal|blue"
    r"|navy|fuchsia|purple|orange|brown|pink|gold|beige|ivory|indigo|crimson|tomato)(?![\w-])"
)
RAW_COLOUR = re.compile(rf"{HEX_OR_FUNCTION}|(?<=:)[^;{{}}]*{NAMED}", re.IGNORECASE)
ID = re.compile(r"(?:^|[\s,>+~(])#[a-z][\w-]*(?=[^;{}]*\{)", re.IGNORECASE | re.MULTILINE)
TAG = re.compile(r"{%.*?%}", re.DOTALL)
FILLED_IN = re.compile(r"{{.*?}}|{}")
CLASS = re.compile(r"\bclass=\"((?:[^\"{]|{{.*?}}|{%.*?%}|{})*)\"")
CLASS_BLOCK = re.compile(r"{% block \w+_class %}(.*?){% endblock")
STYLED = re.compile(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:|<script(?![^>]*\ssrc=)")


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def code(sheet: Path) -> str:
    return without_comments(sheet.read_text())


def raw_colours(text: str) -> list[str]:
    return RAW_COLOUR.findall(text)


def importances(text: str) -> list[str]:
    return re.findall(r"!\s*important", text)


def ids(text: str) -> list[str]:
    return ID.findall(text)


def too_deep(text: str) -> list[str]:
    depth, found = 0, []
    for line in text.splitlines():
        depth += line.count("{") - line.count("}")
        if depth > DEEPEST:
            found.append(line)
    return found


def own_styles(template: str) -> list[str]:
    return STYLED.findall(template)


def defined(text: str) -> set[str]:
    """The classes in the selectors of a sheet."""
    selectors = re.findall(r"([^{};]+)\{", text)
    return {name for each in selectors for name in re.findall(r"\.([a-z][\w-]*)", each)}


def named(template: str) -> set[str]:
    """The classes that a template gives; what it fills in at the time is a star."""
    values = CLASS.findall(template) + CLASS_BLOCK.findall(template)
    found = (FILLED_IN.sub("*", TAG.sub("", value)) for value in values)
    return {name for value in found for name in value.split()}


def is_defined(name: str, classes: set[str]) -> bool:
    """A block needs no rule of its own where its parts have one."""
    pattern = re.escape(name).replace(r"\*", r"[a-z0-9-]+")
    return any(re.fullmatch(rf"{pattern}(__[\w-]+)?", each) for each in classes)


@cache
def words(*paths: Path) -> frozenset[str]:
    texts = (path.read_text() for path in paths)
    return frozenset(word for text in texts for word in re.findall(r"[a-z][\w-]*", text))


@cache
def all_defined() -> set[str]:
    return {name for sheet in SHEETS for name in defined(code(sheet))}


@cache
def all_named() -> re.Pattern[str]:
    """What is given in templates, or by hand in scripts, tags and the fields of forms."""
    names = {name for source in TEMPLATES + TAGS for name in named(source.read_text())}
    names.discard("*")  # filled in whole: would be every name
    names |= {f"{word}*" if word.endswith("--") else word for word in words(*MODULES, *TAGS)}
    for path in PYTHON:
        names |= set(" ".join(re.findall(r'"class": "([^"]*)"', path.read_text())).split())
    return re.compile("|".join(re.escape(name).replace(r"\*", r"[a-z0-9-]+") for name in names))


def files(paths: list[Path]) -> list[object]:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def test_the_table_of_contents_names_every_sheet_once() -> None:
    names = re.findall(r'@import url\("([^"]+)"\) layer\(\w+\);', CONTENTS.read_text())
    found = [str(sheet.relative_to(CONTENTS.parent)) for sheet in SHEETS if sheet != CONTENTS]
    assert sorted(names) == sorted(found)


@pytest.mark.parametrize("sheet", files(SHEETS))
def test_a_sheet_keeps_the_rules(sheet: Path) -> None:
    text = code(sheet)
    if sheet.name != "tokens.css":
        assert raw_colours(text) == []
    assert importances(text) == []
    assert ids(text) == []
    assert too_deep(text) == []


@pytest.mark.parametrize("template", files(TEMPLATES))
def test_nothing_is_styled_or_scripted_inside_a_template(template: Path) -> None:
    """The content security policy would stop it: style-src and script-src are 'self'."""
    assert own_styles(template.read_text()) == []


@pytest.mark.parametrize("source", files(TEMPLATES + TAGS))
def test_a_class_in_a_template_is_defined_or_looked_for(source: Path) -> None:
    names = named(source.read_text())
    unknown = {name for name in names if not is_defined(name, all_defined())}
    assert unknown - words(*MODULES, *TESTS) == set()


@pytest.mark.parametrize("sheet", files(COMPONENTS))
def test_what_a_sheet_styles_is_somewhere(sheet: Path) -> None:
    unused = {name for name in defined(code(sheet)) if not all_named().fullmatch(name)}
    assert {name for name in unused if not name.startswith("htmx-")} == set()


@pytest.mark.parametrize("module", files(MODULES))
def test_a_module_is_short(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= 80


@pytest.mark.parametrize(
    ("rule", "broken", "sound"),
    [
        (raw_colours, "a { color: #b00; }", "a { color: var(--ink); }"),
        (
            raw_colours,
            "a { color: oklch(0.5 0.1 20); }",
            "a { color: oklch(from var(--x) l c h); }",
        ),
        (raw_colours, "a { border: 1px solid black; }", ".black-bird { white-space: nowrap; }"),
        (importances, "a { color: red ! important; }", "a { order: 1; }"),
        (ids, "main, #menu { order: 1; }", "main { mask: url(x#menu); }"),
        (ids, ".a { & > #menu { order: 1; } }", ".a { & > .menu { order: 1; } }"),
        (too_deep, "@media x {\n.a {\n& b {\n& i {\n}", "@media x {\n.a {\n& b {\n}"),
        (own_styles, '<p style="x">', '<link rel="stylesheet">'),
        (own_styles, "<p onclick='x'>", '<button data-on="x">'),
        (own_styles, "<script>x</script>", '<script type="module" src="x"></script>'),
    ],
)
def test_a_broken_rule_is_noticed(
    rule: Callable[[str], list[str]], broken: str, sound: str
) -> None:
    assert rule(broken) != []
    assert rule(sound) == []


def test_classes_are_read_as_the_browser_will() -> None:
    sheet = ".a, .a__part:hover { order: 1; & > .b--wide { width: calc(1.5rem); } }"
    assert defined(sheet) == {"a", "a__part", "b--wide"}
    template = '<p class="a{% if x %} b--{{ kind }}{% endif %} c"><i class="d">'
    assert named(template) == {"a", "b--*", "c", "d"}
    assert is_defined("b--*", {"b--wide"}) and not is_defined("b--*", {"b"})
    assert is_defined("a", {"a__part"}) and not is_defined("a__part", {"a"})
