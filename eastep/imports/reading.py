"""From a sheet to typed rows: which row holds the headings, what every cell says, what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from eastep.core.sheets import Cell, CellError, Sheet, column_letter
from eastep.imports.cells import Unreadable
from eastep.imports.headings import Headings, fold
from eastep.imports.merges import Merges
from eastep.imports.problems import Problems, as_written, quoted
from eastep.imports.table import Column, Row, Table

_LOOKED_AT = 50  # rows in which the headings must be
_REMEMBERED = 2_000  # different texts of a column whose values are kept
_TOTALS = frozenset(
    {"合計", "小計", "総計", "総合計", "計", "합계", "소계", "총계", "총합", "총합계", "계"}
    | {"total", "totals", "subtotal", "grandtotal", "sum"}
)


@dataclass(eq=False)
class _Reading:
    """How one column of the sheet is read, with what it has read so far."""

    column: Column
    position: int
    required: bool
    known: dict[str, Any] = field(default_factory=dict)
    first: dict[Any, int] = field(default_factory=dict)  # for a unique column: value -> row

    def value(self, cell: Cell, number: int) -> Any:
        """What *cell* in row *number* says, None if it is empty. Raises Unreadable."""
        if isinstance(cell, CellError):
            raise Unreadable("formula_error" if cell.shown else "formula_empty")
        value = None
        if not is_blank(cell):
            value = self.column.read(cell)
        elif self.required:
            raise Unreadable("empty", label=self.column.label)
        if self.column.unique:
            first = self.first.setdefault(value, number) if value is not None else number
            if first != number:
                raise Unreadable("duplicate", first=first)
        elif isinstance(cell, str) and len(self.known) < _REMEMBERED:
            self.known[cell] = value
        return value

    def forget(self, number: int) -> None:
        """Row *number*, the last one read, is none: its value may come again."""
        if self.first and next(reversed(self.first.values())) == number:
            self.first.popitem()


def read_table(sheet: Sheet, columns: Sequence[Column], *, keep: int = 10_000) -> Table:
    """The rows of *sheet* as *columns* say. *keep* problems of each severity are kept, all are counted."""
    table = Table(sheet=sheet.name, problems=Problems(keep))
    if not sheet.height:
        table.add("empty_sheet")
        return table
    readings = _find_headings(table, sheet, columns)
    if not readings:
        return table
    merges = Merges(sheet.merged, below=table.heading_row, positions=frozenset(table.positions))
    rows = enumerate(sheet.rows, start=sheet.first_row)
    for number, row in islice(rows, merges.last_heading_row - sheet.first_row + 1, None):
        if merges:
            merges.fill(number, row)
        values = _read_row(table, readings, number, row, merges)
        if values is not None:
            table.rows.append(Row(table, number, row, values))
    for position, count in merges.filled.items():
        table.add("merged_filled", table.heading_row, position, severity="notice", count=count)
    hidden = sorted(number for number in sheet.hidden_rows if number > table.heading_row)
    if hidden:
        table.add("hidden_rows", severity="notice", count=len(hidden), first=hidden[0])
    return table


def _read_row(
    table: Table, readings: list[_Reading], number: int, row: list[Cell], merges: Merges
) -> list[Any] | None:
    """The values of one row; None if it is blank, a total or has errors, which are added to *table*."""
    values: list[Any] = []
    bad: list[tuple[_Reading, Unreadable]] = []
    for reading in readings:
        cell = row[reading.position]
        if isinstance(cell, str) and cell in reading.known:
            values.append(reading.known[cell])
            continue
        try:
            values.append(reading.value(cell, number))
        except Unreadable as error:
            values.append(None)
            bad.append((reading, error))
    if bad and _is_left_out(table, bad, number, row):
        for reading in readings:
            reading.forget(number)
        return None
    across = merges.across.pop(number, ()) if merges else ()
    for reading, why in bad:
        cell = row[reading.position]
        table.add(why.code, number, reading.position, cell, wording=why.wording, **why.facts)
    for merged in across:
        place = f"{column_letter(merged.left)}{merged.top}:{column_letter(merged.right)}{merged.bottom}"
        table.add("merged_cells", number, merged.left, row[merged.left], range=place)
    if bad or across:
        return None
    return values if any(value is not None for value in values) else None


def _is_left_out(table: Table, bad: list[tuple[_Reading, Unreadable]], number: int, row: list[Cell]) -> bool:
    """Whether the row is blank or a total, so that what it lacks is no error."""
    if all(error.code != "empty" for _, error in bad):
        return False
    filled = ((position, cell) for position, cell in enumerate(row) if not is_blank(cell))
    position, cell = next(filled, (-1, ""))
    if position < 0:
        return True
    if isinstance(cell, str) and fold(cell) in _TOTALS:
        table.add("totals_row", number, position, cell, severity="notice")
        return True
    return False


def is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and (not cell or cell.isspace())


type _Matches = dict[
    tuple[int, int], list[int]
]  # (which of our columns, its number or 0): positions in the sheet


def _find_headings(table: Table, sheet: Sheet, columns: Sequence[Column]) -> list[_Reading]:
    """How to read each column found, in the sheet's order; nothing if the table cannot be read."""
    headings = [Headings(column.headings, repeats=column.repeats) for column in columns]
    required = {index for index, column in enumerate(columns) if column.required}
    best: _Matches = {}
    for number, row in islice(enumerate(sheet.rows, start=sheet.first_row), _LOOKED_AT):
        matches = _match(row, headings)
        if len(_which(matches)) > len(_which(best)):
            best = matches
            table.heading_row = number
            table.headings = ["" if isinstance(cell, CellError) else as_written(cell) for cell in row]
            if required <= _which(best) and len(_which(best)) >= min(2, len(columns)):
                break
    if len(_which(best)) < min(2, len(columns)):
        table.heading_row, table.headings = 0, []
        expected = [column.headings[0].replace("{n}", "1") for column in columns if column.required]
        table.add("no_headings", expected=quoted(expected))
        return []
    _note_headings(table, columns, best)
    for index in sorted(required - _which(best)):
        ways = [way.replace("{n}", "1") for way in columns[index].headings]
        table.add("missing_column", table.heading_row, label=columns[index].label, headings=quoted(ways))
    return [] if required - _which(best) else _readings(table, columns, best)


def _which(matches: _Matches) -> set[int]:
    return {index for index, _ in matches}


def _match(row: list[Cell], headings: list[Headings]) -> _Matches:
    matches: _Matches = {}
    for position, cell in enumerate(row):
        if isinstance(cell, str) and not is_blank(cell) and len(cell) <= 200:
            folded = fold(cell)
            for index, heading in enumerate(headings):
                number = heading.number(folded)
                if number is not None:
                    matches.setdefault((index, number), []).append(position)
                    break
    return matches


def _note_headings(table: Table, columns: Sequence[Column], matches: _Matches) -> None:
    """What is to be said about headings that are there twice, counted too far or not ours."""
    ours = set()
    for (index, number), positions in matches.items():
        ours.update(positions)
        first, *others = positions
        for position in others:
            heading = table.headings[position]
            table.add("duplicate_heading", table.heading_row, position, heading, other=column_letter(first))
        if number > columns[index].repeats > 0:
            limit = columns[index].repeats
            table.add(
                "beyond_last", table.heading_row, first, table.headings[first], number=number, limit=limit
            )
    for position, heading in enumerate(table.headings):
        if position not in ours and heading.strip():
            table.unknown.append(heading)
            table.extras.setdefault(fold(heading), position)
            table.add("unknown_column", table.heading_row, position, heading, severity="notice")


def _readings(table: Table, columns: Sequence[Column], matches: _Matches) -> list[_Reading]:
    readings: list[_Reading] = []
    for index, column in enumerate(columns):
        places = []
        for number in range(1, column.repeats + 1) if column.repeats else (0,):
            positions = matches.get((index, number))
            places.append(len(readings) if positions else -1)
            if positions:
                fill_in = column.required and not column.may_be_empty and number <= 1
                readings.append(_Reading(column, positions[0], fill_in))
        table.places[column.name] = tuple(places) if column.repeats else places[0]
        table.found[column.name] = [readings[place].position for place in places if place >= 0]
    table.positions = [reading.position for reading in readings]
    return readings
