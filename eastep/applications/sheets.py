"""The two sheets of a placement: their columns, and how a row becomes a place or an applicant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from eastep.applications import headings as said
from eastep.applications.eligibility import Applicant, Choice, Place
from eastep.core.sheets import Cell, Detected, read_workbook
from eastep.imports import Column, Problem, Row, Table, Unreadable, read_table
from eastep.imports.cells import decimal_between, one_of, text_up_to, whole_between
from eastep.institutions.register import Register
from eastep.institutions.seasons import Season, SeasonError, parse_season
from eastep.standards import sentences
from eastep.standards.cells import Unreadable as NotStandard
from eastep.standards.facts import Standards
from eastep.standards.fields import parse_field
from eastep.standards.gpa import Gpa, parse_gpa
from eastep.standards.languages import LanguageRequirement, parse_requirement, parse_results
from eastep.standards.levels import parse_level

CHOICES = 20  # ranked choices that an applicant may have
MOST_PLACES = 100_000
LONGEST_TEXT = 1_000
EARLIEST, LATEST = Season(2020, 1), Season(2099, 2)  # the dates of terms are known from 2020


@dataclass(frozen=True, kw_only=True)
class Taken[T]:
    """What one sheet held: its good rows, what is wrong with the others, and how the file was read."""

    rows: tuple[T, ...]
    problems: tuple[Problem, ...]  # the first ten thousand
    errors: int
    notices: int
    detected: Detected | None  # None where the file is no sheet at all


def read_places(content: bytes, name: str, *, register: Register, standards: Standards) -> Taken[Place]:
    """The sheet of places. A file that is no sheet is one error."""
    columns = _place_columns(register, standards)

    def places(table: Table) -> Iterator[Place]:
        first: dict[tuple[object, ...], int] = {}
        for row in table.rows:
            errors_before = table.problems.errors
            gpa = _gpa(table, row, standards)
            fields, levels = tuple(sorted(row["field"] or ())), tuple(sorted(row["level"] or ()))
            same = (row["home"], row["host"], fields, levels, row["start"], row["length"])
            if same in first:
                table.problem(row, "host", "same_place", wording=SAME_PLACE, first=first[same])
            elif row["home"] == row["host"]:
                table.problem(row, "host", "own_place", wording=OWN_PLACE)
            elif table.problems.errors == errors_before:
                yield Place(
                    row=row.number,
                    home=row["home"],
                    host=row["host"],
                    fields=fields,
                    levels=levels,
                    start=row["start"],
                    length=row["length"],
                    places=row["places"],
                    minimum_gpa=gpa,
                    language=row["language"] or LanguageRequirement(alternatives=()),
                )
            first.setdefault(same, row.number)

    return _taken(content, name, columns, places)


def read_applicants(
    content: bytes, name: str, *, register: Register, standards: Standards
) -> Taken[Applicant]:
    """The sheet of applicants. A file that is no sheet is one error."""
    columns = _applicant_columns(register, standards)

    def applicants(table: Table) -> Iterator[Applicant]:
        for row in table.rows:
            errors_before = table.problems.errors
            gpa = _gpa(table, row, standards)
            choices = tuple(_choices(table, row))
            if table.problems.errors == errors_before:
                yield Applicant(
                    row=row.number,
                    id=row["id"],
                    name=row["name"],
                    home=row["home"],
                    field=row["field"][0],
                    level=row["level"],
                    gpa=gpa,
                    languages=row["languages"] or (),
                    score=row["score"],
                    choices=choices,
                )

    return _taken(content, name, columns, applicants)


def _taken[T](
    content: bytes, name: str, columns: Sequence[Column], make: Callable[[Table], Iterator[T]]
) -> Taken[T]:
    """Read the first sheet with all headings that are needed; if none has them, the one that comes nearest."""
    try:
        book = read_workbook(content, filename=name)
    except ValidationError as error:
        return Taken(rows=(), problems=(_no_sheet(name, error),), errors=1, notices=0, detected=None)
    seen = [sheet for sheet in book.sheets if not sheet.hidden] or list(book.sheets)
    table = read_table(seen[0], columns)
    for sheet in seen[1:]:
        if table.heading_row and not table.problems.by_code["missing_column"]:
            break
        other = read_table(sheet, columns)
        table = max(table, other, key=lambda one: len(one.found))
    rows = tuple(make(table))
    problems = table.problems
    where = name if table.sheet in name else f"{name} › {table.sheet}"
    return Taken(
        rows=rows,
        problems=tuple(replace(problem, sheet=where) for problem in problems),
        errors=problems.errors,
        notices=problems.notices,
        detected=book.detected,
    )


def _no_sheet(name: str, error: ValidationError) -> Problem:
    """Why a file could not be read at all, as a problem like the others."""
    sentence = lazy(lambda: " ".join(error.messages).replace("{", "{{").replace("}", "}}"), str)()
    return Problem(sheet=name, row=0, letter="", heading="", value="", code=str(error.code), wording=sentence)


# What takes more than one cell


def _gpa(table: Table, row: Row, standards: Standards) -> Gpa | None:
    """The grade point average with its scale, in one cell (3.8/4.5) or in two."""
    if row["gpa"] is None:
        return None
    try:
        return parse_gpa(row["gpa"], standards, scale=row["scale"])
    except NotStandard as error:
        column = "scale" if error.code == "gpa_scale_unknown" and row["scale"] is not None else "gpa"
        table.problem(row, column, error.code, wording=_worded(error))
        return None


def _choices(table: Table, row: Row) -> Iterator[Choice]:
    numbers: dict[Choice, int] = {}
    is_empty_before = False
    for number, (host, start, length) in enumerate(
        zip(row["hosts"], row["starts"], row["lengths"], strict=True), 1
    ):
        if host is None and start is None and length is None:
            is_empty_before = True
        elif host is None:
            table.problem(row, "hosts", "host_needed", n=number, wording=HOST_NEEDED)
        elif start is None:
            table.problem(row, "starts", "term_needed", n=number, wording=TERM_NEEDED)
        elif length is None:
            table.problem(row, "lengths", "length_needed", n=number, wording=LENGTH_NEEDED)
        else:
            choice = Choice(host=host, start=start, length=length)
            if choice in numbers:
                table.problem(
                    row, "hosts", "same_choice", n=number, wording=SAME_CHOICE, first=numbers[choice]
                )
            if is_empty_before:
                table.problem(row, "hosts", "choice_gap", n=number, wording=CHOICE_GAP, severity="notice")
                is_empty_before = False
            numbers.setdefault(choice, number)
            yield choice


# Columns


def columns_of_sheets() -> list[tuple[Any, list[dict[str, Any]]]]:
    """Both kinds of sheet and what their columns are called, for the page that explains them."""
    register, standards = Register.shipped(), Standards.shipped()
    sheets = [
        (_("Sheet of places"), _place_columns(register, standards)),
        (_("Sheet of applicants"), _applicant_columns(register, standards)),
    ]
    return [(title, [_explained(column) for column in columns]) for title, columns in sheets]


def _explained(column: Column) -> dict[str, Any]:
    """A column with its first number, where it has numbers."""
    return {
        "label": str(column.label).replace("{n}", "1"),
        "required": column.required,
        "headings": [heading.replace("{n}", "1") for heading in column.headings],
    }


def _place_columns(register: Register, standards: Standards) -> tuple[Column, ...]:
    university = _university(register)
    return (
        Column("home", _("Home institution"), said.HOME, university, required=True),
        Column("host", _("Host institution"), said.HOST, university, required=True),
        Column("field", _("Field (ISCED-F)"), said.FIELD, _standard(parse_field, standards)),
        Column("level", _("Level (EQF)"), said.LEVEL, _several_levels(standards)),
        Column("start", _("Start term"), said.START, _season, required=True),
        Column("length", _("Length"), said.LENGTH, _length, required=True),
        Column("places", _("Places"), said.PLACES, whole_between(0, MOST_PLACES), required=True),
        Column("gpa", _("Minimum GPA"), said.MINIMUM_GPA, _as_is),
        Column("scale", _("GPA scale"), said.SCALE, _as_is),
        Column(
            "language", _("Language requirement"), said.REQUIREMENT, _standard(parse_requirement, standards)
        ),
    )


def _applicant_columns(register: Register, standards: Standards) -> tuple[Column, ...]:
    university = _university(register)
    return (
        Column("id", _("Applicant number"), said.ID, text_up_to(60), required=True, unique=True),
        Column("name", _("Name"), said.NAME, text_up_to(300), required=True),
        Column("home", _("Home institution"), said.HOME, university, required=True),
        Column("field", _("Field (ISCED-F)"), said.FIELD, _one_field(standards), required=True),
        Column("level", _("Level (EQF)"), said.LEVEL, _standard(parse_level, standards), required=True),
        Column("gpa", _("GPA"), said.GPA, _as_is),
        Column("scale", _("GPA scale"), said.SCALE, _as_is),
        Column("languages", _("Language results"), said.RESULTS, _standard(parse_results, standards)),
        Column("score", _("Score"), said.SCORE, decimal_between(-1_000_000, 1_000_000), required=True),
        Column("hosts", _("Choice {n}: host"), said.CHOICE_HOST, university, repeats=CHOICES),
        Column("starts", _("Choice {n}: start term"), said.CHOICE_START, _season, repeats=CHOICES),
        Column("lengths", _("Choice {n}: length"), said.CHOICE_LENGTH, _length, repeats=CHOICES),
    )


SAME_PLACE = _(
    "Row {first} already has these places (same home, host, field, level, term and length). Put the numbers "
    "together in one row."
)
OWN_PLACE = _("The host is the home institution itself. Write the institution that receives the students.")
TERM_NEEDED = _("This choice has no start term. Write one, such as 2027-spring.")
LENGTH_NEEDED = _("This choice has no length. Write “term” or “year”.")
HOST_NEEDED = _("This choice has no host institution. Write one, or empty the other cells of the choice.")
SAME_CHOICE = _("This is the same as choice {first}. Delete one of them.")
CHOICE_GAP = _("There is an empty choice before this one; it moves up.")
UNKNOWN_UNIVERSITY = _(
    "“{value}” is not a known institution. Write its full name in Japanese, Korean or English, or its code."
)
UNKNOWN_UNIVERSITY_BUT = _("“{value}” is not a known institution. Is one of these meant? {candidates}")
AMBIGUOUS_UNIVERSITY = _("“{value}” can be more than one institution: {candidates}. Write the full name.")
NOT_A_TERM = _("“{value}” is not a term. Write it like 2027-spring, 2027年度前期 or 2027년 1학기.")
TERM_FAR_AWAY = _("“{value}” is not between {earliest} and {latest}. Check the year.")
SEVERAL_FIELDS = _("An applicant has one field. Write the one of the degree, such as 0311.")


# Cells


def _as_is(cell: Cell) -> Cell:
    _short(cell)
    return cell


def _short(cell: Cell) -> None:
    """Refuse what nobody writes into such a cell, before it costs time."""
    if isinstance(cell, str) and len(cell) > LONGEST_TEXT:
        raise Unreadable("too_long", length=len(cell), limit=LONGEST_TEXT)


_length = one_of({"term": said.TERM_WORDS, "year": said.YEAR_WORDS})


def _season(cell: Cell) -> Season:
    _short(cell)
    try:
        season = parse_season(str(cell))
    except SeasonError as error:
        raise Unreadable("not_a_term", wording=NOT_A_TERM) from error
    if not EARLIEST <= season <= LATEST:
        raise Unreadable("term_far_away", wording=TERM_FAR_AWAY, earliest=EARLIEST, latest=LATEST)
    return season


def _university(register: Register) -> Callable[[Cell], str]:
    """Reads a name, an alias or a code into the institution's key. A likeness is offered, never taken."""

    @cache
    def key_of(text: str) -> str | Unreadable:
        found = register.resolve(text)
        if found.university:
            return found.university.key
        candidates = found.candidates or register.search(text, 3)
        wording = UNKNOWN_UNIVERSITY_BUT if candidates else UNKNOWN_UNIVERSITY
        return Unreadable(
            f"{found.code}_institution",
            wording=AMBIGUOUS_UNIVERSITY if found.code == "ambiguous" else wording,
            candidates=lazy(
                lambda: ", ".join(one.name((get_language() or "en")[:2]) for one in candidates), str
            )(),
        )

    def read(cell: Cell) -> str:
        _short(cell)
        key = key_of(str(cell))
        if isinstance(key, Unreadable):
            raise key
        return key

    return read


def _standard[T](parse: Callable[[Any, Standards], T], standards: Standards) -> Callable[[Cell], T]:
    def read(cell: Cell) -> T:
        _short(cell)
        try:
            return parse(cell, standards)
        except NotStandard as error:
            raise Unreadable(error.code, wording=_worded(error)) from error

    return read


def _worded(error: NotStandard) -> Any:
    """The standards' own sentence, made when it is read; braces in it are not places to fill."""
    return lazy(lambda: sentences.sentence(error).replace("{", "{{").replace("}", "}}"), str)()


def _one_field(standards: Standards) -> Callable[[Cell], tuple[str, ...]]:
    parse = _standard(parse_field, standards)

    def read(cell: Cell) -> tuple[str, ...]:
        fields = parse(cell)
        if len(fields) != 1:
            raise Unreadable("one_field", wording=SEVERAL_FIELDS)
        return fields

    return read


def _several_levels(standards: Standards) -> Callable[[Cell], tuple[int, ...]]:
    parse = _standard(parse_level, standards)

    def read(cell: Cell) -> tuple[int, ...]:
        parts = str(cell).replace("、", ";").replace(",", ";").replace("/", ";").split(";")
        return tuple(dict.fromkeys(parse(part if len(parts) > 1 else cell) for part in parts))

    return read
