"""The values of a series: whatever a spreadsheet saves is read, and every fault says where."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generations.lifecycle.table import Faulty, decode, from_csv, from_lists

CITIES = "city,light\nGalway,dusk\nSligo,dawn\n"
ROWS = [{"city": "Galway", "light": "dusk"}, {"city": "Sligo", "light": "dawn"}]

values = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"], include_characters=' \n",;\t'),
    min_size=1,
    max_size=30,
).filter(lambda text: text == text.strip() and text.strip())


def faults(text: str, names: tuple[str, ...] = ("city", "light"), most: int = 1000) -> list[str]:
    with pytest.raises(Faulty) as caught:
        from_csv(text, names, most)
    return [str(fault) for fault in caught.value.faults]


@given(
    rows=st.lists(st.tuples(values, values), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
)
def test_what_a_spreadsheet_saves_comes_back_as_it_was(
    rows: list[tuple[str, str]], delimiter: str, line_end: str, mark: str
) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=line_end)
    writer.writerows([("city", "light"), *rows])
    text = decode((mark + file.getvalue()).encode())
    found = from_csv(text, ["city", "light"], 1000).rows
    assert found == [{"city": city, "light": light} for city, light in rows]


@given(st.text(max_size=200))
def test_anything_at_all_is_rows_or_faults(text: str) -> None:
    try:
        assert from_csv(text, ["city"], 5).rows
    except Faulty as faulty:
        assert faulty.faults


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_finds_the_columns(delimiter: str) -> None:
    assert from_csv(CITIES.replace(",", delimiter), ["city", "light"], 9).rows == ROWS


def test_columns_come_in_any_order_and_others_are_left_out() -> None:
    table = from_csv("Light; note, to self ;{City}\ndusk;x;Galway\n", ["city", "light"], 9)
    assert table.rows == ROWS[:1]
    assert table.unused == ["note, to self"]


def test_empty_lines_are_no_rows_and_the_lines_are_still_right() -> None:
    table = from_csv("city,light\n\n,\nGalway,dusk\n", ["city", "light"], 9)
    assert [(line.number, line.values) for line in table.lines] == [(4, ROWS[0])]


def test_every_fault_says_its_line_and_column() -> None:
    text = f'city,light\nGalway\n"two\nlines",\n{"x" * 501},dusk\nSligo,dawn,noon\n'
    assert faults(text) == [
        "Line 2: 1 values, where the header has 2.",
        "Line 3, column 2: light is empty.",
        "Line 5, column 1: city has 501 characters; at most 500.",
        "Line 6: 3 values, where the header has 2.",
    ]


def test_a_quote_that_is_not_closed_says_where_it_began() -> None:
    assert faults('city,light\nGalway,dusk\n"Sligo,dawn\nCork,noon\n') == [
        "Line 3: A value in quotes is not closed, or goes on after its last quote."
    ]


def test_a_header_says_what_it_lacks_and_what_it_has_twice() -> None:
    assert faults("city,mood,city\nGalway,calm,Sligo\n") == [
        "Line 1: There is no column “light”; the columns are “city”, “mood”, “city”.",
        "Line 1, column 3: The column “city” is there twice.",
    ]
    assert faults("") == ["Line 1: There is no column “city”, “light”."]
    wide = ",".join(f"{n} {'x' * 100}" for n in range(40))
    [fault] = faults(f"{wide}\n")
    assert "“9 xxx" in fault and "“10 xxx" not in fault and len(fault) < 450


def test_no_row_and_too_many_rows_are_said() -> None:
    assert faults("city,light\n") == ["There is no row below the header."]
    assert faults(CITIES, most=1) == ["2 rows; at most 1."]


def test_only_the_first_faults_are_told_one_by_one() -> None:
    told = faults("city,light\n" + "Galway,\n" * 25)
    assert len(told) == 21
    assert told[-1] == "And 5 more."


def test_a_file_that_is_not_utf_8_says_where() -> None:
    with pytest.raises(Faulty, match="Line 2, column 3: This is not UTF-8"):
        decode("city\nCó\n".encode("latin-1").replace(b"C", b"CC"))
    with pytest.raises(Faulty, match="larger than 1 MB"):
        decode(b"x" * (1024 * 1024 + 1))


def test_of_lists_every_pairing_is_a_row() -> None:
    table = from_lists({"city": "Galway\n Sligo \n\n", "light": "dusk\r\ndawn"}, 4)
    assert [tuple(row.values()) for row in table.rows] == [
        ("Galway", "dusk"),
        ("Galway", "dawn"),
        ("Sligo", "dusk"),
        ("Sligo", "dawn"),
    ]


def test_what_a_list_says_twice_counts_once_and_what_a_csv_says_twice_stays() -> None:
    table = from_lists({"city": "Galway\nSligo\n Galway \nGalway", "light": "dusk"}, 2)
    assert [row["city"] for row in table.rows] == ["Galway", "Sligo"]
    assert table.repeated == 2
    assert from_lists({"city": "Galway\ngalway"}, 2).repeated == 0
    table = from_csv("city;light\nGalway;dusk\nGalway; dusk\nGalway;dawn\n", ("city", "light"), 9)
    assert (len(table.rows), table.repeated) == (3, 1)


def test_lists_that_make_too_many_rows_are_told_with_the_sum() -> None:
    eleven = "\n".join("abcdefghijk")
    with pytest.raises(Faulty, match="11 × 11 × 11 = 1,331 rows; at most 1,000"):
        from_lists({"a": eleven, "b": eleven, "c": eleven}, 1000)


def test_an_empty_list_and_a_long_value_are_told() -> None:
    with pytest.raises(Faulty) as caught:
        from_lists({"city": " \n", "light": "dusk\n" + "x" * 501}, 10)
    assert [str(fault) for fault in caught.value.faults] == [
        "Give city at least one value, one a line.",
        "Line 2: light has 501 characters; at most 500.",
    ]
