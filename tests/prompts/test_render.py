import pytest
from hypothesis import given
from hypothesis import strategies as st

from generations.prompts.changes import MOST, changes, replaced
from generations.prompts.render import MissingValue, almost_variables, parts, render, variables


def test_variables_are_named_once_in_the_order_of_the_text() -> None:
    text = "{city} at {hour}, {city} again, {_x1}"
    assert variables(text) == ["city", "hour", "_x1"]


@pytest.mark.parametrize(
    "text", ["{City}", "{1st}", "{}", "{two words}", "{" + "a" * 32 + "}", "{é}"]
)
def test_what_is_no_name_stays_text(text: str) -> None:
    assert variables(text) == []
    assert render(text, {}) == text


def test_a_name_may_have_31_characters() -> None:
    assert variables("{" + "a" * 31 + "}") == ["a" * 31]


def test_every_variable_is_filled_in() -> None:
    assert render("{city}, {city} at {hour}", {"city": "Galway", "hour": "dusk"}) == (
        "Galway, Galway at dusk"
    )


def test_braces_in_a_value_stay_braces() -> None:
    assert render("{a} {b}", {"a": "{b}", "b": "x"}) == "{b} x"


@pytest.mark.parametrize("values", [{}, {"city": ""}, {"city": "  "}])
def test_an_empty_variable_is_refused_by_name(values: dict[str, str]) -> None:
    with pytest.raises(MissingValue) as error:
        render("{city}", values)
    assert error.value.name == "city"


def test_the_parts_put_together_are_the_text() -> None:
    text = "The {city}, {city}!"
    assert parts(text)[:2] == [("text", "The "), ("variable", "{city}")]
    assert "".join(piece for _kind, piece in parts(text)) == text


def test_changes_are_word_by_word_and_hold_both_texts() -> None:
    pieces = changes("soft light at dusk", "last light at dusk, wide sky")
    assert pieces[:3] == [("removed", "soft"), ("added", "last"), ("same", " light at dusk")]
    assert both(pieces) == ("soft light at dusk", "last light at dusk, wide sky")


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("fog", "fog", [("same", "fog")]),
        ("", "fog", [("added", "fog")]),
        ("at dusk", "at dusk, {sky}", [("same", "at dusk"), ("added", ", {sky}")]),
        (
            "red, blue {x}",
            "green, pink {y}",
            [("removed", "red, blue {x}"), ("added", "green, pink {y}")],
        ),
        (
            "rough paper, soft light",
            "rough paper, last light from the left",
            [
                ("same", "rough paper, "),
                ("removed", "soft light"),
                ("added", "last light from the left"),
            ],
        ),
    ],
)
def test_changes_read_like_phrases(before: str, after: str, pieces: list[tuple[str, str]]) -> None:
    assert changes(before, after) == pieces


WORDS = st.lists(st.sampled_from(["fog", "dusk,", "{city}", "  ", "sea", "é"]), max_size=9)


@given(WORDS, WORDS)
def test_changes_lose_no_word_of_either_text(before: list[str], after: list[str]) -> None:
    earlier, later = " ".join(before), " ".join(after)
    assert both(changes(earlier, later)) == (earlier, later)


def test_texts_that_would_take_long_to_compare_count_as_rewritten() -> None:
    before, after = "a " * 2000, "b " * 2000
    assert MOST < 2000 * 2000
    assert [kind for kind, _text in changes(before, after)] == ["removed", "added", "same"]


def test_what_was_replaced_is_one_phrase() -> None:
    assert replaced("mist, soft light, paper", "mist, last light, paper") == ("soft", "last")
    assert replaced("mist", "mist at dusk") == ("", "at dusk")


def test_braces_that_are_no_variable_are_noticed() -> None:
    text = "{City} by {city} in {two words}, {City}, {}"
    assert almost_variables(text) == ["{City}", "{two words}"]


def both(pieces: list[tuple[str, str]]) -> tuple[str, str]:
    """The earlier and the later text."""
    return (
        "".join(text for kind, text in pieces if kind != "added"),
        "".join(text for kind, text in pieces if kind != "removed"),
    )
