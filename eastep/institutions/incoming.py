"""Rows of institutions from a file, and what is wrong with them. No Django."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eastep.institutions.register import University

LONGEST = {
    "code": 40,
    "name_ja": 200,
    "name_ko": 200,
    "name_en": 200,
    "reading": 200,
    "city": 100,
    "domain": 100,
}
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_NAMES = ("name_ja", "name_ko", "name_en")


@dataclass(frozen=True, kw_only=True)
class InstitutionRow:
    """One row as written. What is empty is left as it is; *number* is the row that the office sees."""

    number: int
    country: str
    code: str
    name_ja: str = ""
    name_ko: str = ""
    name_en: str = ""
    reading: str = ""
    aliases: str = ""  # separated by semicolons
    city: str = ""
    domain: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        return f"{self.country}:{self.code}"

    def aliases_given(self) -> list[str]:
        return [alias for part in self.aliases.split(";") if (alias := part.strip())]


@dataclass(frozen=True, kw_only=True)
class RowProblem:
    """What is wrong with one cell; *fact* is what the sentence needs (see sentences.py)."""

    row: int
    column: str
    value: str
    code: str
    fact: str = ""


def problems_in(rows: Iterable[InstitutionRow], known: Mapping[str, University]) -> list[RowProblem]:
    """Everything wrong with *rows*, given the universities that are *known* by key."""
    problems: list[RowProblem] = []
    first_with_key: dict[str, int] = {}
    domains = {university.domain: key for key, university in known.items() if university.domain}
    moved = {row.key: row.domain for row in rows if row.domain}
    short_codes = {_without_zeros(key): university.code for key, university in known.items()}
    for row in rows:

        def found(column: str, code: str, fact: str = "", row: InstitutionRow = row) -> None:
            value = str(getattr(row, column))[:80]
            problems.append(RowProblem(row=row.number, column=column, value=value, code=code, fact=fact))

        if not re.fullmatch("[A-Z]{2}", row.country):
            found("country", "not_a_country")
        if not row.code:
            found("code", "code_missing")
        elif row.key in first_with_key:
            found("code", "same_code", str(first_with_key[row.key]))
        elif row.key not in known and row.code.isdigit() and _without_zeros(row.key) in short_codes:
            found("code", "zeros_lost", short_codes[_without_zeros(row.key)])
        elif row.key not in known and not any(getattr(row, name) for name in _NAMES):
            found("name_en", "name_missing")
        first_with_key.setdefault(row.key, row.number)
        for column, longest in LONGEST.items():
            if len(getattr(row, column)) > longest:
                found(column, "too_long", str(longest))
        if any(len(alias) > LONGEST["name_en"] for alias in row.aliases_given()):
            found("aliases", "too_long", str(LONGEST["name_en"]))
        if row.domain:
            if not _DOMAIN.fullmatch(row.domain):
                found("domain", "not_a_domain")
            owner = domains.get(row.domain, row.key)
            if owner != row.key and moved.get(owner, row.domain) == row.domain:
                found("domain", "domain_taken", owner)
            domains[row.domain] = row.key
    return problems


def _without_zeros(key: str) -> str:
    """``KR:149`` for ``KR:0000149``: what a spreadsheet makes of a code that it takes for a number."""
    country, _colon, code = key.partition(":")
    return f"{country}:{code.lstrip('0')}"
