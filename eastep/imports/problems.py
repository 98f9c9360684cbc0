"""What is wrong with a sheet, as values: where, what was written, and a sentence that says what to do."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eastep.core.sheets import Cell, CellError, column_letter
from eastep.core.text import joined_lazy

type Severity = Literal["error", "notice"]
type Wording = str | Promise

_SHOWN = 80  # characters of a value

SENTENCES: Mapping[str, Wording] = {
    # the sheet and its headings
    "empty_sheet": gettext_lazy("The sheet is empty. Choose the sheet that holds the table."),
    "no_headings": gettext_lazy(
        "No row with headings was found. One row must hold these headings: {expected}."
    ),
    "missing_column": gettext_lazy(
        "The column “{label}” is missing. Add a column with one of these headings: {headings}."
    ),
    "duplicate_heading": gettext_lazy(
        "“{value}” means the same as the heading of column {other}. "
        "Keep one of the two columns, or rename one."
    ),
    "column_gone": gettext_lazy(
        "The sheet has no column {letter}, which was chosen for “{label}”. Choose the columns again."
    ),
    "chosen_twice": gettext_lazy(
        "Columns {other} and {letter} were both chosen for “{label}”. Leave one of them out."
    ),
    "bad_constant": gettext_lazy(
        "“{text}” was to count for every row as “{label}”, which is not possible. {why} "
        "Correct what counts for every row."
    ),
    "beyond_last": gettext_lazy(
        "“{value}” is number {number} of its kind; at most {limit} are read. Delete the column."
    ),
    "unknown_column": gettext_lazy(
        "The column “{value}” is not known and was left out. Rename it if it is needed."
    ),
    "totals_row": gettext_lazy("The row was taken for a total (“{value}”) and left out."),
    "hidden_rows": gettext_lazy(
        "{count} rows are hidden in the sheet and were read too, the first is row {first}. "
        "Delete them if they do not belong to the table."
    ),
    "merged_filled": gettext_lazy(
        "Merged cells: the value of the uppermost cell was taken for {count} cells below it. "
        "Check them, or split the merged cells."
    ),
    "merged_cells": gettext_lazy(
        "The cells {range} are merged across columns: it is not clear to which one the value belongs. "
        "Split them (in Excel: Unmerge Cells) and fill in each one."
    ),
    # cells
    "empty": gettext_lazy("The cell is empty. Fill in: {label}."),
    "formula_error": gettext_lazy(
        "The formula in this cell fails with {value}. Correct it, or write the value itself."
    ),
    "formula_empty": gettext_lazy(
        "The cell holds a formula without a result. Open the file in Excel, save it and upload it again, "
        "or write the value itself."
    ),
    "duplicate": gettext_lazy(
        "“{value}” stands in row {first} already, and must be there only once. "
        "Correct one of the two, or delete it."
    ),
    "not_text": gettext_lazy(
        "Excel has made “{value}” out of what was typed. Format the cell as text and type it again."
    ),
    "digits_lost": gettext_lazy(
        "The number has more than 15 digits, of which Excel keeps only 15. "
        "Format the cell as text and type it again."
    ),
    "control_characters": gettext_lazy(
        "The text holds an invisible control character (U+{code_point}). Delete the text and type it again."
    ),
    "too_long": gettext_lazy("The text has {length} characters; at most {limit} are possible. Shorten it."),
    "not_whole": gettext_lazy("“{value}” is not a whole number. Write it in digits, such as 12."),
    "numeral": gettext_lazy("“{value}” is written in words. Write {number} in digits."),
    "not_decimal": gettext_lazy("“{value}” is not a number. Write it in digits with a point, such as 3.9."),
    "decimal_comma": gettext_lazy(
        "“{value}” has a comma, which can mean two things. "
        "Write a decimal point, as in {written}, or leave the comma out."
    ),
    "too_small": gettext_lazy("{value} is less than {limit}, the least that is possible."),
    "too_large": gettext_lazy("{value} is more than {limit}, the most that is possible."),
    "not_date": gettext_lazy("“{value}” is not a date. Write year, month and day, such as 2026-04-01."),
    "no_such_date": gettext_lazy("There is no such date as “{value}”. Correct year, month or day."),
    "not_one_of": gettext_lazy("“{value}” is not possible here. Write one of these: {allowed}."),
}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, or worth knowing, about one place in a sheet.

    ``row`` counts as the office sees it, 0 if the problem is about the whole sheet; ``letter`` and
    ``heading`` are empty if it is not about one column. ``column`` is our column's name (``n`` its number from 1,
    if it is a repeated one), ``position`` where it stands in the file: with ``row``, the cell to mend.
    """

    sheet: str
    row: int
    letter: str
    heading: str
    value: str  # as written, cut to 80 characters
    code: str
    severity: Severity = "error"
    facts: Mapping[str, object] = field(default_factory=dict)
    wording: Wording | None = None  # another sentence than the one of the code
    column: str = ""
    position: int = -1  # -1: the file has no such column
    n: int = 0

    @property
    def place(self) -> str:
        """Where the problem is, in words."""
        if self.row and self.letter:
            where = _("Sheet “{sheet}”, row {row}, column {letter} ({heading})")
        elif self.row:
            where = _("Sheet “{sheet}”, row {row}")
        else:
            where = _("Sheet “{sheet}”")
        return where.format(sheet=self.sheet, row=self.row, letter=self.letter, heading=self.heading)

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        wording = str(self.wording or SENTENCES[self.code])
        return wording.format(**{"value": self.value, "row": self.row, "heading": self.heading, **self.facts})


class Problems:
    """The problems of a sheet: the first of them whole, all of them counted."""

    def __init__(self, keep: int = 10_000, *, heard: Callable[[Problem], None] | None = None) -> None:
        self.heard = heard  # is told every problem, those that are not kept too
        self.by_code: Counter[str] = Counter()
        self._counts: Counter[Severity] = Counter()
        self._kept: dict[Severity, list[Problem]] = {"error": [], "notice": []}
        self._keep = keep

    def add(self, problem: Problem) -> None:
        self.by_code[problem.code] += 1
        self._counts[problem.severity] += 1
        if self.heard:
            self.heard(problem)
        kept = self._kept[problem.severity]
        if len(kept) < self._keep:
            kept.append(problem)

    @property
    def errors(self) -> int:
        return self._counts["error"]

    @property
    def notices(self) -> int:
        return self._counts["notice"]

    def __iter__(self) -> Iterator[Problem]:
        """The kept ones: errors before notices, each from top to bottom."""
        for severity in ("error", "notice"):
            yield from sorted(self._kept[severity], key=lambda problem: problem.row)

    def __len__(self) -> int:
        return sum(map(len, self._kept.values()))

    def __bool__(self) -> bool:
        return self.errors > 0


def as_written(cell: Cell) -> str:
    """*cell* as the office sees it, cut to 80 characters: 12.0 is 12 there.

    >>> as_written(12.0), as_written(3.9), as_written("八十")
    ('12', '3.9', '八十')
    """
    match cell:
        case CellError():
            text = cell.shown
        case bool():
            text = str(cell).upper()
        case float() if cell.is_integer() and abs(cell) < 10**15:
            text = str(int(cell))
        case float():
            text = f"{cell:.15g}"
        case _:
            text = str(cell)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def quoted(names: list[str] | tuple[str, ...]) -> Wording:
    """A list of names, for a sentence in any language: “A”, “B”, “C”."""
    return joined_lazy([f"“{name}”" for name in names])


__all__ = ["SENTENCES", "Problem", "Problems", "Severity", "Wording", "as_written", "column_letter", "quoted"]
