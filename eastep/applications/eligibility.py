"""Places, applicants, and which choice of an applicant a place is open to. Pure: no Django, no clock."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple

from eastep.institutions.seasons import Season
from eastep.standards.facts import Standards
from eastep.standards.fields import any_field_covers, format_fields
from eastep.standards.gpa import Gpa, at_least, format_gpa
from eastep.standards.languages import (
    REASONS,
    LanguageRequirement,
    LanguageResult,
    format_requirement,
    format_results,
    satisfies,
)

NO_LANGUAGE = LanguageRequirement(alternatives=())
MOST_PLACES = 100_000  # of one row
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
    carried: int = (
        0  # from earlier years: the host owes the home so many more, or the home owes so many (below 0)
    )
    minimum_gpa: Gpa | None = None
    language: LanguageRequirement = NO_LANGUAGE

    @property
    def on_offer(self) -> int:
        """The places that can be given: as the agreement says, and what is carried over; never below 0."""
        return max(0, self.places + self.carried)


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
    language: str = ""  # of letters to the applicant: "en", "ja", "ko", or not known


@dataclass(frozen=True, kw_only=True)
class Objection:
    """Why a place is not open to an applicant: a code, and what a sentence about it needs."""

    code: str
    facts: dict[str, str] = field(default_factory=dict)


WAIVABLE = frozenset({"field", "level", "gpa_missing", "gpa_below", "gpa_not_comparable", *REASONS})
"""Objections that an officer may waive; that a place does not exist (``not_offered``) is not among them."""


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """An officer has set one objection aside, for one choice of one applicant. ValueError if nobody can."""

    applicant: str
    choice: Choice
    code: str
    reason: str

    def __post_init__(self) -> None:
        if self.code not in WAIVABLE:
            raise ValueError(f"{self.code} cannot be waived")


@dataclass(frozen=True, kw_only=True)
class Waived:
    """An objection that stands, but closes nothing, and why."""

    objection: Objection
    reason: str


NOTHING: Mapping[int, tuple[Waived, ...]] = MappingProxyType({})


class Judged(NamedTuple):
    """What one choice may use: the rows of places, the one that names the applicant most exactly first.

    *waived* tells, by row, the objections that were set aside. Where no row may be used, *against* tells why not.
    """

    rows: tuple[Place, ...] = ()
    against: tuple[Objection, ...] = ()
    waived: Mapping[int, tuple[Waived, ...]] = NOTHING


NOT_OFFERED = Objection(code="not_offered")


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
    if (code := _gpa(applicant, place, standards, starts_on)) and place.minimum_gpa:
        asked = {"asked": format_gpa(place.minimum_gpa)}
        own = {"own": format_gpa(applicant.gpa)} if applicant.gpa else {}
        found.append(Objection(code=code, facts=asked | own))
    is_enough, code = satisfies(applicant.languages, place.language, standards, on=starts_on)
    if not is_enough:
        facts = {"asked": format_requirement(place.language), "own": format_results(applicant.languages)}
        found.append(Objection(code=code, facts=facts | {"on": starts_on.isoformat()}))
    return tuple(found)


def _gpa(applicant: Applicant, place: Place, standards: Standards, on: date) -> str:
    if place.minimum_gpa is None:
        return ""
    if not applicant.gpa:
        return "gpa_missing"
    named = (place.home, place.host)
    match at_least(applicant.gpa, place.minimum_gpa, standards, on=on, by=named):
        case "below":
            return "gpa_below"
        case "not_comparable":
            return "gpa_not_comparable"
    return ""


def judge(
    applicant: Applicant,
    choice: Choice,
    offered: Mapping[tuple[str, Choice], Sequence[Place]],
    *,
    standards: Standards,
    start_of: StartOf,
    waivers: Mapping[str, str] | None = None,
) -> Judged:
    """The rows of places that *choice* may use; or, if none, what speaks against it.

    *offered* has the rows by (home, choice), *waivers* the reason by the code of each objection set aside. Where
    several rows fit the wish but none the applicant, the objections of the row that comes nearest are told;
    ``not_offered`` where there is no row at all.
    """
    candidates = offered.get((applicant.home, choice), ())
    if not candidates:
        return Judged(against=(NOT_OFFERED,))
    day = start_of(choice.start, choice.host)
    judged = []
    for place in candidates:
        found = objections(applicant, place, standards, starts_on=day)
        judged.append((place, *(set_aside(found, waivers) if waivers and found else (found, ()))))
    told = [one for one in judged if not one[1]]
    if not told:
        told = [min(judged, key=lambda one: (len(one[1]), _exactness(one[0], applicant.field)))]
    elif len(told) > 1:
        told.sort(key=lambda one: _exactness(one[0], applicant.field))
    waived = {place.row: aside for place, _against, aside in told if aside} or NOTHING
    if against := told[0][1]:
        return Judged(against=against, waived=waived)
    return Judged(rows=tuple(place for place, _against, _aside in told), waived=waived)


def set_aside(
    found: Iterable[Objection], waivers: Mapping[str, str]
) -> tuple[tuple[Objection, ...], tuple[Waived, ...]]:
    """What is left of the objections, and what was waived."""
    against = tuple(one for one in found if one.code not in waivers)
    aside = (Waived(objection=one, reason=waivers[one.code]) for one in found if one.code in waivers)
    return against, tuple(aside)


def _exactness(place: Place, studied: str) -> tuple[int, int, int, tuple[str, ...], tuple[int, ...]]:
    """The smaller, the more exactly the row names the applicant: by digits of the field, then by few levels and fields.

    Complete, so that the order of the rows in the sheet decides nothing.
    """
    digits = max((len(code) for code in place.fields if studied.startswith(code)), default=0)
    few_levels, few_fields = len(place.levels) or 99, len(place.fields) or 99
    return -digits, few_levels, few_fields, place.fields, place.levels
