"""Filling in a prompt's {variables}."""

import re
from collections.abc import Mapping

VARIABLE = re.compile(r"\{([a-z_][a-z0-9_]{0,30})\}")
BRACES = re.compile(r"\{[^{}\n]{1,40}\}")


class MissingValue(ValueError):
    """A variable was left empty. `name` is the one."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def variables(text: str) -> list[str]:
    """Each name once, in the order of the text. Anything else in braces is plain text."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def almost_variables(text: str) -> list[str]:
    """What stands in braces and is no name: it stays text, which its author may not have meant."""
    found = BRACES.findall(text)
    return list(dict.fromkeys(each for each in found if not VARIABLE.fullmatch(each)))


def render(text: str, values: Mapping[str, str]) -> str:
    """The text with every variable replaced, in one pass. Raises MissingValue.

    A value is taken as it is: braces in it stay braces.
    """

    def value_of(match: re.Match[str]) -> str:
        value = values.get(match[1], "").strip()
        if not value:
            raise MissingValue(match[1])
        return value

    return VARIABLE.sub(value_of, text)


def parts(text: str) -> list[tuple[str, str]]:
    """The text in pieces for a page: ("text", "The hills behind "), ("variable", "{city}"), …"""
    pieces = []
    position = 0
    for match in VARIABLE.finditer(text):
        pieces.append(("text", text[position : match.start()]))
        pieces.append(("variable", match[0]))
        position = match.end()
    pieces.append(("text", text[position:]))
    return [piece for piece in pieces if piece[1]]
