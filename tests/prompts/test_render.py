import pytest

from generations.prompts.changes import changes
from generations.prompts.render import MissingValue, parts, render, variables


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
    assert pieces[:3] == [("removed", "soft"), ("added", "last"), ("same", " light at ")]
    later = "".join(text for kind, text in pieces if kind != "removed")
    earlier = "".join(text for kind, text in pieces if kind != "added")
    assert (earlier, later) == ("soft light at dusk", "last light at dusk, wide sky")
