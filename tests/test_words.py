"""Every string that people read goes through gettext, so that a language is only a catalogue."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = sorted((ROOT / "static" / "js").glob("*.js"))
SOURCES = sorted(
    file
    for folder in ("fluxhub", "generations")
    for file in (ROOT / folder).rglob("*.py")
    if not {"migrations", "sandbox"} & set(file.parts)  # the sandbox speaks as the vendor does
)
# What is the same in every language.
NAMES = re.compile(
    r"\b(?:Fluxhub|Flux Pro|Pro(?: 1\.1)?|Doitong|API|CSV|REST|GraphQL|Ctrl|Esc|JSON|PNG|ZIP)\b"
)
WORD = re.compile(r"[A-Za-z]{2}")
READ_ALOUD = {"alt", "aria-label", "aria-description", "label", "placeholder", "title"}
FOR_SCRIPTS = {"data-key"}
NOT_READ = {"script", "style", "code", "pre", "kbd"}
CLASSES = re.compile(r"{% block \w*class %}.*?{% endblock")
# `_("…")` inside a tag is translated too; what else a tag says in quotes is no words.
TAGS = re.compile(
    r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}|{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL
)
SENTENCE = re.compile(r"^[A-Z“][^\n]*[a-z] [a-z][^\n]*[a-z]|^[A-Z][a-z]+ [a-z]+[^\n]*[.!?…]$")


class Words(HTMLParser):
    """The words of a template that no tag translates."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unread += tag in NOT_READ
        for name, value in attrs:
            is_told = name.startswith("data-") and name not in FOR_SCRIPTS
            if name in READ_ALOUD or (is_told and " " in (value or "").strip()):
                self.take(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.unread -= tag in NOT_READ

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.take(data)

    def take(self, text: str) -> None:
        if WORD.search(NAMES.sub("", text)):
            self.found.append(text.strip())


def words_outside(template: str) -> list[str]:
    reader = Words()
    reader.feed(TAGS.sub("", CLASSES.sub("{% endblock", template)))
    reader.close()
    return reader.found


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_untranslated(template: Path) -> None:
    assert words_outside(template.read_text()) == []


def test_words_outside_are_found() -> None:
    assert (
        words_outside('<p title="{% translate "a" %}">{{ b }} {% translate "Draw it" %}</p>') == []
    )
    assert words_outside("<p>Draw it {{ b }}</p>") == ["Draw it"]
    assert words_outside('<input placeholder="A prompt">') == ["A prompt"]
    assert words_outside("<script>const a = 'no words';</script><kbd>Ctrl</kbd>") == []


def sentences_outside(source: str) -> list[str]:
    """What reads like a sentence and is neither translated nor for an engineer."""
    tree = ast.parse(source)
    passed_over: set[int] = set()
    for node in ast.walk(tree):
        if _is_not_for_readers(node):
            passed_over |= {id(each) for each in ast.walk(node)}
    return [
        text
        for node, text in _texts(tree)
        if id(node) not in passed_over
        and SENTENCE.search(text)
        and not text.startswith(tuple(OTHER_TONGUES))
    ]


def _is_not_for_readers(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):  # a docstring
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):  # of a management command
        return ast.unparse(node.targets[0]) == "help"
    if isinstance(node, ast.keyword):  # of the GraphQL schema
        return node.arg == "description"
    if isinstance(node, ast.Raise):
        return node.exc is not None and ast.unparse(node.exc).partition("(")[0] in ERRORS
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).rpartition(".")[2]
        return name in TRANSLATES | FOR_ENGINEERS
    return False


TRANSLATES = {
    "_",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
# Raised where only an engineer reads them: what people see is said where they are caught.
ERRORS = {
    "BadCursor", "BadRequest", "CannotOpen", "ImproperlyConfigured", "KeyError", "LookupError",
    "TypeError", "ValueError",
}  # fmt: skip
# Sent to an upstream, matched in a library's message, spoken to the database.
OTHER_TONGUES = {
    "A small lighthouse on a calm morning, soft light, wide sea",
    "CREATE OR REPLACE",
    "Variable '",
}
FOR_ENGINEERS = {"debug", "info", "warning", "error", "exception", "critical"}


def _texts(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, node.value


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_source_says_nothing_untranslated(source: Path) -> None:
    assert sentences_outside(source.read_text()) == []


def test_sentences_outside_are_found() -> None:
    assert sentences_outside('say("Your key is spent.")') == ["Your key is spent."]
    assert sentences_outside('form.add_error(None, "Give both sides in pixels.")') != []
    assert sentences_outside('say(_("Your key is spent."))') == []
    assert sentences_outside('"""A docstring says more."""\nlogger.error("It broke again.")') == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_script_says_nothing_of_its_own(module: Path) -> None:
    """What it says stands in the page's data attributes."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", module.read_text(), flags=re.DOTALL)
    texts = re.findall(r"\"([^\"\n]*)\"|`([^`]*)`", code)
    assert [text for pair in texts for text in pair if SENTENCE.search(text)] == []
