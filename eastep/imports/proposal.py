"""What the columns of a file probably are, for a person to confirm: by what was confirmed before, by their
headings, by what stands in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice, pairwise
from typing import Any, Literal

from eastep.core.sheets import Cell, Sheet, column_letter
from eastep.imports.cells import plain_text
from eastep.imports.finding import BELOW, LOOKED_AT, heading_texts, is_blank, lacking, sources_of
from eastep.imports.headings import Headings, Numbers, fold, is_total
from eastep.imports.layout import LEFT_OUT, Layout, Source
from eastep.imports.merges import Merges
from eastep.imports.problems import as_written
from eastep.imports.table import Column

type Sure = Literal["remembered", "known", "likely", "unclear", ""]  # unclear: to be said, whatever it is

_SAMPLED = 300  # rows below the headings that are looked at
_SHOWN = 3  # different values of a column that are shown
_TRIED = 20  # different values by which a column is guessed
_TELLING = 0.8  # share of them that must be telling
_NOT_AGAINST = 0.5  # share of them that must be telling where the heading speaks for it already
_ALIKE = 0.6  # share of common pairs of characters from which a heading is like another
_FULL = 0.6  # a row of headings fills at least so much of the table's width


@dataclass(frozen=True, kw_only=True)
class ProposedColumn:
    """One column of the file, and what it probably is (name "": not ours, as far as is known)."""

    position: int
    letter: str
    heading: str
    samples: tuple[str, ...]
    name: str = ""
    n: int = 0
    sure: Sure = ""
    is_beyond: bool = False  # the 21st choice of 20: it would be lost

    @property
    def source(self) -> Source:
        return (self.name, self.n)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """How a file is probably laid out."""

    sheet: str
    sheets: tuple[str, ...]  # all there are, hidden ones too
    heading_row: int  # 0: there seems to be none
    columns: tuple[ProposedColumn, ...]  # without those that are empty
    constants: Mapping[str, str]
    missing: tuple[str, ...]  # required columns without a source
    kind: str = ""  # what the caller calls such sheets

    @property
    def claimed_twice(self) -> frozenset[Source]:
        """What several columns of the file claim to be."""
        claims = Counter(column.source for column in self.columns if column.name)
        return frozenset(source for source, count in claims.items() if count > 1)

    @property
    def is_certain(self) -> bool:
        """Whether nobody need be asked: nothing is missing, only likely, unclear, claimed twice or lost."""
        clear = all(
            column.sure not in ("likely", "unclear") and not column.is_beyond for column in self.columns
        )
        return clear and not self.missing and not self.claimed_twice

    @property
    def layout(self) -> Layout:
        """The layout, should all of this be right."""
        return Layout(
            sheet=self.sheet,
            heading_row=self.heading_row,
            columns={column.position: column.source for column in self.columns},
            constants=dict(self.constants),
        )

    def as_json(self) -> dict[str, Any]:
        """The same in JSON values, to be shown."""
        return {
            "kind": self.kind,
            "sheet": self.sheet,
            "sheets": list(self.sheets),
            "heading_row": self.heading_row,
            "columns": [{**asdict(column), "samples": list(column.samples)} for column in self.columns],
            "constants": dict(self.constants),
            "missing": list(self.missing),
            "claimed_twice": [list(source) for source in sorted(self.claimed_twice)],
            "is_certain": self.is_certain,
        }


def propose(
    sheets: Sequence[Sheet],
    columns: Sequence[Column],
    *,
    remembered: Mapping[str, Source] | None = None,
    constants: Mapping[str, str] | None = None,
    sheet: str | None = None,
    heading_row: int | None = None,
) -> Proposal:
    """How that one of *sheets* is laid out which holds most of *columns*; or *sheet*, with its *heading_row*.

    *remembered* says what headings were confirmed to mean, by `fold(heading)`; ("", 0) is to leave out.
    """
    meanings = _Meanings(columns, remembered or {})
    given = {name: text for name, text in (constants or {}).items() if text.strip()}
    chosen = [one for one in sheets if one.name == sheet] or [one for one in sheets if not one.hidden]
    tops = [_Top.of(one, meanings, heading_row) for one in chosen or sheets]
    top = max(tops, key=lambda one: one.rating)
    found = list(_columns(top))
    proposed = meanings.named(
        [column for column, _cells in found], [cells for _column, cells in found], given
    )
    have = {column.name for column in proposed} | set(given)
    return Proposal(
        sheet=top.sheet.name,
        sheets=tuple(one.name for one in sheets),
        heading_row=top.heading_row,
        columns=tuple(proposed),
        constants=given,
        missing=tuple(column.name for column in lacking(columns, have)),
    )


@dataclass(frozen=True, kw_only=True)
class _Top:
    """The headings of a sheet, and how well it suits."""

    sheet: Sheet
    heading_row: int
    headings: list[str]
    rating: tuple[int, int, int]  # required columns, columns, filled cells

    @classmethod
    def of(cls, sheet: Sheet, meanings: _Meanings, heading_row: int | None) -> _Top:
        rows = list(islice(sheet.rows, max(LOOKED_AT, heading_row or 0)))
        merged = [one for one in sheet.merged if one.top <= len(rows)]
        numbers = range(1, len(rows) + 1) if heading_row is None else (heading_row,)
        best, row, headings = (0, 0), 0, list[str]()
        for number in numbers:
            texts = heading_texts(rows, merged, number)
            if heading_row is not None or meanings.count(texts) > best:
                best, row, headings = meanings.count(texts), number, texts
        if heading_row is None and best[1] < 2:
            row = _guessed_row(rows, meanings)
            headings = heading_texts(rows, merged, row)
        filled = sum(not is_blank(cell) for one in rows for cell in one)
        return cls(sheet=sheet, heading_row=row, headings=headings, rating=(*best, filled))


def _guessed_row(rows: Sequence[Sequence[Cell]], meanings: _Meanings) -> int:
    """The first row that is about as wide as the table and holds words only; else what comes before it."""
    filled = [sum(not is_blank(cell) for cell in row) for row in rows]
    enough = max(2, _FULL * max(filled, default=0))
    number = next((number for number, count in enumerate(filled, start=1) if count >= enough), 0)
    if not number:
        return 0
    cells = [cell for cell in rows[number - 1] if not is_blank(cell)]
    is_words = all(
        (isinstance(cell, str) and not re.search(r"\d{2}", cell)) or meanings.is_numbered(as_written(cell))
        for cell in cells
    )
    return number if is_words and not any(meanings.is_told(cell) for cell in cells) else number - 1


def _columns(top: _Top) -> Iterator[tuple[ProposedColumn, list[Cell]]]:
    """The columns that hold anything, each with different cells of its own."""
    merges = Merges(top.sheet.merged, below=top.heading_row, positions=frozenset())
    different: list[dict[str, Cell]] = [{} for _ in range(top.sheet.width)]
    for row in islice(top.sheet.rows, merges.last_heading_row, merges.last_heading_row + _SAMPLED):
        for position, cell in enumerate(row):
            cells = different[position]
            if len(cells) < _TRIED and not is_blank(cell):
                cells.setdefault(as_written(cell), cell)
    for position, cells in enumerate(different):
        heading = top.headings[position] if position < len(top.headings) else ""
        if heading or cells:
            column = ProposedColumn(
                position=position,
                letter=column_letter(position),
                heading=heading,
                samples=tuple(cells)[:_SHOWN],
            )
            yield column, list(cells.values())


@dataclass
class _Meanings:
    """What headings and cells can mean."""

    columns: Sequence[Column]
    remembered: Mapping[str, Source]
    headings: list[Headings] = field(init=False)
    repeats: dict[str, Numbers | None] = field(init=False)

    def __post_init__(self) -> None:
        self.headings = [Headings(column.ways, repeats=column.repeats) for column in self.columns]
        self.repeats = {column.name: column.repeats for column in self.columns}

    def by_headings(self, headings: Sequence[str]) -> list[tuple[Source, Sure]]:
        """What each heading of a row was confirmed to mean, else what it is known for."""
        whole = sources_of(headings, self.columns, self.headings)
        below = [  # without the one above it
            heading if is_total(heading) else heading.rpartition(BELOW)[2] for heading in headings
        ]
        alone = sources_of(below, self.columns, self.headings) if below != list(headings) else whole
        return [self._by_heading(*known) for known in zip(headings, whole, alone, strict=True)]

    def _by_heading(self, heading: str, whole: Source | None, alone: Source | None) -> tuple[Source, Sure]:
        source = self.remembered.get(fold(heading)) if heading else None
        if source is not None and (source == LEFT_OUT or self._is_possible(source)):
            return source, "remembered"
        known = whole or alone
        return (known, "known") if known else (LEFT_OUT, "")

    def _is_possible(self, source: Source) -> bool:
        name, n = source
        if name not in self.repeats:
            return False
        numbers = self.repeats[name]
        return n in numbers.possible if numbers else n == 0

    def count(self, headings: Sequence[str]) -> tuple[int, int]:
        """How many required columns there are among *headings*, and how many at all."""
        have = {source[0] for source, _sure in self.by_headings(headings) if source[0]}
        required = sum(column.required for column in self.columns)
        return required - len(lacking(self.columns, have)), len(have)

    def is_told(self, cell: Cell) -> bool:
        """Whether *cell* can hardly be a heading."""
        return any(_share(column, [cell]) for column in self.columns)

    def named(
        self, found: Sequence[ProposedColumn], cells: Sequence[list[Cell]], constants: Collection[str]
    ) -> list[ProposedColumn]:
        """The columns, each with what it probably is."""
        known = self.by_headings([column.heading for column in found])
        named = [self._named(column, *meant) for column, meant in zip(found, known, strict=True)]
        firm = {column.source for column in named if column.sure == "remembered"}
        named = [
            replace(column, name="", n=0, sure="")
            if column.sure == "known" and column.source in firm
            else column
            for column in named
        ]
        taken = {column.source for column in named if column.name} | {(name, 0) for name in constants}
        for guess in (self._alike, self._telling):
            for index, column in enumerate(named):
                if (
                    not column.sure
                    and not column.is_beyond
                    and (source := guess(column, cells[index], taken))
                ):
                    taken.add(source)
                    named[index] = replace(column, name=source[0], n=source[1], sure="likely")
        return [replace(one, sure="unclear") if self._is_unclear(one) else one for one in named]

    def _is_unclear(self, column: ProposedColumn) -> bool:
        """Whether it is not known, though its heading has a number by which ours are told apart."""
        if column.sure or column.is_beyond or is_total(column.heading):
            return False
        return self.is_numbered(column.heading)

    def is_numbered(self, heading: str) -> bool:
        """Whether it has a number that makes it one of ours, whatever else it says."""
        asked = {numbers for numbers in self.repeats.values() if numbers and numbers.are_asked_about}
        return any(numbers.find(heading)[0] for numbers in asked)

    def _named(self, column: ProposedColumn, source: Source, sure: Sure) -> ProposedColumn:
        if source != LEFT_OUT and not self._is_possible(source):
            return replace(column, is_beyond=True)
        return replace(column, name=source[0], n=source[1], sure=sure)

    def _alike(self, column: ProposedColumn, cells: list[Cell], taken: set[Source]) -> Source | None:
        """What has the heading most like this one, unless the cells speak against it, or another column is it."""
        best = (_ALIKE, LEFT_OUT)
        is_numbered = self.is_numbered(column.heading)
        for ours in () if is_total(column.heading) else self.columns:
            number, folded = ours.repeats.find(column.heading) if ours.repeats else (0, fold(column.heading))
            source = (ours.name, number)
            if not self._is_possible(source) or (is_numbered and not number):
                continue
            ways = [way.replace("{n}", str(number)) for way in ours.headings]
            likeness = max(_likeness(folded, fold(way)) for way in ways)
            if likeness > best[0] and (ours.tells is None or _share(ours, cells) >= _NOT_AGAINST):
                best = (likeness, source)
        return best[1] if best[1] not in {*taken, LEFT_OUT} else None

    def _telling(self, column: ProposedColumn, cells: list[Cell], taken: set[Source]) -> Source | None:
        """What these cells can hardly be other than."""
        found = [ours.repeats.find(column.heading)[0] if ours.repeats else 0 for ours in self.columns]
        has_number = any(found)
        pairs = zip(self.columns, found, strict=True)
        for ours, number in sorted(pairs, key=lambda pair: bool(pair[0].repeats) != has_number):
            numbers = [number] if number or not ours.repeats else ours.repeats.possible
            free = (n for n in numbers if (ours.name, n) not in taken and self._is_possible((ours.name, n)))
            if _share(ours, cells) >= _TELLING and (n := next(free, None)) is not None:
                return (ours.name, n)
        return None


def _share(column: Column, cells: Sequence[Cell]) -> float:
    """How much of *cells* can hardly be anything but this column. Numbers tell nothing: they fit anywhere."""
    if column.tells is None or not cells:
        return 0.0
    told = 0
    for cell in cells:
        if isinstance(cell, str) and len(cell) <= 200:
            text = plain_text(cell)
            is_number = re.fullmatch(r"[-+]?[\d,]*\.?\d*", text) and not re.fullmatch(r"0\d+", text)
            told += not is_number and column.tells(text)
    return told / len(cells)


def _likeness(one: str, other: str) -> float:
    """How alike two folded headings are, from 0 to 1: their common pairs of characters."""
    if len(other) >= 2 and other in one:
        return 0.7 + 0.3 * len(other) / len(one)
    pairs = [Counter(pairwise(text)) for text in (one, other)]
    total = sum(pairs[0].values()) + sum(pairs[1].values())
    return 2 * (pairs[0] & pairs[1]).total() / total if total else 0.0
