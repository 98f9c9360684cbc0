"""What the standards read in cells: fields, levels, scales, averages; and how such a cell tells its column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import lazy

from eastep.core.sheets import Cell
from eastep.imports.cells import Unreadable, plain_text, refuse_long
from eastep.imports.table import Row, Table
from eastep.standards import sentences
from eastep.standards.cells import Unreadable as NotStandard
from eastep.standards.cells import says_nothing, text_of
from eastep.standards.facts import Standards
from eastep.standards.gpa import Gpa, parse_gpa, parse_scale
from eastep.standards.levels import parse_level


def standard[T](parse: Callable[[Any, Standards], T], standards: Standards) -> Callable[[Cell], T]:
    def read(cell: Cell) -> T:
        refuse_long(cell)
        try:
            return parse(cell, standards)
        except NotStandard as error:
            raise Unreadable(error.code, wording=worded(error)) from error

    return read


def worded(error: NotStandard) -> Any:
    """The standards' own sentence, made when it is read; braces in it are not places to fill."""
    return lazy(lambda: sentences.sentence(error).replace("{", "{{").replace("}", "}}"), str)()


def scale(standards: Standards) -> Callable[[Cell], str | None]:
    """Reads the code of a GPA scale; nothing, where it is said that there is none."""
    parse = standard(parse_scale, standards)
    return lambda cell: None if says_nothing(text_of(cell)) else parse(cell)  # type: ignore[arg-type]


def several_levels(standards: Standards) -> Callable[[Cell], tuple[int, ...]]:
    parse = standard(parse_level, standards)

    def read(cell: Cell) -> tuple[int, ...]:
        if isinstance(cell, str) and says_nothing(cell):
            return ()
        parts = str(cell).replace("、", ";").replace(",", ";").replace("/", ";").split(";")
        return tuple(dict.fromkeys(parse(part if len(parts) > 1 else cell) for part in parts))

    return read


def gpa_of(table: Table, row: Row, standards: Standards) -> Gpa | None:
    """The grade point average with its scale, in one cell (3.8/4.5) or in two."""
    if row["gpa"] is None or says_nothing(text_of(row["gpa"])):
        return None
    try:
        return parse_gpa(row["gpa"], standards, scale=row["scale"])
    except NotStandard as error:
        column = "scale" if error.code == "gpa_scale_unknown" and row["scale"] is not None else "gpa"
        table.problem(row, column, error.code, wording=worded(error))
        return None


def tells(read: Callable[[Cell], object]) -> Callable[[str], bool]:
    """Whether *read* makes something of a text that is not only a way of saying nothing."""

    def is_told(text: str) -> bool:
        try:
            return not says_nothing(plain_text(text)) and bool(read(text))
        except Unreadable:
            return False

    return is_told


def tells_gpa(standards: Standards) -> Callable[[str], bool]:
    """3.8/4.5: only with its scale, a number alone tells nothing."""
    return tells(standard(parse_gpa, standards))
