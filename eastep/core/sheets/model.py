"""What a spreadsheet is to us: sheets of rows of plain values."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class CellError:
    """A formula that failed: ``shown`` is what Excel shows, "" if no result was ever stored in the file."""

    shown: str


type Cell = str | int | float | bool | date | datetime | time | timedelta | CellError
"""The value of a cell. An empty cell is ""; a number is a float unless the file says otherwise."""


@dataclass(frozen=True)
class Merged:
    """A merged range: rows as the office counts (from 1), columns as in a list (from 0), both inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Limits:
    """What is read at most."""

    file_bytes: int = 60_000_000
    unpacked_bytes: int = 600_000_000
    unpack_ratio: int = 250  # of a part that unpacks to more than ratio_from bytes
    ratio_from: int = 20_000_000
    parts: int = 2_000
    rows: int = 200_000
    columns: int = 702  # A to ZZ
    cells: int = 12_000_000
    text: int = 32_767  # characters of a cell: what Excel itself allows
    text_bytes: int = 400_000_000  # of shared and repeated texts, which every cell has a copy of


LIMITS = Limits()


@dataclass(frozen=True, kw_only=True)
class Detected:
    """What the file turned out to be, to be shown, so that a person can say otherwise."""

    kind: str  # xlsx, xls, ods or csv
    encoding: str = ""
    delimiter: str = ""
    alternatives: tuple[str, ...] = ()  # other encodings that would decode the file too

    @property
    def sentence(self) -> str | Promise:
        if self.kind != "csv":
            return {
                "xlsx": _("Excel workbook"),
                "xls": _("Excel 97–2003 workbook"),
                "ods": _("OpenDocument"),
            }[self.kind]
        by = {",": _("commas"), "\t": _("tabs"), ";": _("semicolons")}.get(self.delimiter, self.delimiter)
        return format_lazy(
            _("Text in {encoding}, separated by {delimiter}"), encoding=self.encoding, delimiter=by
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Sheet:
    """One sheet. ``rows`` can be gone through again and again; nothing is read before."""

    name: str
    first_row: int = 1  # the number of the first of ``rows``, as the office counts
    width: int
    height: int
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[Merged, ...] = ()
    read: Callable[[], Iterator[list[Cell]]] = field(repr=False)

    @property
    def rows(self) -> Iterator[list[Cell]]:
        """The rows, each with column A first and ``width`` cells long."""
        return self.read()


@dataclass(frozen=True, kw_only=True, eq=False)
class Workbook:
    sheets: tuple[Sheet, ...]
    detected: Detected


def column_letter(index: int) -> str:
    """The letter of the column at list position *index*.

    >>> [column_letter(index) for index in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The list position of a column.

    >>> [column_index(letters) for letters in ("A", "Z", "AA", "ZZ", "AAA")]
    [0, 25, 26, 701, 702]
    """
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
