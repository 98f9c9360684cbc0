"""A file taken in as one kind of sheet: which of its sheets, its good rows, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from eastep.core.sheets import Detected, Sheet, Workbook, read_workbook
from eastep.imports import Column, Layout, Problem, Table, read_table
from eastep.imports.reading import Mends
from eastep.institutions.folding import plain

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
    unknown_names: Mapping[str, UnknownName] = field(default_factory=dict)  # by the name as written


@dataclass(frozen=True, kw_only=True)
class Kind[T]:
    """One kind of sheet. *make* gives each good row with its number; *adapted* are the columns to read with,
    where the columns of these names are there."""

    columns: Sequence[Column]
    make: Callable[[Table], Iterator[tuple[int, T]]]
    adapted: Callable[[Collection[str]], Sequence[Column]]


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
    made = tuple(kind.make(table))
    problems = table.problems
    where = name if table.sheet in name else f"{name} › {table.sheet}"
    return Taken(
        rows=tuple(row for _number, row in made),
        numbers=tuple(number for number, _row in made),
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
