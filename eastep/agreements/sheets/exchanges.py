"""The office's own sheet of past exchanges: how many were sent to a partner and received from it, year by year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from eastep.agreements.sheets import headings as said
from eastep.agreements.sheets.days import read_year
from eastep.agreements.sheets.records import Record
from eastep.agreements.sheets.years import by_year, years
from eastep.core.sheets import Cell
from eastep.imports import Column, Row, Table
from eastep.imports.cells import text_up_to, whole_between
from eastep.imports.headings import Numbers
from eastep.imports.kinds import Kind
from eastep.imports.university_cells import tells_university, university
from eastep.institutions.register import Register
from eastep.standards.cells import says_nothing
from eastep.standards.facts import Standards

MOST = 10_000
FIGURES = ("sent", "received", "sent_terms", "received_terms")
SAME_YEAR = _(
    "Row {first} already has this year of the same partner. Put the numbers together in one row, or tell the agreements "
    "apart by their reference."
)
NO_NUMBER = _("Nothing was sent or received here, so there is nothing to take over.")
YEARS_TWICE = _(
    "The years stand side by side, and there is a column “{other}” for one year as well. Leave out the one that does not "
    "count."
)


def exchange_kind(register: Register, _standards: Standards, names: Mapping[str, str]) -> Kind[Record]:
    """Past years of exchange: long, with a row for each year, or wide, with the years side by side."""
    by = years()
    columns = exchange_columns(register, names, by)

    def make(table: Table) -> Iterator[tuple[int, Record]]:
        wide = [name for name in FIGURES if table.found.get(in_year(name))]
        if wide and (other := next((name for name in ("year", *FIGURES) if table.found.get(name)), None)):
            position = table.found[other][0]
            heading = table.headings[position]
            table.add("years_twice", table.heading_row, position, wording=YEARS_TWICE, other=heading)
            return
        first: dict[tuple[object, ...], int] = {}
        for row in table.rows:
            found = list(_side_by_side(row, by) if wide else _one_year(row))
            for year, figures in found:
                same = (row["partner"], row["reference"], year)
                if same in first:
                    where = in_year(next(iter(figures))) if wide else "year"
                    n = year if wide else 0
                    table.problem(row, where, "same_year", n=n, wording=SAME_YEAR, first=first[same])
                    continue
                first[same] = row.number
                yield (
                    row.number,
                    {
                        "partner": row["partner"],
                        "reference": row["reference"] or "",
                        "year": year,
                        **{name: figures.get(name) for name in FIGURES},
                    },
                )
            if not found:
                where = in_year(wide[0]) if wide else "sent" if table.found.get("sent") else "received"
                table.problem(row, where, "no_number", wording=NO_NUMBER, severity="notice")

    return Kind(columns=columns, make=make, adapted=lambda _names: columns)


def in_year(name: str) -> str:
    """What the column is called that a wide sheet has once a year."""
    return f"{name}_in"


def exchange_columns(register: Register, names: Mapping[str, str], by: Numbers) -> tuple[Column, ...]:
    """The columns of a sheet of past exchanges; those of a wide one are numbered *by* years."""
    key, is_university = university(register, names), tells_university(register, names)
    number, wide = _number, (("sent_in",), ("received_in",))
    return (
        Column("partner", _("Partner institution"), said.PARTNER, key, required=True, tells=is_university),
        Column("reference", _("Our reference"), said.REFERENCE, text_up_to(60), own=True),
        Column("year", _("Year"), said.YEAR, read_year, required=True, instead=wide),
        Column("sent", _("Students sent"), said.SENT, number, required=True, may_be_empty=True, own=True, instead=wide),
        Column("received", _("Students received"), said.RECEIVED, number, required=True, may_be_empty=True, own=True, instead=wide),
        Column("sent_terms", _("Terms sent"), said.SENT_TERMS, number, own=True),
        Column("received_terms", _("Terms received"), said.RECEIVED_TERMS, number, own=True),
        Column("sent_in", _("{n}: students sent"), by_year(said.SENT), number, repeats=by, own=True, in_empty_sheet=False),
        Column("received_in", _("{n}: students received"), by_year(said.RECEIVED), number, repeats=by, own=True, in_empty_sheet=False),
        Column("sent_terms_in", _("{n}: terms sent"), by_year(said.SENT_TERMS), number, repeats=by, own=True, in_empty_sheet=False),
        Column("received_terms_in", _("{n}: terms received"), by_year(said.RECEIVED_TERMS), number, repeats=by, own=True, in_empty_sheet=False),
    )  # fmt: skip


def _one_year(row: Row) -> Iterator[tuple[int, dict[str, int]]]:
    """The figures of the year of the row, if anybody was sent or received."""
    figures = {name: row[name] for name in FIGURES if row[name] is not None}
    if figures.get("sent") or figures.get("received"):
        yield row["year"], figures


def _side_by_side(row: Row, by: Numbers) -> Iterator[tuple[int, dict[str, int]]]:
    """The years in which anybody was sent or received, with their figures."""
    cells = (row[in_year(name)] for name in FIGURES)
    for year, *found in zip(sorted(by.possible), *cells, strict=True):
        figures = {name: cell for name, cell in zip(FIGURES, found, strict=True) if cell is not None}
        if figures.get("sent") or figures.get("received"):
            yield year, figures


_read_number = whole_between(0, MOST)


def _number(cell: Cell) -> int | None:
    """How many; nothing for a dash or a word for nothing."""
    return None if isinstance(cell, str) and says_nothing(cell) else _read_number(cell)
