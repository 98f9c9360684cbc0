"""From a sheet to typed rows: what every cell says, and what is wrong."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice
from typing import Any

from eastep.core.sheets import Cell, Sheet, column_letter
from eastep.imports.cells import Unreadable
from eastep.imports.finding import Reading, find_by_headings, find_by_layout, is_blank
from eastep.imports.headings import fold
from eastep.imports.layout import Layout
from eastep.imports.merges import Merges
from eastep.imports.problems import Problem, Problems
from eastep.imports.table import Column, Row, Table

type Mends = Mapping[tuple[int, int], str]  # (row as the office counts, position from 0): what it is to say

_NOT_THERE = frozenset(
    {"empty", "unknown_institution"}
)  # what a total or a blank row has in a column that is needed
_STEP = 2_000  # rows between two reports of progress
_TOTALS = frozenset(
    {"合計", "小計", "総計", "総合計", "計", "합계", "소계", "총계", "총합", "총합계", "계"}
    | {"total", "totals", "subtotal", "grandtotal", "sum"}
)


def read_table(
    sheet: Sheet,
    columns: Sequence[Column],
    *,
    layout: Layout | None = None,
    mends: Mends | None = None,
    left_out: Collection[int] = (),
    on_progress: Callable[[int], None] | None = None,
    on_problem: Callable[[Problem], None] | None = None,
    keep: int = 10_000,
) -> Table:
    """The rows of *sheet* as *columns* say. *keep* problems of each severity are kept, all are counted.

    With a *layout* no headings are looked for. *mends* stand in the place of cells, merged ones split before;
    the rows *left_out* are not read. *on_progress* is told the rows read, *on_problem* every problem.
    """
    table = Table(sheet=sheet.name, problems=Problems(keep, heard=on_problem))
    if not sheet.height:
        table.add("empty_sheet")
        return table
    find = find_by_headings(table, sheet, columns) if layout is None else None
    readings = find_by_layout(table, sheet, columns, layout) if layout else find
    if not readings:
        return table
    merges = Merges(sheet.merged, below=table.heading_row, positions=frozenset(table.sources))
    mended: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for (number, position), text in (mends or {}).items():
        mended[number].append((position, text))
    skipped = frozenset(left_out)
    rows = enumerate(sheet.rows, start=sheet.first_row)
    before = merges.last_heading_row - sheet.first_row + 1
    number = 0
    for count, (number, row) in enumerate(islice(rows, before, None), start=1):
        if merges:
            merges.fill(number, row)
        if number in mended:
            for position, text in mended[number]:
                row[position] = text
            merges.split(number, (position for position, _ in mended[number]))
        if number not in skipped:
            _take_row(table, readings, number, row, merges)
        if on_progress and not count % _STEP:
            on_progress(count)
    if on_progress:
        on_progress(max(0, number - before))
    for position, count in merges.filled.items():
        table.add("merged_filled", table.heading_row, position, severity="notice", count=count)
    hidden = sorted(n for n in sheet.hidden_rows if n > table.heading_row and n not in skipped)
    if hidden:
        table.add("hidden_rows", severity="notice", count=len(hidden), first=hidden[0])
    return table


def _take_row(table: Table, readings: list[Reading], number: int, row: list[Cell], merges: Merges) -> None:
    """Put the row where it belongs: among the good ones or the bad ones; nowhere, if it is blank or a total."""
    values: list[Any] = []
    bad: list[tuple[Reading, Unreadable]] = []
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
        return
    across = merges.across.pop(number, ()) if merges else ()
    for reading, why in bad:
        cell = row[reading.position]
        table.add(why.code, number, reading.position, cell, wording=why.wording, **why.facts)
    for merged in across:
        place = f"{column_letter(merged.left)}{merged.top}:{column_letter(merged.right)}{merged.bottom}"
        table.add("merged_cells", number, merged.left, row[merged.left], range=place)
    if not bad and not any(value is not None for value in values):
        return
    if table.has_constants and all(is_blank(row[reading.position]) for reading in readings):
        return
    values += table.appended
    (table.bad_rows if bad or across else table.rows).append(Row(table, number, row, values))


def _is_left_out(table: Table, bad: list[tuple[Reading, Unreadable]], number: int, row: list[Cell]) -> bool:
    """Whether the row is blank or a total, so that what it lacks is no error."""
    if all(error.code not in _NOT_THERE for _, error in bad):
        return False
    filled = ((position, cell) for position, cell in enumerate(row) if not is_blank(cell))
    position, cell = next(filled, (-1, ""))
    if position < 0:
        return True
    if isinstance(cell, str) and fold(cell) in _TOTALS:
        table.add("totals_row", number, position, cell, severity="notice")
        return True
    return False
