"""The office's own sheet of past exchanges: how many were sent to a partner and received from it, year by year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from eastep.agreements.sheets import headings as said
from eastep.agreements.sheets.days import read_year
from eastep.agreements.sheets.records import Record
from eastep.imports import Column, Table
from eastep.imports.cells import text_up_to, whole_between
from eastep.imports.kinds import Kind
from eastep.imports.university_cells import tells_university, university
from eastep.institutions.register import Register
from eastep.standards.facts import Standards

MOST = 10_000
SAME_YEAR = _(
    "Row {first} already has this year of the same partner. Put the numbers together in one row, or tell the agreements "
    "apart by their reference."
)
NO_NUMBER = _("Nothing was sent or received here, so there is nothing to take over.")


def exchange_kind(register: Register, _standards: Standards, names: Mapping[str, str]) -> Kind[Record]:
    """Past years of exchange."""
    columns = exchange_columns(register, names)

    def make(table: Table) -> Iterator[tuple[int, Record]]:
        first: dict[tuple[object, ...], int] = {}
        for row in table.rows:
            same = (row["partner"], row["reference"], row["year"])
            if same in first:
                table.problem(row, "year", "same_year", wording=SAME_YEAR, first=first[same])
                continue
            first[same] = row.number
            if not (row["sent"] or row["received"]):
                where = "sent" if table.found.get("sent") else "received"
                table.problem(row, where, "no_number", wording=NO_NUMBER, severity="notice")
                continue
            yield (
                row.number,
                {
                    "partner": row["partner"],
                    "reference": row["reference"] or "",
                    "year": row["year"],
                    **{name: row[name] for name in ("sent", "received", "sent_terms", "received_terms")},
                },
            )

    return Kind(columns=columns, make=make, adapted=lambda _names: columns)


def exchange_columns(register: Register, names: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns of a sheet of past exchanges."""
    key, is_university = university(register, names), tells_university(register, names)
    number = whole_between(0, MOST)
    return (
        Column("partner", _("Partner institution"), said.PARTNER, key, required=True, tells=is_university),
        Column("reference", _("Our reference"), said.REFERENCE, text_up_to(60), own=True),
        Column("year", _("Year"), said.YEAR, read_year, required=True),
        Column("sent", _("Students sent"), said.SENT, number, required=True, may_be_empty=True, own=True),
        Column("received", _("Students received"), said.RECEIVED, number, required=True, may_be_empty=True, own=True),
        Column("sent_terms", _("Terms sent"), said.SENT_TERMS, number, own=True),
        Column("received_terms", _("Terms received"), said.RECEIVED_TERMS, number, own=True),
    )  # fmt: skip
