"""The sheet of applicants: wide, with the choices side by side, or long, with a row for each choice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from eastep.applications import headings as said
from eastep.applications.eligibility import Applicant, Choice
from eastep.applications.records import applicant_record
from eastep.applications.sheets.cells import (
    CHOICES,
    one_field,
    read_language,
    read_length,
    read_rank,
    read_score,
    read_season,
)
from eastep.imports import Column, Row, Table
from eastep.imports import known_headings as known
from eastep.imports.agreed import agreed
from eastep.imports.cells import as_is, text_up_to
from eastep.imports.headings import counted
from eastep.imports.kinds import Kind
from eastep.imports.standard_cells import gpa_of, scale, standard, tells, tells_gpa
from eastep.imports.university_cells import tells_university, university
from eastep.institutions.register import Register
from eastep.standards.facts import Standards
from eastep.standards.languages import parse_results
from eastep.standards.levels import parse_level

TERM_NEEDED = _("This choice has no start term. Write one, such as 2027-spring.")
LENGTH_NEEDED = _("This choice has no length. Write “term” or “year”.")
NO_HOST = _("There is no host institution here, so this choice is left out. Write one if a choice is meant.")
SAME_CHOICE = _("This is the same as choice {first}, so it is left out.")
CHOICE_GAP = _("There is an empty choice before this one; it moves up.")
DISAGREES = _(
    "Row {first} has “{other}” here for the same applicant. Write the same in both rows, or give one of them "
    "another applicant number."
)
SAME_RANK = _(
    "Row {first} is choice {rank} of the same applicant already. Give each choice a number of its own."
)
RANK_NEEDED = _(
    "Other rows of this applicant say which choice they are. Write the number of this choice too."
)
TOO_MANY = _(
    "This applicant has more than {limit} choices, beginning with row {first}. Leave some of them out."
)
CHOICES_TWICE = _(
    "The choices stand side by side, and there is a column “{other}” with a host as well. "
    "Leave out the one that does not count."
)

# What the rows of one applicant must agree in; start term and length are each choice's own.
_OWN = ("name", "family", "given", "home", "field", "level", "languages", "score", "language")


def applicant_kind(register: Register, standards: Standards, names: Mapping[str, str]) -> Kind[Applicant]:
    """Sheets of applicants, wide and long."""
    columns = applicant_columns(register, standards, names)
    long = tuple(_in_long(column) for column in columns)

    def adapted(have: Collection[str]) -> Sequence[Column]:
        return long if "host" in have and "hosts" not in have else columns

    def make(table: Table) -> Iterator[tuple[int, Applicant]]:
        if table.found.get("host") and table.found["hosts"]:
            position = table.found["host"][0]
            table.add(
                "choices_twice", table.heading_row, position, wording=CHOICES_TWICE,
                other=table.headings[position] if position < len(table.headings) else "",
            )  # fmt: skip
            return
        is_long, last = bool(table.found.get("host")), _last_choice(table)
        for rows in _groups(table) if is_long else ([row] for row in table.rows):
            errors_before = table.problems.errors
            one = _Person(table, rows)
            gpa = one.agreed("gpa", lambda row: gpa_of(table, row, standards))
            values = {name: one.agreed(name) for name in _OWN} if is_long else {n: rows[0][n] for n in _OWN}
            name = one.name(values)
            choices = tuple(_ranked(table, rows) if is_long else _side_by_side(table, rows[0], last))
            if is_long:
                one.require(table, columns, values)
            if table.problems.errors == errors_before:
                yield (
                    rows[0].number,
                    Applicant(
                        row=rows[0].number,
                        id=rows[0]["id"],
                        name=name,
                        home=values["home"],
                        field=values["field"][0],
                        level=values["level"],
                        gpa=gpa,
                        languages=values["languages"] or (),
                        score=values["score"],
                        choices=choices,
                        language=values["language"] or "",
                    ),
                )

    return Kind(columns=columns, make=make, adapted=adapted, record=applicant_record)


def applicant_columns(
    register: Register, standards: Standards, names: Mapping[str, str]
) -> tuple[Column, ...]:
    """The columns of a sheet of applicants; *host* and *rank* are those of a long one."""
    key, is_university = university(register, names), tells_university(register, names)
    field, level = one_field(standards), standard(parse_level, standards)
    results = standard(parse_results, standards)
    is_term, is_length, numbers = tells(read_season), tells(read_length), counted(CHOICES)
    return (
        Column("id", _("Applicant number"), said.ID, text_up_to(60), required=True, unique=True, own=True),
        Column("name", _("Name"), said.NAME, text_up_to(300), required=True, instead=(("family", "given"),), own=True),
        Column("family", _("Family name"), said.FAMILY, text_up_to(150), own=True, in_empty_sheet=False),
        Column("given", _("Given name"), said.GIVEN, text_up_to(150), beside="family", own=True, in_empty_sheet=False),
        Column("home", _("Home institution"), said.HOME, key, required=True, tells=is_university),
        Column("field", _("Field (ISCED-F)"), known.FIELD, field, required=True, tells=tells(field)),
        Column("level", _("Level (EQF)"), known.LEVEL, level, required=True, tells=tells(level)),
        Column("gpa", _("GPA"), said.GPA, as_is, tells=tells_gpa(standards), own=True),
        Column("scale", _("GPA scale"), known.SCALE, scale(standards)),
        Column("languages", _("Language results"), said.RESULTS, results, tells=tells(results), own=True),
        Column("score", _("Score"), said.SCORE, read_score, required=True, own=True),
        Column("language", _("Language of letters"), said.LETTERS, read_language),
        Column("start", _("Start term"), said.START, read_season, tells=is_term, in_empty_sheet=False),
        Column("length", _("Length"), said.LENGTH, read_length, tells=is_length, in_empty_sheet=False),
        Column("hosts", _("Choice {n}: host"), said.CHOICE_HOST, key, repeats=numbers, tells=is_university),
        Column("starts", _("Choice {n}: start term"), said.CHOICE_START, read_season, repeats=numbers, tells=is_term),
        Column("lengths", _("Choice {n}: length"), said.CHOICE_LENGTH, read_length, repeats=numbers, tells=is_length),
        Column("rank", _("Choice number"), said.RANK, as_is, for_all=False, in_empty_sheet=False),
        Column("host", _("Host of the choice"), said.WISH, key, for_all=False, in_empty_sheet=False),
    )  # fmt: skip


def _in_long(column: Column) -> Column:
    """In a long sheet numbers come again, and what holds for the applicant may stand in one row only."""
    if column.name == "id":
        return replace(column, unique=False)
    return replace(column, read=read_rank) if column.name == "rank" else replace(column, may_be_empty=True)


def _groups(table: Table) -> Iterator[list[Row]]:
    """The rows of each applicant of a long sheet, but for applicants of whom any row is bad."""
    bad = {row["id"] for row in table.bad_rows}
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        if row["id"] not in bad:
            groups.setdefault(row["id"], []).append(row)
    yield from groups.values()


class _Person:
    """The rows of one applicant."""

    def __init__(self, table: Table, rows: Sequence[Row]) -> None:
        self.table, self.rows = table, rows

    def agreed(self, name: str, value: Callable[[Row], Any] | None = None) -> Any:
        return agreed(self.table, self.rows, name, wording=DISAGREES, value=value)

    def name(self, values: Mapping[str, Any]) -> str:
        """The whole name, or family and given name, of which a person may have only one."""
        if values["name"]:
            return str(values["name"])
        parts = [values["family"], values["given"]]
        if not any(parts):
            where = "family" if self.table.found.get("family") else "name"
            self.table.problem(self.rows[0], where, "empty", label=_("Name"))
        return " ".join(filter(None, parts))

    def require(self, table: Table, columns: Sequence[Column], values: Mapping[str, Any]) -> None:
        """A problem about whatever none of the rows says."""
        for column in columns:
            if (
                column.required
                and column.name in values
                and values[column.name] is None
                and column.name != "name"
            ):
                table.problem(self.rows[0], column.name, "empty", label=column.label)


def _last_choice(table: Table) -> int:
    """The highest number of a choice that the sheet has a column for."""
    return max((n for _name, n in table.sources.values()), default=0)


def _side_by_side(table: Table, row: Row, last: int) -> Iterator[Choice]:
    """The choices of a row, up to number *last*, with their numbers in the headings; what a choice lacks, the applicant's one says."""
    numbers: dict[Choice, int] = {}
    is_empty_before = False
    start_of_all, length_of_all = row["start"], row["length"]
    for number, (host, own_start, own_length) in enumerate(
        zip(row["hosts"][:last], row["starts"][:last], row["lengths"][:last], strict=True), 1
    ):
        if host is None and own_start is None and own_length is None:
            is_empty_before = True
            continue
        start = start_of_all if own_start is None else own_start
        length = length_of_all if own_length is None else own_length
        if host is None:
            table.problem(row, "hosts", "no_host", n=number, wording=NO_HOST, severity="notice")
            is_empty_before = True
        elif start is None:
            table.problem(
                row, _there(table, "starts", number, "start"), "term_needed", n=number, wording=TERM_NEEDED
            )
        elif length is None:
            where = _there(table, "lengths", number, "length")
            table.problem(row, where, "length_needed", n=number, wording=LENGTH_NEEDED)
        else:
            choice = Choice(host=host, start=start, length=length)
            if choice in numbers:
                facts: dict[str, Any] = {"n": number, "first": numbers[choice]}
                table.problem(row, "hosts", "same_choice", wording=SAME_CHOICE, severity="notice", **facts)
                continue
            if is_empty_before:
                table.problem(row, "hosts", "choice_gap", n=number, wording=CHOICE_GAP, severity="notice")
                is_empty_before = False
            numbers[choice] = number
            yield choice


def _there(table: Table, repeated: str, number: int, single: str) -> str:
    """Where what is lacking can be filled in: beside the choice, else in the applicant's one cell."""
    place = table.places[repeated]
    is_beside = not isinstance(place, int) and place[number] >= 0
    return repeated if is_beside or not table.found.get(single) else single


def _ranked(table: Table, rows: Sequence[Row]) -> Iterator[Choice]:
    """The choices of an applicant with one row each, by their numbers, else in the order of the rows."""
    wishes = [row for row in rows if row["host"] is not None]
    if len(rows) > 1:
        for row in rows:
            if row["host"] is None:
                table.problem(row, "host", "no_host", wording=NO_HOST, severity="notice")
    if len(wishes) > CHOICES:
        facts: dict[str, Any] = {"first": wishes[0].number, "limit": CHOICES}
        table.problem(wishes[CHOICES], "host", "too_many_choices", wording=TOO_MANY, **facts)
    ranks = _ranks(table, wishes)
    numbers: dict[Choice, int] = {}
    last = 0
    for rank, row in sorted(zip(ranks, wishes, strict=True), key=lambda pair: pair[0]):
        if row["start"] is None:
            table.problem(row, "start", "term_needed", wording=TERM_NEEDED)
        elif row["length"] is None:
            table.problem(row, "length", "length_needed", wording=LENGTH_NEEDED)
        else:
            choice = Choice(host=row["host"], start=row["start"], length=row["length"])
            if choice in numbers:
                facts = {"first": numbers[choice]}
                table.problem(row, "host", "same_choice", wording=SAME_CHOICE, severity="notice", **facts)
            else:
                if rank > last + 1:
                    where = "rank" if table.found.get("rank") else "host"
                    table.problem(row, where, "choice_gap", wording=CHOICE_GAP, severity="notice")
                numbers[choice] = rank
                yield choice
        last = rank


def _ranks(table: Table, wishes: Sequence[Row]) -> list[int]:
    """The number of each choice; without any number, the order of the rows."""
    if all(row["rank"] is None for row in wishes):
        return list(range(1, len(wishes) + 1))
    first: dict[int, int] = {}
    for row in wishes:
        rank = row["rank"]
        if rank is None:
            table.problem(row, "rank", "rank_needed", wording=RANK_NEEDED)
        elif rank in first:
            facts: dict[str, Any] = {"first": first[rank], "rank": rank}
            table.problem(row, "rank", "same_rank", wording=SAME_RANK, **facts)
        else:
            first[rank] = row.number
    return [row["rank"] or 0 for row in wishes]
