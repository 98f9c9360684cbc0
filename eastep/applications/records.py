"""Places and applicants as plain records: the one form in which rows are kept, compared, hashed and exported.

A record holds JSON values only, each as its own cell of a sheet would say it: ``"3.0/4.5"``, ``"JLPT N2 / JPT 550"``.
Records and values are the same thing twice: ``to_place(place_record(place), row=place.row, …) == place``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Any

from eastep.applications.eligibility import Applicant, Choice, Place
from eastep.institutions.seasons import Season
from eastep.standards.facts import LanguageTest, Standards
from eastep.standards.fields import format_fields
from eastep.standards.gpa import Gpa, format_gpa, parse_gpa
from eastep.standards.languages import (
    LanguageMinimum,
    LanguageRequirement,
    LanguageResult,
    Value,
    format_requirement,
    format_results,
    parse_requirement,
    parse_results,
)

type Record = dict[str, Any]
KEY_OF_PLACE = ("home", "host", "fields", "levels", "start", "length")


def place_record(place: Place) -> Record:
    """*place* as it is kept, without the number of its row.

    What is carried over is written only where there is something: other records, and their hashes, stay as they were.
    """
    carried = {"carried": place.carried} if place.carried else {}
    return {
        "home": place.home,
        "host": place.host,
        "fields": format_fields(place.fields),
        "levels": "; ".join(map(str, place.levels)),
        "start": str(place.start),
        "length": place.length,
        "places": place.places,
        **carried,
        "minimum_gpa": format_gpa(place.minimum_gpa) if place.minimum_gpa else "",
        "language": format_requirement(place.language),
    }


def on_offer(record: Mapping[str, Any]) -> int:
    """The places that a record of places can give (`Place.on_offer`).

    >>> [on_offer({"places": 3, "carried": carried}) for carried in (1, -1, -5)], on_offer({"places": 3})
    ([4, 2, 0], 3)
    """
    return max(0, int(record["places"]) + int(record.get("carried", 0)))


def applicant_record(applicant: Applicant) -> Record:
    """*applicant* as it is kept, without the number of the row."""
    return {
        "id": applicant.id,
        "name": applicant.name,
        "home": applicant.home,
        "field": applicant.field,
        "level": applicant.level,
        "gpa": format_gpa(applicant.gpa) if applicant.gpa else "",
        "languages": format_results(applicant.languages),
        "score": f"{applicant.score:f}",
        "choices": [
            {"host": choice.host, "start": season_code(choice.start), "length": choice.length}
            for choice in applicant.choices
        ],
        "language": applicant.language,
    }


def to_place(record: Mapping[str, Any], *, row: int, standards: Standards) -> Place:
    """The place that *record* describes. Raises `standards.cells.Unreadable` for what the standards do not know."""
    return Place(
        row=row,
        home=record["home"],
        host=record["host"],
        fields=tuple(record["fields"].split("; ")) if record["fields"] else (),
        levels=tuple(map(int, record["levels"].split("; "))) if record["levels"] else (),
        start=_season(record["start"]),
        length=record["length"],
        places=record["places"],
        carried=record.get("carried", 0),
        minimum_gpa=read_gpa(record["minimum_gpa"], standards),
        language=read_requirement(record["language"], standards),
    )


def to_applicant(
    record: Mapping[str, Any], *, row: int, standards: Standards, extra_results: Iterable[str] = ()
) -> Applicant:
    """The applicant that *record* describes. Raises `standards.cells.Unreadable` for what the standards do not know.

    *extra_results* come from language records (``"TOEIC 850 2026-01-11"``); they stand behind the applicant's own.
    """
    results = read_results(record["languages"], standards)
    for text in extra_results:
        results += read_results(text, standards)
    return Applicant(
        row=row,
        id=record["id"],
        name=record["name"],
        home=record["home"],
        field=record["field"],
        level=record["level"],
        gpa=read_gpa(record["gpa"], standards),
        languages=tuple(dict.fromkeys(results)) if len(results) > 1 else results,
        score=Decimal(record["score"]),
        choices=tuple(
            _choice(choice["host"], choice["start"], choice["length"]) for choice in record["choices"]
        ),
        language=record.get("language", ""),
    )


def place_key(record: Mapping[str, Any]) -> str:
    """What tells places apart: everything but their number and what is asked.

    >>> place_key({"home": "JP:1", "host": "KR:2", "fields": "", "levels": "6", "start": "2027-spring",
    ...            "length": "term", "places": 2, "minimum_gpa": "", "language": ""})
    'JP:1|KR:2||6|2027-spring|term'
    """
    return "|".join(str(record[name]) for name in KEY_OF_PLACE)


def key_of(kind: str, record: Mapping[str, Any], standards: Standards) -> str:
    """The key of a record of ``places``, ``applicants`` or ``languages`` (applicant and test).

    >>> key_of("languages", {"applicant": "A1", "result": "TOEIC 850 2026-01-11"}, Standards.shipped())
    'A1|TOEIC'
    """
    match kind:
        case "places":
            return place_key(record)
        case "applicants":
            return str(record["id"])
        case "languages":
            return f"{record['applicant']}|{read_results(record['result'], standards)[0].test}"
    raise ValueError(f"there are no records of the kind {kind!r}")


def canonical(value: object) -> str:
    """JSON that is the same for equal values: names in order, no spaces (RFC 8785, for text and whole numbers)."""
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def inputs_hash(records: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 of the records' canonical JSON, one array in order of their keys: the order of the rows is no matter."""
    ordered = sorted((_order(record), canonical(record)) for record in records)
    hashed = sha256(b"[")
    for number, (_key, text) in enumerate(ordered):
        hashed.update(f"{',' if number else ''}{text}".encode())
    hashed.update(b"]")
    return hashed.hexdigest()


def _order(record: Mapping[str, Any]) -> str:
    if "host" in record:
        return place_key(record)
    return str(record["id"] if "id" in record else record["applicant"])


# Cells, each read once


@lru_cache(maxsize=1_000)
def _season(code: str) -> Season:
    return Season.of(code)


@lru_cache(maxsize=1_000)
def season_code(season: Season) -> str:
    """The code of a term, the same text each time."""
    return str(season)


@lru_cache(maxsize=100_000)
def _choice(host: str, start: str, length: Any) -> Choice:
    return Choice(host=host, start=_season(start), length=length)


@lru_cache(maxsize=100_000)
def read_gpa(text: str, standards: Standards) -> Gpa | None:
    """``"3.0/4.5"``, or nothing."""
    return parse_gpa(text, standards) if text else None


@lru_cache(maxsize=100_000)
def read_requirement(text: str, standards: Standards) -> LanguageRequirement:
    """``"JLPT N2 / JPT 550"``, or nothing; as `format_requirement` writes it, else as an office would."""
    named = [_test_and_value(part, standards) for part in text.split(" / ")]
    exact = tuple(LanguageMinimum(*one) for one in named if one)
    return LanguageRequirement(exact) if len(exact) == len(named) else parse_requirement(text, standards)


@lru_cache(maxsize=100_000)
def read_results(text: str, standards: Standards) -> tuple[LanguageResult, ...]:
    """``"JLPT N2 2025-12-07; TOEIC 850 2026-01-11"``, as `format_results` writes it, else as an office would."""
    if not text:
        return ()
    found = []
    for part in text.split("; "):
        day = _day(part[-10:])
        named = _test_and_value(part[:-11] if day else part, standards)
        if named is None:
            return parse_results(text, standards)
        found.append(LanguageResult(*named, day))
    return tuple(found)


@lru_cache(maxsize=10_000)
def _day(text: str) -> date | None:
    if len(text) != 10 or text[4] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@lru_cache(maxsize=10_000)
def _test_and_value(text: str, standards: Standards) -> tuple[str, Value] | None:
    """Exactly what we write ourselves: the code of a test, then a value that the test has."""
    for test in _longest_codes_first(standards):
        if text == test.code and test.kind == "statement":
            return test.code, ""
        if text.startswith(f"{test.code} "):
            value = text.removeprefix(f"{test.code} ")
            if any(value == level[0] for level in test.levels):
                return test.code, value
            if test.minimum is not None and test.maximum is not None and _is_number(value):
                return (test.code, Decimal(value)) if test.minimum <= Decimal(value) <= test.maximum else None
    return None


@lru_cache(maxsize=8)
def _longest_codes_first(standards: Standards) -> tuple[LanguageTest, ...]:
    return tuple(sorted(standards.tests, key=lambda test: -len(test.code)))


def _is_number(text: str) -> bool:
    whole, _point, rest = text.partition(".")
    return whole.isascii() and whole.isdigit() and (not rest or (rest.isascii() and rest.isdigit()))
