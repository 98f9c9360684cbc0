"""The dated facts as plain frozen values: fields, language tests, GPA scales, levels of study."""

from __future__ import annotations

import csv
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple, Self

from eastep.standards.cells import squeezed

Row = Mapping[str, str]


class Label(NamedTuple):
    """A name in the three languages."""

    en: str
    ja: str
    ko: str

    def in_language(self, language: str) -> str:
        """The name for a language code such as ``ja`` or ``ko-kr``; English for any other language."""
        return {"ja": self.ja, "ko": self.ko}.get(language[:2], self.en) or self.en


@dataclass(frozen=True, kw_only=True)
class Dated:
    """A fact, where it comes from, and the first and the last day on which it holds (None: not known)."""

    code: str
    label: Label
    source: str
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


@dataclass(frozen=True, kw_only=True)
class Field(Dated):
    """A field of education, ISCED-F 2013: two, three or four digits."""


@dataclass(frozen=True, kw_only=True)
class LanguageTest(Dated):
    """A test or other proof of a language. The days on which it holds are days on which it was taken.

    *kind* is ``levels`` (*levels* from low to high, each the tuple of its spellings, the first is ours),
    ``score`` (*minimum* to *maximum* in steps of *step*) or ``statement`` (had or not had). A result counts
    for *months* (None: for ever) from the day of the test or of the announced results (*counts_from*).
    A test whose scale changes is a new test with a code of its own; the two are never compared.
    """

    names: tuple[str, ...]
    language: str
    kind: str
    levels: tuple[tuple[str, ...], ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    step: Decimal | None = None
    months: int | None = None
    counts_from: str = "test"

    @cached_property
    def level_of(self) -> dict[str, str]:
        """Spelling of a level (only letters and digits, lower case) → the level as we write it."""
        return {squeezed(spelling): spellings[0] for spellings in self.levels for spelling in spellings}

    @cached_property
    def rank_of(self) -> dict[str, int]:
        """A level as we write it → how high it is, from 0."""
        return {spellings[0]: rank for rank, spellings in enumerate(self.levels)}

    def good_until(self, taken_on: date) -> date:
        """The last day on which a result of *taken_on* counts: the same day of the month, *months* later.

        Organisers differ by a day; this is the later reading, so that nobody is refused one day early.
        """
        return date.max if self.months is None else months_later(taken_on, self.months)


@dataclass(frozen=True, kw_only=True)
class GpaScale(Dated):
    """A scale of grade averages from 0 to *maximum*; *passing* is the lowest mark of a passed course."""

    names: tuple[str, ...]
    maximum: Decimal
    passing: Decimal | None = None
    used_by: str = ""


@dataclass(frozen=True, kw_only=True)
class GpaConversion(Dated):
    """A conversion that its *owner* (country and national code of a university, or a scheme) has published.

    Straight lines through *points*, and nothing outside them; then *rounding* to *decimals*. One direction
    only: a mean cannot be turned back.
    """

    owner: str
    from_scale: str
    to_scale: str
    points: tuple[tuple[Decimal, Decimal], ...]
    decimals: int
    rounding: str


@dataclass(frozen=True, kw_only=True)
class StudyLevel(Dated):
    """Bachelor, master or doctorate; the code is the level of the European Qualifications Framework."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Standards:
    """All the dated facts, so that callers pass one value."""

    fields: tuple[Field, ...] = ()
    tests: tuple[LanguageTest, ...] = ()
    scales: tuple[GpaScale, ...] = ()
    conversions: tuple[GpaConversion, ...] = ()
    levels: tuple[StudyLevel, ...] = ()

    def __hash__(self) -> int:
        """Cheap, so that what is made of the facts once can be kept by them."""
        return hash((len(self.fields), len(self.tests), len(self.scales), len(self.conversions)))

    @staticmethod
    def shipped() -> Standards:
        """The facts in the files that come with the program."""
        return _shipped()

    @classmethod
    def from_rows(cls, rows: Mapping[str, Iterable[Row]]) -> Self:
        """The facts from rows of text, by scheme. Raises ValueError for a row that says nothing sensible."""
        parts: dict[str, Any] = {
            part: tuple(sorted(map(make, rows.get(scheme, ())), key=_order))
            for scheme, (part, make) in SCHEMES.items()
        }
        return cls(**parts)

    def on(self, day: date) -> Self:
        """The facts in force on *day*. A test that is no longer given stays while its results are good."""
        kept: dict[str, Any] = {
            part.name: tuple(fact for fact in getattr(self, part.name) if fact.holds_on(day))
            for part in fields(self)
        }
        kept["tests"] = tuple(
            test
            for test in self.tests
            if (test.valid_from or date.min) <= day <= test.good_until(test.valid_to or date.max)
        )
        return replace(self, **kept)


def months_later(day: date, months: int) -> date:
    """The same day of the month *months* later, or that month's last day.

    >>> months_later(date(2024, 2, 29), 24)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _order(fact: Dated) -> tuple[str, str, date]:
    return fact.code.casefold(), fact.code, fact.valid_from or date.min


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _dated(row: Row) -> dict[str, Any]:
    """What every row has. Raises ValueError where a row lacks its code, name or source."""
    for column in ("code", "label_en", "source"):
        if not row.get(column):
            raise ValueError(f"{column} is empty")
    first, last = row.get("valid_from") or "", row.get("valid_to") or ""
    return {
        "code": row["code"],
        "label": Label(row["label_en"], row.get("label_ja") or "", row.get("label_ko") or ""),
        "source": row["source"],
        "valid_from": date.fromisoformat(first) if first else None,
        "valid_to": date.fromisoformat(last) if last else None,
    }


def _field(row: Row) -> Field:
    if not (row["code"].isascii() and row["code"].isdigit() and 2 <= len(row["code"]) <= 4):
        raise ValueError(f"{row['code']} is not a code of two to four digits")
    return Field(**_dated(row))


def _test(row: Row) -> LanguageTest:
    test = LanguageTest(
        **_dated(row),
        names=_several(row["names"]),
        language=row["language"],
        kind=row["kind"],
        levels=tuple(tuple(level.split("=")) for level in _several(row["levels"])),
        minimum=_number(row["minimum"]),
        maximum=_number(row["maximum"]),
        step=_number(row["step"]),
        months=int(row["months"]) if row["months"] else None,
        counts_from=row["counts_from"] or "test",
    )
    complete = {
        "levels": bool(test.levels),
        "score": test.minimum is not None and test.maximum is not None and test.minimum < test.maximum,
        "statement": True,
    }
    if not complete.get(test.kind) or test.counts_from not in ("test", "results"):
        raise ValueError(
            f"{test.code}: the levels, the range of scores or the first day of validity is missing"
        )
    return test


def _scale(row: Row) -> GpaScale:
    return GpaScale(
        **_dated(row),
        names=_several(row["names"]),
        maximum=Decimal(row["maximum"]),
        passing=_number(row["passing"]),
        used_by=row["used_by"],
    )


def _conversion(row: Row) -> GpaConversion:
    pairs = [point.split(":") for point in row["points"].split()]
    points = tuple((Decimal(x), Decimal(y)) for x, y in pairs)
    if len(points) < 2 or any(a[0] >= b[0] for a, b in pairwise(points)):
        raise ValueError(f"{row['code']}: the points do not rise")
    if row["rounding"] not in ("half_up", "down") or not row["owner"]:
        raise ValueError(f"{row['code']}: the owner or the rounding is missing")
    return GpaConversion(
        **_dated(row),
        owner=row["owner"],
        from_scale=row["from_scale"],
        to_scale=row["to_scale"],
        points=points,
        decimals=int(row["decimals"]),
        rounding=row["rounding"],
    )


def _level(row: Row) -> StudyLevel:
    int(row["code"])
    return StudyLevel(**_dated(row), names=_several(row["names"]))


SCHEMES: Mapping[str, tuple[str, Callable[[Row], Dated]]] = {
    "isced_f_2013": ("fields", _field),
    "language_tests": ("tests", _test),
    "gpa_scales": ("scales", _scale),
    "gpa_conversions": ("conversions", _conversion),
    "study_levels": ("levels", _level),
}
"""Scheme (the name of its file) → part of `Standards`, and what makes a fact of a row."""


@cache
def _shipped() -> Standards:
    return Standards.from_rows({scheme: shipped_rows(scheme) for scheme in SCHEMES})


@cache
def shipped_rows(scheme: str) -> tuple[Row, ...]:
    """The rows of the file of *scheme*, as text."""
    text = (files("eastep.standards") / "shipped" / f"{scheme}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
