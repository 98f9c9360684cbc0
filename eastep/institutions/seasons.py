"""Seasons: the half-years that both countries share, whatever a university calls them; when they begin."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from eastep.institutions.register import read_shipped

_KINDS = ("spring", "autumn")
_LONG_YEAR = r"(?:19|20|21)\d\d"
_YEAR = rf"(?P<year>{_LONG_YEAR}|\d\d|(?:令和|r)(?:\d\d?|元))(?:年度|年|학년도|년도|년)?"
_TERM = r"(?:学期|セメスター|학기|semester|term)"
_SPRING = r"(?P<spring>spring|春|前期|봄|전기)"
_AUTUMN = r"(?P<autumn>autumn|fall|秋|後期|가을|후기)"
_HALF = rf"(?:{_SPRING}|{_AUTUMN}){_TERM}?"
_NUMBER = r"第?(?P<number>[12])(?:st|nd)?"
_MONTH_NAME = r"(?P<month_name>mar|apr|sep|oct)(?:ch|il|t|tember|ober)?\.?"
_MONTH_NAMES = {"mar": 3, "apr": 4, "sep": 9, "oct": 10}
_HALF_OF_MONTH = {3: 1, 4: 1, 9: 2, 10: 2}  # the months in which a half-year begins in either country
_PATTERNS = [
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_YEAR}[-/.]?{_HALF}",
        rf"{_HALF}[-/.]?{_YEAR}",
        rf"{_YEAR}-?{_NUMBER}{_TERM}",
        rf"{_NUMBER}{_TERM}-?{_YEAR}",
        rf"{_TERM}{_NUMBER}-?{_YEAR}",
        rf"(?P<year>{_LONG_YEAR}|\d\d)-(?P<number>[12])",
        rf"(?P<year>{_LONG_YEAR})[-/.](?P<month>\d\d)(?:[-/.]\d\d)?",  # also what Excel makes of 2027-03
        rf"(?P<year>{_LONG_YEAR})(?:年|년)(?P<month>\d\d?)(?:月|월)",
        rf"{_MONTH_NAME}(?P<year>{_LONG_YEAR})",
        rf"(?P<year>{_LONG_YEAR}){_MONTH_NAME}",
    )
]
_SHORT_TERM = re.compile(
    "winter|summer|冬|夏|겨울|여름|계절|동계|하계|quarter|クォーター|クオーター|쿼터|q[1-4]|[1-4]q"
)


class SeasonError(ValueError):
    """*text* names no season. *code*: ``short_term`` (summer, winter, a quarter) or ``unknown_season``."""

    def __init__(self, text: str, code: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.text = text
        self.code = code


@dataclass(frozen=True, order=True)
class Season:
    """A half-year, named by the calendar year in which it starts; *half* is 1 for spring, 2 for autumn.

    >>> Season(2027, 1) < Season(2027, 2), str(Season(2027, 2).next)
    (True, '2028-spring')
    """

    year: int
    half: int

    def __post_init__(self) -> None:
        if self.half not in (1, 2) or not 1900 <= self.year <= 2199:
            raise ValueError(f"no such season: {self.year}, {self.half}")

    @classmethod
    def of(cls, code: str) -> Season:
        """The season with exactly this code, ``2027-spring`` or ``2027-autumn``; else a SeasonError."""
        year, _dash, kind = code.partition("-")
        if kind not in _KINDS or not re.fullmatch(_LONG_YEAR, year, re.ASCII):
            raise SeasonError(code, "unknown_season")
        return cls(int(year), _KINDS.index(kind) + 1)

    @property
    def kind(self) -> str:
        """``spring`` or ``autumn``."""
        return _KINDS[self.half - 1]

    @property
    def code(self) -> str:
        return f"{self.year}-{self.kind}"

    @property
    def next(self) -> Season:
        return Season(self.year + self.half - 1, 3 - self.half)

    @property
    def previous(self) -> Season:
        return Season(self.year + self.half - 2, 3 - self.half)

    def __str__(self) -> str:
        return self.code


def parse_season(text: str) -> Season:
    """The season that an office means by *text*, in any of the three languages; else a SeasonError.

    >>> {parse_season(text).code for text in ("2027年度後期", "2027년 2학기", "Fall 2027", "27-2")}
    {'2027-autumn'}
    """
    squeezed = re.sub(r"[\s,_()]+", "", unicodedata.normalize("NFKC", text).casefold())
    squeezed = re.sub("[\u2010-\u2015\u2212~]", "-", squeezed)
    for pattern in _PATTERNS:
        if (found := pattern.fullmatch(squeezed)) and (half := _half(found.groupdict())):
            return Season(_year(found["year"]), half)
    raise SeasonError(text, "short_term" if _SHORT_TERM.search(squeezed) else "unknown_season")


def _half(found: dict[str, str | None]) -> int | None:
    if number := found.get("number"):
        return int(number)
    if month := found.get("month"):
        return _HALF_OF_MONTH.get(int(month))
    if name := found.get("month_name"):
        return _HALF_OF_MONTH[_MONTH_NAMES[name]]
    return 1 if found.get("spring") else 2


def _year(written: str) -> int:
    if written.isdigit():
        return int(written) + (2000 if len(written) == 2 else 0)
    of_reiwa = written.removeprefix("令和").removeprefix("r")
    return 2018 + (1 if of_reiwa == "元" else int(of_reiwa))  # Reiwa 1 is 2019


@dataclass(frozen=True, kw_only=True)
class TermRule:
    """When a season begins and ends, by month and day, in a country or (with a code) at one university.

    *valid_from* and *valid_to* (included) are compared with the beginning of the season.
    """

    country: str
    kind: str
    starts: tuple[int, int]
    ends: tuple[int, int]
    valid_from: date
    valid_to: date | None
    source: str
    code: str = ""

    def dates(self, season: Season) -> tuple[date, date]:
        """First and last day; a season that ends in an earlier month than it began ends in the next year."""
        return (
            date(season.year, *self.starts),
            date(season.year + (self.ends < self.starts), *self.ends),
        )


class Calendar:
    """Default dates of seasons. A university's own rule comes before its country's."""

    def __init__(self, rules: Iterable[TermRule]) -> None:
        self.rules = tuple(rules)

    @staticmethod
    @cache
    def shipped() -> Calendar:
        """The calendar of ``shipped/terms.csv``."""
        return Calendar(_rule(row) for row in read_shipped("terms.csv"))

    def rule(self, season: Season, place: str) -> TermRule:
        """The rule for *season* at *place*: a country (``KR``) or a university (``KR:0000149``).

        Raises LookupError where none is in force: a date is never made up.
        """
        country, _colon, code = place.partition(":")
        for wanted in dict.fromkeys((code, "")):
            for rule in self.rules:
                if (rule.country, rule.code, rule.kind) == (country, wanted, season.kind):
                    begins, _ends = rule.dates(season)
                    if rule.valid_from <= begins and (rule.valid_to is None or begins <= rule.valid_to):
                        return rule
        raise LookupError(f"no term dates for {season} at {place}")


def dates_of(season: Season, place: str, calendar: Calendar | None = None) -> tuple[date, date]:
    """First and last day of *season* in a country or at a university.

    >>> dates_of(Season.of("2027-autumn"), "JP")
    (datetime.date(2027, 9, 25), datetime.date(2028, 2, 5))
    """
    return (calendar or Calendar.shipped()).rule(season, place).dates(season)


def start_of(season: Season, place: str, calendar: Calendar | None = None) -> date:
    """First day of *season* in a country (``KR``) or at a university (``KR:0000149``).

    >>> start_of(Season.of("2027-spring"), "KR:0000149")
    datetime.date(2027, 3, 2)
    """
    return dates_of(season, place, calendar)[0]


def _rule(row: dict[str, str]) -> TermRule:
    return TermRule(
        country=row["country"],
        code=row["code"],
        kind=row["kind"],
        starts=_month_and_day(row["starts"]),
        ends=_month_and_day(row["ends"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        source=row["source"],
    )


def _month_and_day(written: str) -> tuple[int, int]:
    month, day = written.split("-")
    return int(month), int(day)
