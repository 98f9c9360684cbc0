"""The sheet of language results: what each applicant has in one test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from eastep.applications import headings as said
from eastep.imports import Column, Row, Table
from eastep.imports.cells import as_is, read_date, text_up_to
from eastep.imports.kinds import Kind
from eastep.imports.standard_cells import standard, tells, worded
from eastep.institutions.register import Register
from eastep.standards.cells import Unreadable as NotStandard
from eastep.standards.cells import text_of
from eastep.standards.facts import Standards
from eastep.standards.languages import LanguageResult, format_results, parse_results

type LanguageRecord = dict[str, str]

SAME_TEST = _(
    "Row {first} already has a result of this applicant in {test}. Keep the one that counts, and leave the other out."
)
NO_RESULT = _("No result of a test is written here. Write the test and what was reached, such as TOPIK 4.")


def language_kind(
    _register: Register, standards: Standards, _names: Mapping[str, str]
) -> Kind[LanguageRecord]:
    """Sheets of language results; a row may hold several, if they stand in one cell."""
    columns = language_columns(standards)

    def make(table: Table) -> Iterator[tuple[int, LanguageRecord]]:
        first: dict[tuple[str, str], int] = {}
        for row in table.rows:
            for result in _results(table, row, standards):
                same = (row["applicant"], result.test)
                if same in first:
                    column = "results" if row["results"] else "test"
                    facts: dict[str, Any] = {"first": first[same], "test": result.test}
                    table.problem(row, column, "same_test", wording=SAME_TEST, **facts)
                else:
                    first[same] = row.number
                    yield row.number, {"applicant": row["applicant"], "result": format_results([result])}

    return Kind(columns=columns, make=make, adapted=lambda _names: columns)


def _results(table: Table, row: Row, standards: Standards) -> tuple[LanguageResult, ...]:
    """The results in one cell, or the one of test, score and date in several."""
    if row["results"]:
        return tuple(row["results"])
    if row["test"] is None:
        table.problem(row, _column(table), "no_result", wording=NO_RESULT)
        return ()
    day = row["date"].isoformat() if row["date"] else ""
    parts = (text_of(row["test"]), text_of(row["value"]), day)
    try:
        found = parse_results(" ".join(filter(None, parts)), standards)
    except NotStandard as error:
        about_value = row["value"] is not None and error.code != "language_test_unknown"
        table.problem(row, "value" if about_value else "test", error.code, wording=worded(error))
        return ()
    if not found:
        table.problem(row, "test", "no_result", wording=NO_RESULT)
    return found


def _column(table: Table) -> str:
    return "test" if table.found.get("test") else "results"


def language_columns(standards: Standards) -> tuple[Column, ...]:
    """The columns of a sheet of language results."""
    results = standard(parse_results, standards)
    return (
        Column("applicant", _("Applicant number"), said.ID, text_up_to(60), required=True, own=True),
        Column("test", _("Language test"), said.TEST, as_is, required=True, may_be_empty=True,
               instead=(("results",),)),
        Column("value", _("Score or level"), said.TEST_VALUE, as_is, for_all=False),
        Column("date", _("Date of the test"), said.TEST_DATE, read_date),
        Column("results", _("Language results"), said.RESULTS, results, tells=tells(results), own=True, in_empty_sheet=False),
    )  # fmt: skip
