"""Several rows that tell of one thing: what they say of it together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from eastep.imports.problems import Wording, as_written
from eastep.imports.table import Row, Table


def agreed(
    table: Table,
    rows: Sequence[Row],
    name: str,
    *,
    wording: Wording,
    value: Callable[[Row], Any] | None = None,
) -> Any:
    """What the rows say in the column *name*; a problem about each row that says something else.

    *wording* has the places {first} and {other}: the first row that says anything, and what it says.
    """
    first: Row | None = None
    found = None
    for row in rows:
        said = value(row) if value else row[name]
        if said is None:
            continue
        if first is None:
            first, found = row, said
        elif said != found:
            facts: dict[str, Any] = {"first": first.number, "other": _written(table, first, name)}
            table.problem(row, name, "disagrees", wording=wording, **facts)
    return found


def _written(table: Table, row: Row, name: str) -> str:
    positions = table.found.get(name)
    return as_written(row.cells[positions[0]]) if positions else ""
