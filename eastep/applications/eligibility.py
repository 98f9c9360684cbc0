"""Places, applicants, and which choice of an applicant a place is open to. Pure: no Django, no clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from eastep.institutions.seasons import Season
from eastep.standards.facts import Standards
from eastep.standards.fields import any_field_covers, format_fields
from eastep.standards.gpa import Gpa, at_least, format_gpa
from eastep.standards.languages import (
    LanguageRequirement,
    LanguageResult,
    format_requirement,
    format_results,
    satisfies,
)

NO_LANGUAGE = LanguageRequirement(alternatives=())
Length = Literal["term", "year"]
StartOf = Callable[[Season, str], date]  # the first day of a term at an institution (by its key)


@dataclass(frozen=True, kw_only=True)
class Place:
    """One row of the sheet of places: what a host offers to one home institution.

    Places of a term count everybody who is present in that term. A stay for the academic year takes one in both
    terms; a row for the year says how many of these may stay the year.
    """

    row: int
    home: str  # institutions by key
    host: str
    fields: tuple[str, ...] = ()  # ISCED-F prefixes; () is any
    levels: tuple[int, ...] = ()  # EQF; () is any
    start: Season
    length: Length
    places: int
    minimum_gpa: Gpa | None = None
    language: LanguageRequirement = NO_LANGUAGE


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One wish of an applicant."""

    host: str
    start: Season
    length: Length


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """One row of the sheet of applicants; choices in order, the best first."""

    row: int
    id: str
    name: str
    home: str
    field: str  # ISCED-F
    level: int  # EQF
    gpa: Gpa | None = None
    languages: tuple[LanguageResult, ...] = ()
    score: Decimal
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Objection:
    """Why a place is not open to an applicant: a code, and what a sentence about it needs."""

    code: str
    facts: dict[str, str] = field(default_factory=dict)


def objections(
    applicant: Applicant, place: Place, standards: Standards, *, starts_on: date
) -> tuple[Objection, ...]:
    """What speaks against *applicant* at *place*; nothing if eligible.

    Codes: ``field``, ``level``, ``gpa_missing``, ``gpa_below``, ``gpa_not_comparable``, ``language_missing``,
    ``language_below``, ``language_expired``, ``language_not_yet``, ``language_undated``. Language results must be valid on *starts_on*.
    """
    found = []
    if not any_field_covers(place.fields, applicant.field):
        asked = {"asked": format_fields(place.fields), "own": applicant.field}
        found.append(Objection(code="field", facts=asked))
    if place.levels and applicant.level not in place.levels:
        asked = {"asked": ", ".join(map(str, place.levels)), "own": str(applicant.level)}
        found.append(Objection(code="level", facts=asked))
    if place.minimum_gpa:
        asked = {"asked": format_gpa(place.minimum_gpa)}
        if not applicant.gpa:
            found.append(Objection(code="gpa_missing", facts=asked))
        else:
            asked["own"] = format_gpa(applicant.gpa)
            named = (place.home, place.host)
            match at_least(applicant.gpa, place.minimum_gpa, standards, on=starts_on, by=named):
                case "below":
                    found.append(Objection(code="gpa_below", facts=asked))
                case "not_comparable":
                    found.append(Objection(code="gpa_not_comparable", facts=asked))
    is_enough, code = satisfies(applicant.languages, place.language, standards, on=starts_on)
    if not is_enough:
        facts = {"asked": format_requirement(place.language), "own": format_results(applicant.languages)}
        found.append(Objection(code=code, facts=facts | {"on": starts_on.isoformat()}))
    return tuple(found)


def rows_for(
    applicant: Applicant,
    choice: Choice,
    offered: dict[tuple[str, Choice], list[Place]],
    standards: Standards,
    start_of: StartOf,
) -> tuple[list[Place], tuple[Objection, ...]]:
    """The rows of places that *choice* may use, the one that names the applicant most exactly first; or, if none, what speaks against it.

    *offered* has the rows by (home, choice). Where several rows fit the wish but none the applicant, the
    objections of the row that comes nearest are told; ``not_offered`` where there is no row at all.
    """
    candidates = offered.get((applicant.home, choice), [])
    if not candidates:
        return [], (Objection(code="not_offered"),)
    day = start_of(choice.start, choice.host)
    judged = [(place, objections(applicant, place, standards, starts_on=day)) for place in candidates]
    open_rows = [place for place, against in judged if not against]
    open_rows.sort(key=lambda place: _exactness(place, applicant.field))
    nearest = min((against for _place, against in judged), key=len)
    return open_rows, () if open_rows else nearest


def _exactness(place: Place, studied: str) -> tuple[int, int, int, tuple[str, ...], tuple[int, ...]]:
    """The smaller, the more exactly the row names the applicant: by digits of the field, then by few levels and fields.

    Complete, so that the order of the rows in the sheet decides nothing.
    """
    digits = max((len(code) for code in place.fields if studied.startswith(code)), default=0)
    few_levels, few_fields = len(place.levels) or 99, len(place.fields) or 99
    return -digits, few_levels, few_fields, place.fields, place.levels
