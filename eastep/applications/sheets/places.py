"""The sheet of places: what each host offers to each home institution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from eastep.applications import headings as said
from eastep.applications.eligibility import MOST_PLACES, Place
from eastep.applications.records import place_record
from eastep.applications.sheets.cells import read_carried, read_length, read_season
from eastep.imports import Column, Table
from eastep.imports import known_headings as known
from eastep.imports.cells import as_is, whole_between
from eastep.imports.kinds import Kind
from eastep.imports.standard_cells import gpa_of, scale, several_levels, standard, tells, tells_gpa
from eastep.imports.university_cells import tells_university, university
from eastep.institutions.register import Register
from eastep.standards.facts import Standards
from eastep.standards.fields import parse_field
from eastep.standards.languages import LanguageRequirement, parse_requirement

SAME_PLACE = _(
    "Row {first} already has these places (same home, host, field, level, term and length). Put the numbers "
    "together in one row."
)
OWN_PLACE = _("The host is the home institution itself. Write the institution that receives the students.")


def place_kind(register: Register, standards: Standards, names: Mapping[str, str]) -> Kind[Place]:
    """Sheets of places."""
    columns = place_columns(register, standards, names)

    def make(table: Table) -> Iterator[tuple[int, Place]]:
        first: dict[tuple[object, ...], int] = {}
        for row in table.rows:
            errors_before = table.problems.errors
            gpa = gpa_of(table, row, standards)
            fields, levels = tuple(sorted(row["field"] or ())), tuple(sorted(row["level"] or ()))
            same = (row["home"], row["host"], fields, levels, row["start"], row["length"])
            if same in first:
                table.problem(row, "host", "same_place", wording=SAME_PLACE, first=first[same])
            elif row["home"] == row["host"]:
                table.problem(row, "host", "own_place", wording=OWN_PLACE)
            elif table.problems.errors == errors_before:
                place = Place(
                    row=row.number,
                    home=row["home"],
                    host=row["host"],
                    fields=fields,
                    levels=levels,
                    start=row["start"],
                    length=row["length"],
                    places=row["places"],
                    carried=row["carried"] or 0,
                    minimum_gpa=gpa,
                    language=row["language"] or LanguageRequirement(alternatives=()),
                )
                yield row.number, place
            first.setdefault(same, row.number)

    return Kind(columns=columns, make=make, adapted=lambda _names: columns, record=place_record)


def place_columns(register: Register, standards: Standards, names: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns of a sheet of places."""
    key, is_university = university(register, names), tells_university(register, names)
    field, levels = standard(parse_field, standards), several_levels(standards)
    requirement = standard(parse_requirement, standards)
    return (
        Column("home", _("Home institution"), said.HOME, key, required=True, tells=is_university),
        Column("host", _("Host institution"), said.HOST, key, required=True, tells=is_university, for_all=False),
        Column("field", _("Field (ISCED-F)"), known.FIELD, field, tells=tells(field)),
        Column("level", _("Level (EQF)"), known.LEVEL, levels, tells=tells(levels)),
        Column("start", _("Start term"), said.START, read_season, required=True, tells=tells(read_season)),
        Column("length", _("Length"), said.LENGTH, read_length, required=True, tells=tells(read_length)),
        Column("places", _("Places"), said.PLACES, whole_between(0, MOST_PLACES), required=True),
        Column("carried", _("Carried over"), said.CARRIED, read_carried),
        Column("gpa", _("Minimum GPA"), known.MINIMUM_GPA, as_is, tells=tells_gpa(standards), own=True),
        Column("scale", _("GPA scale"), known.SCALE, scale(standards)),
        Column("language", _("Language requirement"), known.REQUIREMENT, requirement,
               tells=tells(lambda cell: requirement(cell).alternatives)),
    )  # fmt: skip
