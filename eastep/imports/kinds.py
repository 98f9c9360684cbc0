"""Kinds of sheet: what columns each has, how a file is probably laid out as one, and what it then holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from eastep.core.sheets import Detected, Sheet, Workbook, read_workbook
from eastep.imports import Column, Layout, Problem, Table, read_table
from eastep.imports.inbox import Record
from eastep.imports.layout import LEFT_OUT, Source
from eastep.imports.proposal import Proposal, propose
from eastep.imports.reading import Mends
from eastep.institutions.folding import plain
from eastep.institutions.register import Register
from eastep.standards.facts import Standards

_NO_NAMES: Mapping[str, str] = {}
NO_SUCH_SHEET = _("The file has no sheet “{value}”. Choose one of its sheets: {sheets}.")


@dataclass(frozen=True, kw_only=True)
class UnknownName:
    """A name that is no known institution's, or several's: to be asked about once."""

    written: str  # as it stands in the first of the rows
    count: int  # of cells
    rows: tuple[int, ...]
    candidates: tuple[str, ...]  # keys, the best first


@dataclass(frozen=True, kw_only=True)
class Taken[T]:
    """What one sheet held: its good rows, what is wrong with the others, and how the file was read."""

    rows: tuple[T, ...]
    problems: tuple[Problem, ...]  # the first ten thousand
    errors: int
    notices: int
    detected: Detected | None  # None where the file is no sheet at all
    numbers: tuple[
        int, ...
    ] = ()  # of each of the rows: where it stands in the file (the first, if in several)
    all_numbers: tuple[tuple[int, ...], ...] = ()  # the same with all of them
    unknown_names: Mapping[str, UnknownName] = field(default_factory=dict)  # by the name as written


@dataclass(frozen=True, kw_only=True)
class Kind[T]:
    """One kind of sheet. *make* gives each good row with its number, or with those of all rows that it is made of; *adapted* are the columns to read with,
    where the columns of these names are there; *record* makes a good row plain JSON values."""

    columns: Sequence[Column]
    make: Callable[[Table], Iterator[tuple[int | tuple[int, ...], T]]]
    adapted: Callable[[Collection[str]], Sequence[Column]]
    record: Callable[[T], Record] = dict  # type: ignore[assignment]


class KindOf(Protocol):
    """The kind as it reads with what is known: *names* says whom a name was confirmed to mean (by
    `folding.plain`, the key)."""

    def __call__(
        self, register: Register, standards: Standards, names: Mapping[str, str], /
    ) -> Kind[Any]: ...


@dataclass(frozen=True)
class SheetKinds:
    """The kinds of sheet that an app takes, by name, with what each is called."""

    kinds: Mapping[str, KindOf]
    titles: Mapping[str, Any]

    def columns_of(
        self, kind: str, *, register: Register, standards: Standards, names: Mapping[str, str] = _NO_NAMES
    ) -> Sequence[Column]:
        return self.kinds[kind](register, standards, names).columns

    def columns_in_words(self, kind: str) -> Sequence[Column]:
        """The columns of a kind, for what they are called; nothing can be read with them."""
        if not kind:  # not found out yet
            return ()
        return self.columns_of(kind, register=Register.shipped(), standards=Standards.shipped())

    def propose_layout(
        self,
        book: Workbook,
        kind: str,
        *,
        register: Register,
        standards: Standards,
        names: Mapping[str, str] = _NO_NAMES,
        remembered: Mapping[str, Mapping[str, Source]] | None = None,
        constants: Mapping[str, str] | None = None,
        sheet: str | None = None,
        heading_row: int | None = None,
    ) -> Proposal:
        """How *book* is probably laid out as *kind*, or, for "", as the kind of which it has most columns.

        *remembered* has the confirmed headings of each kind; *constants* that a kind has no column for are not for it.
        """

        def proposed(kind: str) -> Proposal:
            columns = self.columns_of(kind, register=register, standards=standards, names=names)
            ours = {column.name for column in columns}
            found = propose(
                book.sheets,
                columns,
                remembered=(remembered or {}).get(kind, {}),
                constants={name: text for name, text in (constants or {}).items() if name in ours},
                sheet=sheet,
                heading_row=heading_row,
            )
            return replace(found, kind=kind)

        return max((proposed(one) for one in ([kind] if kind else self.kinds)), key=_rating)

    def read_sheet(
        self,
        kind: str,
        book_or_content: Workbook | bytes,
        *,
        name: str,
        layout: Layout | None,
        register: Register,
        standards: Standards,
        names: Mapping[str, str] = _NO_NAMES,
        mends: Mapping[tuple[int, int], str] | Iterable[tuple[tuple[int, int], str]] = (),
        left_out: Collection[int] = (),
        on_progress: Callable[[int], None] | None = None,
    ) -> Taken[Record]:
        """The good rows of a file as records, and what is wrong with the others.

        Without *layout* the headings tell. *mends* stand in the place of cells, by (row, position).
        """
        found = self.kinds[kind](register, standards, names)
        taken = take(
            found,
            book_or_content,
            name,
            layout=layout,
            mends=dict(mends),
            left_out=left_out,
            on_progress=on_progress,
        )
        return replace(taken, rows=tuple(map(found.record, taken.rows)))

    def explained(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        """All kinds and what their columns are called, each with its first number where it has numbers."""
        return [
            (self.titles[kind], [_explained(column) for column in self.columns_in_words(kind)])
            for kind in self.kinds
        ]


def _explained(column: Column) -> dict[str, Any]:
    first = column.repeats.possible[0] if column.repeats else 0
    return {
        "label": column.label_of(first),
        "required": column.required,
        "headings": [heading.replace("{n}", str(first)) for heading in column.headings],
    }


def _rating(proposal: Proposal) -> tuple[int, bool, bool]:
    """How many columns of ours it has for sure; whether nothing is missing; whether headings are told apart by numbers."""
    sure = {column.source for column in proposal.columns if column.sure in ("remembered", "known")}
    return len(sure - {LEFT_OUT}), not proposal.missing, any(column.n for column in proposal.columns)


def take[T](
    kind: Kind[T],
    file: Workbook | bytes,
    name: str,
    *,
    layout: Layout | None = None,
    mends: Mends | None = None,
    left_out: Collection[int] = (),
    on_progress: Callable[[int], None] | None = None,
) -> Taken[T]:
    """Read *file* as *kind*. A file that is no sheet is one error.

    Without *layout*, the first sheet is read that has all headings that are needed; if none has them, the one that
    comes nearest.
    """
    try:
        book = file if isinstance(file, Workbook) else read_workbook(file, filename=name)
    except ValidationError as error:
        return _nothing(_no_sheet(name, error), None)
    how: dict[str, Any] = {"mends": mends, "left_out": left_out, "on_progress": on_progress}
    if layout is None:
        table, unknown = _read_by_headings(kind, book, how)
    else:
        sheet = next((sheet for sheet in book.sheets if sheet.name == layout.sheet), None)
        if sheet is None:
            return _nothing(_no_such_sheet(name, layout.sheet, book), book.detected)
        have = {column for column, _n in layout.columns.values()}
        table, unknown = _read(sheet, kind.adapted(have), {**how, "layout": layout})
    made = tuple(
        (number if isinstance(number, tuple) else (number,), row) for number, row in kind.make(table)
    )
    problems = table.problems
    where = name if table.sheet in name else f"{name} › {table.sheet}"
    return Taken(
        rows=tuple(row for _numbers, row in made),
        numbers=tuple(numbers[0] for numbers, _row in made),
        all_numbers=tuple(numbers for numbers, _row in made),
        problems=tuple(replace(problem, sheet=where) for problem in problems),
        errors=problems.errors,
        notices=problems.notices,
        detected=book.detected,
        unknown_names=unknown.names,
    )


def _read_by_headings(kind: Kind[Any], book: Workbook, how: dict[str, Any]) -> tuple[Table, _Unknown]:
    seen = [sheet for sheet in book.sheets if not sheet.hidden] or list(book.sheets)
    best = seen[0]
    table, unknown = _read(best, kind.columns, how)
    for sheet in seen[1:]:
        if table.heading_row and not table.problems.by_code["missing_column"]:
            break
        other, other_unknown = _read(sheet, kind.columns, how)
        if len(other.found) > len(table.found):
            best, table, unknown = sheet, other, other_unknown
    columns = kind.adapted([name for name, positions in table.found.items() if positions])
    return (table, unknown) if columns is kind.columns else _read(best, columns, how)


def _read(sheet: Sheet, columns: Sequence[Column], how: dict[str, Any]) -> tuple[Table, _Unknown]:
    unknown = _Unknown()
    return read_table(sheet, columns, on_problem=unknown.hear, **how), unknown


class _Unknown:
    """The names among the problems that no institution could be found for."""

    def __init__(self) -> None:
        self._cells: dict[str, list[Problem]] = {}

    def hear(self, problem: Problem) -> None:
        if problem.code in {"unknown_institution", "ambiguous_institution"}:
            written = str(problem.facts["written"])
            self._cells.setdefault(plain(written) or written, []).append(problem)

    @property
    def names(self) -> dict[str, UnknownName]:
        """By the name as it is first written; the most frequent first."""
        found = [
            UnknownName(
                written=str(problems[0].facts["written"]),
                count=len(problems),
                rows=tuple(dict.fromkeys(problem.row for problem in problems if problem.row)),
                candidates=tuple(problems[0].facts["keys"]),  # type: ignore[arg-type]
            )
            for problems in self._cells.values()
        ]
        return {one.written: one for one in sorted(found, key=lambda one: -one.count)}


def _nothing(problem: Problem, detected: Detected | None) -> Taken[Any]:
    return Taken(rows=(), problems=(problem,), errors=1, notices=0, detected=detected)


def _no_sheet(name: str, error: ValidationError) -> Problem:
    """Why a file could not be read at all, as a problem like the others."""
    sentence = lazy(lambda: " ".join(error.messages).replace("{", "{{").replace("}", "}}"), str)()
    return Problem(sheet=name, row=0, letter="", heading="", value="", code=str(error.code), wording=sentence)


def _no_such_sheet(name: str, sheet: str, book: Workbook) -> Problem:
    sheets = ", ".join(f"“{one.name}”" for one in book.sheets)
    return Problem(
        sheet=name, row=0, letter="", heading="", value=sheet, code="no_such_sheet", wording=NO_SUCH_SHEET,
        facts={"sheets": sheets},
    )  # fmt: skip
