"""What we know of a table before it is read (its columns) and after (its rows and problems)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eastep.core.sheets import Cell, column_letter
from eastep.core.text import in_all_languages
from eastep.imports.cells import read_text
from eastep.imports.headings import Numbers, fold
from eastep.imports.layout import LEFT_OUT, Source
from eastep.imports.problems import Problem, Problems, Severity, Wording, as_written


@dataclass(frozen=True, eq=False)
class Column:
    """One column that we know: how people head it and how its cells are read."""

    name: str
    label: Wording
    headings: tuple[str, ...]
    read: Callable[[Cell], Any] = read_text
    required: bool = field(default=False, kw_only=True)  # it must be there, and no row may leave it empty
    may_be_empty: bool = field(default=False, kw_only=True)  # though it is required to be there
    repeats: Numbers | None = field(default=None, kw_only=True)  # told apart by {n} in the headings
    unique: bool = field(default=False, kw_only=True)
    instead: tuple[tuple[str, ...], ...] = field(default=(), kw_only=True)
    """What may stand in its place: the columns of one of these together."""
    beside: str = field(default="", kw_only=True)
    """Its headings count only if this column is there too, and then before all others: 이름 beside 성."""
    own: bool = field(default=False, kw_only=True)
    """Every row says it for itself: no text counts for all, and empty cells are not mended together."""
    for_all: bool = field(default=True, kw_only=True)  # whether one text may count for every row
    tells: Callable[[str], bool] | None = field(default=None, kw_only=True)
    """Whether a text can hardly be anything else: by this a column is guessed whose heading says nothing."""
    in_empty_sheet: bool = field(default=True, kw_only=True)
    """Whether the sheet to start from has it: not where it is another way to say what others say."""

    @property
    def may_count_for_all(self) -> bool:
        """Whether what the file has no column for may be said once for every row."""
        return self.for_all and not self.own and not self.repeats

    @property
    def ways(self) -> tuple[str, ...]:
        """All that its heading may be: also what it is called here, in every language."""
        label = in_all_languages(lambda: self.label)
        said = {label.en, label.ja, label.ko}
        return (*self.headings, *(one for one in sorted(said) if not self.repeats or "{n}" in one))

    def label_of(self, n: int) -> str:
        """What the n-th one is called."""
        return str(self.label).replace("{n}", str(n))


class Row:
    """A row without errors. ``row["gpa"]`` is its value, None if the cell is empty or there is no column.

    Of a repeated column it is a tuple, from the least possible number to the greatest.
    """

    __slots__ = ("_table", "_values", "cells", "number")

    def __init__(self, table: "Table", number: int, cells: list[Cell], values: list[Any]) -> None:
        self.number = number  # as the office sees it
        self.cells = cells
        self._table = table
        self._values = values

    def __getitem__(self, name: str) -> Any:
        place = self._table.places[name]
        if isinstance(place, int):
            return self._values[place] if place >= 0 else None
        values = self._values
        return tuple([values[position] if position >= 0 else None for position in place.values()])

    def extra(self, heading: str) -> Cell:
        """What stands in a column that is not ours; "" if there is none."""
        position = self._table.extras.get(fold(heading))
        return "" if position is None else self.cells[position]


@dataclass(eq=False)
class Table:
    """What came out of a sheet. ``rows`` holds only rows without errors."""

    sheet: str
    problems: Problems
    heading_row: int = 0  # 0: not found
    headings: list[str] = field(default_factory=list)
    found: dict[str, list[int]] = field(default_factory=dict)  # column: its positions in the sheet
    unknown: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    bad_rows: list[Row] = field(default_factory=list)  # None for what could not be read
    places: dict[str, int | dict[int, int]] = field(
        default_factory=dict
    )  # column: where in a row's values, -1: nowhere; by its number if it is repeated
    positions: list[int] = field(default_factory=list)  # of each of a row's values, in the sheet
    extras: dict[str, int] = field(default_factory=dict)
    sources: dict[int, Source] = field(default_factory=dict)  # position in the sheet: which column of ours

    constants: dict[str, str] = field(default_factory=dict)  # column: its text, as the layout has it
    appended: list[Any] = field(default_factory=list)  # values of the columns that are constants only

    @property
    def has_constants(self) -> bool:
        return bool(self.constants)

    def problem(
        self, row: Row, name: str, code: str, /, *, n: int = 0, wording: Wording | None = None,
        severity: Severity = "error", **facts: object,
    ) -> Problem:  # fmt: skip
        """Add a problem about the cell of *row* in the column *name*, the n-th (from 1) of a repeated one."""
        place = self.places[name]
        value = place if isinstance(place, int) else place[n or next(iter(place))]
        position = self.positions[value] if value >= 0 else -1
        cell = row.cells[position] if position >= 0 else self.constants.get(name, "")
        return self.add(
            code, row.number, position, cell, severity=severity, wording=wording, source=(name, n), **facts
        )

    def add(
        self, code: str, row: int = 0, position: int = -1, cell: Cell = "", /, *,
        severity: Severity = "error", wording: Wording | None = None, source: Source | None = None, **facts: object,
    ) -> Problem:  # fmt: skip
        """Add a problem about a place in the sheet; *source* is the column of ours, if the place does not tell."""
        name, n = source or self.sources.get(position, LEFT_OUT)
        problem = Problem(
            sheet=self.sheet,
            row=row,
            letter=column_letter(position) if position >= 0 else "",
            heading=self.headings[position] if 0 <= position < len(self.headings) else "",
            value=as_written(cell),
            code=code,
            severity=severity,
            facts=facts,
            wording=wording,
            column=name,
            position=position,
            n=n,
        )
        self.problems.add(problem)
        return problem
