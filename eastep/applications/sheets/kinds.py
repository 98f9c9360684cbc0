"""One door to the three kinds of sheet: what columns each has, how a file is probably laid out, what it holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from eastep.applications.eligibility import Applicant, Place
from eastep.applications.records import Record, applicant_record, place_record
from eastep.applications.sheets.applicants import applicant_columns, applicant_kind
from eastep.applications.sheets.languages import language_columns, language_kind
from eastep.applications.sheets.places import place_columns, place_kind
from eastep.applications.sheets.taking import Taken, take
from eastep.core.sheets import Workbook
from eastep.imports import Column, Layout
from eastep.imports.layout import Source
from eastep.imports.proposal import Proposal, propose
from eastep.institutions.register import Register
from eastep.standards.facts import Standards

KINDS = ("places", "applicants", "languages")
_NO_NAMES: Mapping[str, str] = {}


def columns_of(
    kind: str, *, register: Register, standards: Standards, names: Mapping[str, str] = _NO_NAMES
) -> tuple[Column, ...]:
    """The columns of one of KINDS. *names* says whom a name was confirmed to mean: by `folding.plain`, the key."""
    match kind:
        case "places":
            return place_columns(register, standards, names)
        case "applicants":
            return applicant_columns(register, standards, names)
        case "languages":
            return language_columns(standards)
    raise ValueError(kind)


def propose_layout(
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
        columns = columns_of(kind, register=register, standards=standards, names=names)
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

    return max((proposed(one) for one in ([kind] if kind else KINDS)), key=_rating)


def _rating(proposal: Proposal) -> tuple[int, bool]:
    sure = [column for column in proposal.columns if column.name and column.sure != "likely"]
    return len(sure), not proposal.missing


def read_sheet(
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
    """The good rows of a file as records (see records.py), and what is wrong with the others.

    Without *layout* the headings tell. *mends* stand in the place of cells, by (row, position).
    """
    how: dict[str, Any] = {
        "layout": layout,
        "mends": dict(mends),
        "left_out": left_out,
        "on_progress": on_progress,
    }
    match kind:
        case "places":
            places = take(place_kind(register, standards, names), book_or_content, name, **how)
            return _as_records(places, place_record)
        case "applicants":
            applicants = take(applicant_kind(register, standards, names), book_or_content, name, **how)
            return _as_records(applicants, applicant_record)
        case "languages":
            return take(language_kind(standards), book_or_content, name, **how)
    raise ValueError(kind)


def _as_records[T](taken: Taken[T], record: Callable[[T], Record]) -> Taken[Record]:
    return replace(taken, rows=tuple(map(record, taken.rows)))  # type: ignore[arg-type, return-value]


def read_places(content: bytes, name: str, *, register: Register, standards: Standards) -> Taken[Place]:
    """The sheet of places. A file that is no sheet is one error."""
    return take(place_kind(register, standards, _NO_NAMES), content, name)


def read_applicants(
    content: bytes, name: str, *, register: Register, standards: Standards
) -> Taken[Applicant]:
    """The sheet of applicants. A file that is no sheet is one error."""
    return take(applicant_kind(register, standards, _NO_NAMES), content, name)


def columns_of_sheets() -> list[tuple[Any, list[dict[str, Any]]]]:
    """All kinds of sheet and what their columns are called, for the page that explains them."""
    known = {"register": Register.shipped(), "standards": Standards.shipped()}
    titles = {
        "places": _("Sheet of places"),
        "applicants": _("Sheet of applicants"),
        "languages": _("Sheet of language results"),
    }
    return [(titles[kind], _explained(columns_of(kind, **known))) for kind in KINDS]  # type: ignore[arg-type]


def _explained(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Each column with its first number, where it has numbers."""
    return [
        {
            "label": str(column.label).replace("{n}", "1"),
            "required": column.required,
            "headings": [heading.replace("{n}", "1") for heading in column.headings],
        }
        for column in columns
    ]
