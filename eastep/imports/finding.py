"""Which column of the sheet is which of ours: as its headings say, or as a person has laid down."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import Any

from django.utils.functional import lazy

from eastep.core.sheets import Cell, CellError, Merged, Sheet, column_letter
from eastep.imports.cells import Unreadable
from eastep.imports.headings import Headings, fold
from eastep.imports.layout import Layout, Source
from eastep.imports.problems import SENTENCES, as_written, quoted
from eastep.imports.table import Column, Table

LOOKED_AT = 50  # rows in which the headings must be
BELOW = " › "  # between a heading over several columns and one below it
_REMEMBERED = 2_000  # different texts of a column whose values are kept
_LONGEST_HEADING = 200


@dataclass(eq=False)
class Reading:
    """How one column of the sheet is read, with what it has read so far."""

    column: Column
    n: int
    position: int
    required: bool
    default: Any = None  # what an empty cell says
    known: dict[str, Any] = field(default_factory=dict)
    first: dict[Any, int] = field(default_factory=dict)  # for a unique column: value -> row

    def value(self, cell: Cell, number: int) -> Any:
        """What *cell* in row *number* says, None if it is empty. Raises Unreadable."""
        if isinstance(cell, CellError):
            raise Unreadable("formula_error" if cell.shown else "formula_empty")
        value = self.default
        if not is_blank(cell):
            value = self.column.read(cell)
        elif self.required and value is None:
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


def is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and (not cell or cell.isspace())


def heading_texts(rows: Sequence[Sequence[Cell]], merged: Iterable[Merged], number: int) -> list[str]:
    """The headings in row *number* (from 1) of *rows*, with what stands above them.

    A heading over two rows is the heading of its column. One over several columns stands before those below
    it: "第1志望" above "受入大学" and "期間" makes "第1志望 › 受入大学"; unless it lies above the whole table.
    """
    if not 1 <= number <= len(rows):
        return []
    texts = [_heading(cell) for cell in rows[number - 1]]
    above: list[str | None] = [_heading(cell) for cell in rows[number - 2]] if number > 1 else []
    ranges = [one for one in merged if one.left < len(texts)]
    for one in ranges:
        if one.left == one.right and one.top < number <= one.bottom:
            texts[one.left], above[one.left] = _heading(rows[one.top - 1][one.left]), None
    filled = sum(bool(text) for text in texts)
    over = [
        one for one in ranges if one.bottom == number - 1 and one.left < one.right < one.left + filled - 1
    ]
    if not over:
        return _below_others(texts, above)
    for one in over:
        heading = _heading(rows[one.top - 1][one.left])
        for position in range(one.left, min(one.right + 1, len(texts))):
            above[position] = None
            if heading and texts[position]:
                texts[position] = f"{heading}{BELOW}{texts[position]}"
    return [text or up or "" for text, up in zip(texts, above, strict=True)]


def _below_others(texts: list[str], above: list[str | None]) -> list[str]:
    """*texts* with those of the row *above*, if it tells some apart that are the same: each counts up to the next one.

    >>> _below_others(["", "派遣", "受入", "派遣", "受入", "備考"], ["協定校", "2023", "", "2024", "", None])
    ['協定校', '2023 › 派遣', '2023 › 受入', '2024 › 派遣', '2024 › 受入', '備考']
    """
    found, over = [], ""
    for text, up in zip_longest(texts, above):
        over = "" if up is None else up or (over if text else "")
        found.append(f"{over}{BELOW}{text}" if text and over else text or over)
        over = over if text else ""
    return found if len(set(map(fold, found))) > len(set(map(fold, texts))) else texts


def _heading(cell: Cell) -> str:
    return "" if isinstance(cell, CellError) or is_blank(cell) else as_written(cell).strip()


def lacking(columns: Iterable[Column], have: Collection[str]) -> list[Column]:
    """The required columns that are not among those named in *have*, nor what may stand in their place."""
    return [column for column in columns if column.required and not _is_there(column, have)]


def _is_there(column: Column, have: Collection[str]) -> bool:
    return column.name in have or _has_instead(column, have)


def _has_instead(column: Column, have: Collection[str]) -> bool:
    return any(all(name in have for name in names) for names in column.instead)


def find_by_headings(table: Table, sheet: Sheet, columns: Sequence[Column]) -> list[Reading]:
    """How to read each column found, in our order; nothing if the table cannot be read."""
    headings = [Headings(column.ways, repeats=column.repeats) for column in columns]
    required = {index for index, column in enumerate(columns) if column.required}
    best: dict[Source, list[int]] = {}
    for number, row in islice(enumerate(sheet.rows, start=sheet.first_row), LOOKED_AT):
        matches = _match(row, columns, headings)
        if len(_names(matches)) > len(_names(best)):
            best = matches
            table.heading_row = number
            table.headings = ["" if isinstance(cell, CellError) else as_written(cell) for cell in row]
            if not lacking(columns, _names(best)) and len(_names(best)) >= min(2, len(columns)):
                break
    if len(_names(best)) < min(2, len(columns)):
        table.heading_row, table.headings = 0, []
        expected = [columns[index].headings[0].replace("{n}", "1") for index in sorted(required)]
        table.add("no_headings", expected=quoted(expected))
        return []
    _note_headings(table, columns, best)
    return _readings(table, columns, best, {})


def find_by_layout(table: Table, sheet: Sheet, columns: Sequence[Column], layout: Layout) -> list[Reading]:
    """How to read each column that *layout* names; nothing if the table cannot be read so."""
    table.heading_row = layout.heading_row
    rows = list(islice(sheet.rows, layout.heading_row))
    table.headings = heading_texts(rows, sheet.merged, layout.heading_row)
    by_name = {column.name: column for column in columns}
    matches: dict[Source, list[int]] = {}
    for position, (name, n) in sorted(layout.columns.items()):
        if not name:
            _add_extra(table, position)
            continue
        column = by_name[name]
        if n not in (column.repeats.possible if column.repeats else (0,)):
            raise ValueError(f"{name} has no number {n}")
        if position >= sheet.width:
            table.add(
                "column_gone", source=(name, n), letter=column_letter(position), label=_label(column, n)
            )
        else:
            matches.setdefault((name, n), []).append(position)
    for (name, n), (first, *others) in matches.items():
        for position in others:
            facts: dict[str, Any] = {"other": column_letter(first), "letter": column_letter(position)}
            table.add(
                "chosen_twice", layout.heading_row, position, source=(name, n),
                label=_label(by_name[name], n), **facts,
            )  # fmt: skip
    constants = _constants(table, by_name, layout)
    return [] if table.problems.errors else _readings(table, columns, matches, constants)


def _label(column: Column, n: int) -> Any:
    return lazy(lambda: column.label_of(n), str)()


def _constants(table: Table, by_name: dict[str, Column], layout: Layout) -> dict[str, Any]:
    """The values of the layout's constants; one problem about each that cannot be read."""
    values = {}
    for name, text in layout.constants.items():
        column = by_name[name]
        if column.unique or column.repeats:
            raise ValueError(f"{name} cannot be the same in every row")
        if is_blank(text):
            continue
        table.constants[name] = text
        try:
            values[name] = column.read(text)
        except Unreadable as error:
            facts = {"text": as_written(text), "label": column.label, "why": _why(error, text)}
            table.add(
                error.code,
                0,
                -1,
                text,
                wording=SENTENCES["bad_constant"],
                source=(name, 0),
                **error.facts | facts,
            )
    return values


def _why(error: Unreadable, text: str) -> Any:
    wording = error.wording or SENTENCES[error.code]
    return lazy(lambda: str(wording).format(**{"value": as_written(text), **error.facts}), str)()


def _names(matches: Iterable[Source]) -> set[str]:
    return {name for name, _ in matches}


def _match(
    row: list[Cell], columns: Sequence[Column], headings: Sequence[Headings]
) -> dict[Source, list[int]]:
    texts = [cell if isinstance(cell, str) else "" for cell in row]
    matches: dict[Source, list[int]] = {}
    for position, source in enumerate(sources_of(texts, columns, headings)):
        if source:
            matches.setdefault(source, []).append(position)
    return matches


def sources_of(
    texts: Sequence[str], columns: Sequence[Column], headings: Sequence[Headings]
) -> list[Source | None]:
    """Which column of ours each of the headings *texts* is known for; they stand in one row."""
    folded = ["" if is_blank(text) or len(text) > _LONGEST_HEADING else fold(text) for text in texts]
    pairs = list(zip(columns, headings, strict=True))
    found = [_source(text, [pair for pair in pairs if not pair[0].beside]) for text in folded]
    have = {source[0] for source in found if source}
    beside = [pair for pair in pairs if pair[0].beside in have]
    return [_source(text, beside) or source for text, source in zip(folded, found, strict=True)]


def _source(folded: str, pairs: Iterable[tuple[Column, Headings]]) -> Source | None:
    if folded:
        for column, ways in pairs:
            number = ways.number(folded)
            if number is not None:
                return column.name, number
    return None


def _note_headings(table: Table, columns: Sequence[Column], matches: dict[Source, list[int]]) -> None:
    """What is to be said about headings that are there twice, counted too far or not ours."""
    repeats = {column.name: column.repeats for column in columns}
    ours = set()
    for (name, number), positions in matches.items():
        ours.update(positions)
        first, *others = positions
        for position in others:
            heading = table.headings[position]
            table.add(
                "duplicate_heading", table.heading_row, position, heading, source=(name, number),
                other=column_letter(first),
            )  # fmt: skip
        numbers = repeats[name]
        if numbers and number not in numbers.possible:
            limit = len(numbers.possible)
            table.add(
                "beyond_last", table.heading_row, first, table.headings[first], number=number, limit=limit
            )
    for position, heading in enumerate(table.headings):
        if position not in ours and heading.strip():
            _add_extra(table, position)
            table.add("unknown_column", table.heading_row, position, heading, severity="notice")


def _add_extra(table: Table, position: int) -> None:
    heading = table.headings[position] if position < len(table.headings) else ""
    if heading.strip():
        table.unknown.append(heading)
        table.extras.setdefault(fold(heading), position)


def _readings(
    table: Table, columns: Sequence[Column], matches: dict[Source, list[int]], constants: dict[str, Any]
) -> list[Reading]:
    have = _names(matches) | set(constants)
    if missing := lacking(columns, have):
        for column in missing:
            ways = [way.replace("{n}", "1") for way in column.headings]
            table.add(
                "missing_column", table.heading_row, source=(column.name, 0),
                label=column.label, headings=quoted(ways),
            )  # fmt: skip
        return []
    readings: list[Reading] = []
    for column in columns:
        numbers = sorted(column.repeats.possible) if column.repeats else [0]
        places = {}
        for number in numbers:
            positions = matches.get((column.name, number))
            places[number] = len(readings) if positions else -1
            if positions:
                fill_in = column.required and not column.may_be_empty and number == numbers[0]
                fill_in = fill_in and not _has_instead(column, have)
                default = constants.get(column.name)
                readings.append(Reading(column, number, positions[0], fill_in, default))
                table.sources[positions[0]] = (column.name, number)
        table.places[column.name] = places if column.repeats else places[0]
        table.found[column.name] = [readings[place].position for place in places.values() if place >= 0]
    table.positions = [reading.position for reading in readings]
    for name, value in constants.items():  # behind the values of each row stand those of the absent columns
        if table.places[name] == -1:
            table.places[name] = len(table.positions)
            table.positions.append(-1)
            table.appended.append(value)
    return readings
