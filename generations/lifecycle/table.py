"""The values of a series: a CSV, or a list for each variable, of which every pairing is a row.

What a list says twice counts once; a CSV is taken as it is. Either way it is told.

Whatever is wrong is told with its line and column, all of it at once, so that it is mended once.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from django.utils.formats import number_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

Row = dict[str, str]

MOST_BYTES = 1024 * 1024
MOST_CHARACTERS = 500  # of one value, as in the composer
DELIMITERS = ",;\t"
FAULTS = 20  # that are told
NAMES, NAME = 10, 30  # of columns that are told, and characters of each


@dataclass(frozen=True)
class Fault:
    """What is wrong; `line` and `column` count from 1, None where it is about all of it."""

    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        if self.line is None:
            return self.message
        where = _("Line {line}, column {column}") if self.column else _("Line {line}")
        return f"{where.format(line=self.line, column=self.column)}: {self.message}"


class Faulty(ValueError):
    """The values cannot be taken. The faults may be shown."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Line:
    """A row of the table, and the line of the CSV that it begins on (or its number)."""

    number: int
    values: Row


@dataclass(frozen=True)
class Table:
    lines: list[Line]
    unused: Sequence[str] = ()  # columns that the prompt has no variable for
    repeated: int = 0  # values of the lists that were left out, or rows that another one equals

    @property
    def rows(self) -> list[Row]:
        return [line.values for line in self.lines]


def decode(data: bytes) -> str:
    """The text of a file, without its byte order mark. Raises Faulty."""
    if len(data) > MOST_BYTES:
        raise Faulty([Fault(_("The file is larger than 1 MB."))])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        sentence = _("This is not UTF-8: save the file as “CSV UTF-8”.")
        raise Faulty([Fault(sentence, before.count(b"\n") + 1, column)]) from error


def from_lists(lists: Mapping[str, str], most: int) -> Table:
    """Every pairing of the values, one a line, the last variable changing first. Raises Faulty."""
    written = {name: _lines(text) for name, text in lists.items()}
    values = {name: _once(found) for name, found in written.items()}
    faults = []
    for name, found in values.items():
        if not found:
            sentence = _("Give {name} at least one value, one a line.")
            faults.append(Fault(sentence.format(name=name)))
        too_long = [(number, each) for number, each in found if len(each) > MOST_CHARACTERS]
        faults += [_too_long(name, number, len(each)) for number, each in too_long]
    if not faults and (count := prod(len(found) for found in values.values())) > most:
        factors = " × ".join(_grouped(len(found)) for found in values.values())
        faults = [Fault(f"{factors} = {_too_many(count, most)}")]
    if faults:
        raise Faulty(_told(faults))
    pairings = product(*([each for _number, each in found] for found in values.values()))
    rows = [dict(zip(values, chosen, strict=True)) for chosen in pairings]
    repeated = sum(len(written[name]) - len(values[name]) for name in values)
    return Table([Line(number, row) for number, row in enumerate(rows, start=1)], repeated=repeated)


def from_csv(text: str, names: Sequence[str], most: int) -> Table:
    """The rows below a header that has a column for each name. Raises Faulty."""
    text = text.removeprefix("\ufeff")
    reader = Reader(text, _delimiter(text, names))
    header = _names(reader.header)
    faults = list(_faults_of_header(header, names, reader.header_line))
    if faults:
        raise Faulty(faults)
    places = {name: header.index(name) for name in names}
    lines = []
    for number, cells in reader:
        wrong = list(_faults_of_row(number, cells, len(header), places))
        faults += wrong
        row = {} if wrong else {name: cells[place].strip() for name, place in places.items()}
        lines.append(Line(number, row))
    faults += reader.faults
    if not (lines or faults):
        faults = [Fault(_("There is no row below the header."))]
    if len(lines) > most:
        faults = [Fault(_too_many(len(lines), most)), *faults]
    if faults:
        raise Faulty(_told(faults))
    different = {tuple(line.values.values()) for line in lines}
    unused = [name for name in header if name and name not in names]
    return Table(lines, unused, len(lines) - len(different))


class Reader:
    """Records with the line that each begins on; those that are empty are passed over."""

    def __init__(self, text: str, delimiter: str) -> None:
        self.faults: list[Fault] = []
        lines = io.StringIO(text, newline="")  # line breaks in a value stay as they are
        self._records = csv.reader(lines, delimiter=delimiter, strict=True)
        self.header_line, self.header = next(iter(self), (1, []))

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            begins = self._records.line_num + 1
            try:
                cells = next(self._records)
            except StopIteration:
                return
            except csv.Error:
                sentence = _("A value in quotes is not closed, or goes on after its last quote.")
                self.faults.append(Fault(sentence, begins))
                return
            if any(cell.strip() for cell in cells):
                yield begins, [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells]


def _delimiter(text: str, names: Sequence[str]) -> str:
    """The one by which the header has the most of the names, and then the most columns."""

    def fit(delimiter: str) -> tuple[int, int]:
        header = _names(Reader(text, delimiter).header)
        return len(set(header) & set(names)), len(header)

    return max(DELIMITERS, key=fit)


def _names(header: Sequence[str]) -> list[str]:
    """As variables are written: " {City}" is city."""
    return [cell.strip().strip("{}").lower() for cell in header]


def _faults_of_header(header: Sequence[str], names: Sequence[str], line: int) -> Iterator[Fault]:
    missing = [name for name in names if name not in header]
    if missing:
        sentence = _("There is no column {missing}.")
        found = [name for name in header if name]
        if found:
            sentence = _("There is no column {missing}; the columns are {found}.")
        yield Fault(sentence.format(missing=_quoted(missing), found=_quoted(found)), line)
    for name in names:
        if header.count(name) > 1:
            again = header.index(name, header.index(name) + 1)
            yield Fault(_("The column “{name}” is there twice.").format(name=name), line, again + 1)


def _quoted(names: Sequence[str]) -> str:
    """The first ones: a file that is no CSV may have any number, of any length."""
    shown = ", ".join(f"“{Truncator(name).chars(NAME)}”" for name in names[:NAMES])
    return f"{shown} …" if len(names) > NAMES else shown


def _faults_of_row(
    line: int, cells: Sequence[str], width: int, places: Mapping[str, int]
) -> Iterator[Fault]:
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        sentence = _("{count} values, where the header has {width}.")
        yield Fault(sentence.format(count=len(cells), width=width), line)
        return
    for name, place in places.items():
        value = cells[place].strip()
        if not value:
            yield Fault(_("{name} is empty.").format(name=name), line, place + 1)
        elif len(value) > MOST_CHARACTERS:
            yield _too_long(name, line, len(value), place + 1)


def _too_long(name: str, line: int, count: int, column: int | None = None) -> Fault:
    sentence = _("{name} has {count} characters; at most {most}.")
    numbers = {"count": _grouped(count), "most": _grouped(MOST_CHARACTERS)}
    return Fault(sentence.format(name=name, **numbers), line, column)


def _too_many(count: int, most: int) -> str:
    sentence = _("{count} rows; at most {most}.")
    return sentence.format(count=_grouped(count), most=_grouped(most))


def _lines(text: str) -> list[tuple[int, str]]:
    """Those that say something, with their numbers."""
    lines = enumerate(text.split("\n"), start=1)
    return [(number, line.strip()) for number, line in lines if line.strip()]


def _once(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Each value where it stands first."""
    first: dict[str, int] = {}
    for number, value in lines:
        first.setdefault(value, number)
    return [(number, value) for value, number in first.items()]


def _told(faults: Sequence[Fault]) -> list[Fault]:
    """The first ones, and how many more there are."""
    more = len(faults) - FAULTS
    rest = [Fault(_("And {count} more.").format(count=_grouped(more)))] if more > 0 else []
    return [*faults[:FAULTS], *rest]


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)
