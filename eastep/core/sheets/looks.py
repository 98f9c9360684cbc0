"""A look at every sheet before calamine lays it out: how far it reaches, what failed, what is hidden.

Calamine makes a full rectangle of a sheet: two cells in opposite corners of a 2 KB file make it ask for 500
GB, and the process ends. It also returns "" for a failed formula. Both are seen here, by a parser that
resolves no entities.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from eastep.core.sheets.model import LIMITS, Cell, CellError, Limits, Merged, column_index, column_letter
from eastep.core.sheets.refusals import refusal

_COUNT_DIGITS = 7
_REFERENCE = re.compile(r"([A-Z]{1,7})([0-9]{1,9})")


@dataclass
class Look:
    """What was seen of one sheet."""

    name: str = ""  # of the sheet, or of the part that holds it
    rows: int = 0  # number of the last row that holds a value
    columns: int = 0
    errors: defaultdict[int, dict[int, CellError]] = field(default_factory=lambda: defaultdict(dict))
    hidden_rows: set[int] = field(default_factory=set)
    merged: list[Merged] = field(default_factory=list)
    strings: int = 0  # texts that cells refer to, in the part that holds them for the whole workbook
    longest: int = 0  # bytes of the longest of them, or more
    text: int = 0  # bytes of text of an OpenDocument sheet, a repeated cell as often as it is

    def reach(self, row: int, column: int) -> None:
        self.rows = max(self.rows, row)
        self.columns = max(self.columns, column)

    @property
    def error_columns(self) -> int:
        """How far the failed formulas reach: calamine does not count those without a result."""
        return 1 + max((column for row in self.errors.values() for column in row), default=-1)

    def with_errors(self, rows: Iterable[list[Cell]]) -> Iterator[list[Cell]]:
        """*rows*, of which the first is the sheet's row 1, with the failed formulas in their places."""
        for number, row in enumerate(rows, start=1):
            if number in self.errors:
                for column, error in self.errors[number].items():
                    row[column] = error
            yield row

    def is_within(self, limits: Limits) -> bool:
        near = self.rows <= limits.rows and self.columns <= limits.columns
        return near and self.rows * self.columns <= limits.cells

    def check(self, limits: Limits) -> None:
        """Raise if the sheet reaches too far."""
        if self.rows > limits.rows:
            raise refusal("too_many_rows", sheet=self.name, found=self.rows, limit=limits.rows)
        if self.columns > limits.columns:
            found = column_letter(self.columns - 1)
            raise refusal("too_many_columns", sheet=self.name, found=found, limit=limits.columns)
        if self.rows * self.columns > limits.cells:
            raise refusal(
                "too_many_cells", sheet=self.name, found=self.rows * self.columns, limit=limits.cells
            )


def check_all(looks: Sequence[Look], limits: Limits) -> None:
    """Raise if a sheet reaches too far, or all of them together."""
    for look in looks:
        look.check(limits)
    total = sum(look.rows * look.columns for look in looks)
    if total > limits.cells:
        raise refusal("too_many_cells", sheet=looks[-1].name, found=total, limit=limits.cells)
    check_text(sum(look.text for look in looks), limits)


def check_text(size: int, limits: Limits) -> None:
    """Raise if all cells together hold too many bytes of text."""
    if size > limits.text_bytes:
        raise refusal("too_much_text", megabytes=size // 10**6, limit=limits.text_bytes // 10**6)


class _Parser:
    """What both formats share: an expat parser that refuses a document type, and text when it is wanted."""

    def __init__(self, part: str, limits: Limits) -> None:
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self.start
        self._expat.CharacterDataHandler = self._hear
        self._expat.StartDoctypeDeclHandler = self._doctype
        self._text: list[str] = []
        self._listens = False
        self._length = self._size = 0  # characters and bytes of the cell so far
        self._part, self._limit = part, limits.text

    def parse(self, chunks: Iterable[bytes]) -> None:
        try:
            for chunk in chunks:
                self._expat.Parse(chunk)
            self._expat.Parse(b"", True)
        except expat.ExpatError as error:
            raise refusal("damaged", detail=self._part) from error
        self.flush()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def flush(self) -> None:
        raise NotImplementedError

    def listen(self) -> None:
        self._text.clear()
        self._listens = True

    def heard(self) -> str:
        self._listens = False
        return "".join(self._text).strip()

    def count(self, characters: int) -> None:
        """So many characters more stand in this cell."""
        self._length += characters
        self._size += characters
        if self._length > self._limit:
            raise refusal("too_long_text", limit=self._limit, part=self._part[:80])

    def _hear(self, text: str) -> None:
        self.count(len(text))
        if not text.isascii():
            self._size += len(text.encode()) - len(text)
        if self._listens:
            self._text.append(text)

    @staticmethod
    def _doctype(*_: object) -> None:
        raise refusal("xml_tricks")


class _WorksheetParser(_Parser):
    def __init__(self, part: str, limits: Limits) -> None:
        super().__init__(part, limits)
        self.look = Look()
        self._row = self._column = 0
        self._kind = ""
        self._open = False  # in a cell that may turn out to be a failed formula
        self._inside = False  # a cell, or a text that cells refer to
        self._expat.EndElementHandler = self._end

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v":
            self._length = 0
            self.look.reach(self._row, self._column)
            if self._open:
                self.listen()
        elif name == "c":
            self._inside, self._length = True, 0
            if self._open:
                self.flush()
            self._kind = attributes.get("t", "")
            self._at(attributes.get("r"))
            self._open = self._kind == "e"
        elif name == "sst" and len(attributes.get("uniqueCount", "")) > _COUNT_DIGITS:
            raise refusal("damaged", detail="sharedStrings")  # calamine makes room for as many
        elif name == "si":
            self._inside, self._length = True, 0
            self.look.strings += 1
            self.look.longest = (
                3 * self._limit
            )  # the bytes of as many characters; which one it is matters not
        elif name in {"f", "is"} and self._inside:
            self.look.reach(self._row, self._column)
            self._open = self._open or (name == "f" and self._kind != "str")
        elif name == "row":
            self.flush()
            number = attributes.get("r", "")
            self._row = int(number) if number.isascii() and number.isdigit() else self._row + 1
            self._column = 0
            if attributes.get("hidden") in {"1", "true"}:
                self.look.hidden_rows.add(self._row)

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] in {"c", "si"}:
            self._inside = False

    def count(self, characters: int) -> None:
        if self._inside:
            super().count(characters)

    def _at(self, reference: str | None) -> None:
        """Where the cell stands; a cell without reference follows the one before it."""
        if reference is None:
            self._column += 1
        elif match := _REFERENCE.fullmatch(reference.replace("$", "")):
            self._column = column_index(match[1]) + 1
            self._row = int(match[2])
        else:
            raise refusal("damaged", detail=reference[:20])

    def flush(self) -> None:
        if self._open:
            shown = self.heard()
            if self._kind == "e" or not shown:
                self.look.errors[self._row][self._column - 1] = CellError(shown)
            self._text.clear()
            self._open = False


class _OpenDocumentParser(_Parser):
    def __init__(self, part: str, limits: Limits) -> None:
        super().__init__(part, limits)
        self.looks: list[Look] = []
        self._row = self._column = self._next_row = self._next_column = 0
        self._error = False
        self._copies = 0  # cells that hold the text which is being read

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name in {"table-cell", "covered-table-cell"}:
            self._cell(attributes)
        elif name == "s":  # so many spaces
            self.count(_repeats(attributes, "text:c"))
        elif name == "p" and self._error and not self._text:
            self.listen()
        elif name == "table-row":
            self.flush()
            self._row = self._next_row
            self._next_row += _repeats(attributes, "table:number-rows-repeated")
            self._next_column = 0
            if self.looks and attributes.get("table:visibility") in {"collapse", "filter"}:
                self.looks[-1].hidden_rows.update(
                    range(self._row + 1, min(self._next_row, self._row + 1000) + 1)
                )
        elif name == "table":
            self.flush()
            self.looks.append(Look(name=attributes.get("table:name", "")))
            self._row = self._next_row = 0

    def _cell(self, attributes: dict[str, str]) -> None:
        self.flush()
        if not self.looks:
            return
        look = self.looks[-1]
        self._column = self._next_column
        self._next_column += _repeats(attributes, "table:number-columns-repeated")
        if "office:value-type" in attributes or "table:formula" in attributes:
            look.reach(self._next_row, self._next_column)
        self._error = attributes.get("calcext:value-type") == "error"
        self._copies = (self._next_column - self._column) * (self._next_row - self._row)
        self.count(len(attributes.get("office:string-value", "")))
        self._length = 0  # the same text is often written in the cell once more
        down = _repeats(attributes, "table:number-rows-spanned")
        right = _repeats(attributes, "table:number-columns-spanned")
        if down * right > 1:
            top, left = self._row + 1, self._column
            look.merged.append(Merged(top, left, top + down - 1, left + right - 1))

    def flush(self) -> None:
        if self.looks:
            self.looks[-1].text += self._size * self._copies
        self._length = self._size = self._copies = 0
        if self._error:
            self.looks[-1].errors[self._row + 1][self._column] = CellError(self.heard())
            self._text.clear()
            self._error = False


def _repeats(attributes: dict[str, str], name: str) -> int:
    number = attributes.get(name, "1")
    return max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 12 else 1


def look_at_worksheet(chunks: Iterable[bytes], part: str, limits: Limits = LIMITS) -> Look:
    """The look of one XLSX part; of a part that is no sheet, an empty one."""
    parser = _WorksheetParser(part, limits)
    parser.parse(chunks)
    return parser.look


def look_at_open_document(chunks: Iterable[bytes], part: str, limits: Limits = LIMITS) -> list[Look]:
    """The looks of all sheets of an ODS file, in their order."""
    parser = _OpenDocumentParser(part, limits)
    parser.parse(chunks)
    return parser.looks
