"""What an agreement says, as one JSON value; its canonical form (RFC 8785) is what both sides approve. Pure.

::

    {"format": 1, "level": "university",
     "parties": [{"institution": "JP:F101…", "name": {"en": …, "ja": …, "ko": …}, "faculty": {…} or null}, {…}],
     "starts_on": "2027-04-01", "ends_on": "2032-03-31" or null (until one side gives notice),
     "notice_months": 6,
     "conditions": [{"id": 1, "sending": "JP:…", "receiving": "KR:…", "mobility": "study",
                     "fields": ["0421"], "field_note": "", "levels": [6, 7], "terms": ["spring", "autumn"],
                     "places": 3 or null (not yet defined), "months": "5" or "", "days": "" (of staff),
                     "first_year": null, "last_year": null (2029: only some years of the period), "blended": false,
                     "language": "JLPT N2 / TOPIK 4", "language_is": "required" or "recommended",
                     "minimum_gpa": "3.0/4.5" or "", "other": {"en": "", "ja": "", "ko": ""}}],
     "balance": {"counts": "stay" or "term", "expires_after": 3 (years) or null (never), "tolerance": 2},
     "other": {"en": "", "ja": "", "ko": ""}}

Numbers are whole; decimals are text, so that no language rounds them. An ``id`` of a condition is never given twice
in one agreement: the difference of two versions goes by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import asdict
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import rfc8785

from eastep.core.text import Text

type Content = dict[str, Any]
type Condition = dict[str, Any]

FORMAT = 1
NOTHING = asdict(Text())


def canonical(content: Content) -> bytes:
    """The bytes that are approved: RFC 8785 (JSON Canonicalization Scheme)."""
    return rfc8785.dumps(content)


def digest(canonical_bytes: bytes) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return sha256(canonical_bytes).hexdigest()


def blank_condition(sending: str, receiving: str, *, number: int = 1) -> Condition:
    """A condition that says nothing yet but its direction."""
    return {
        "id": number,
        "sending": sending,
        "receiving": receiving,
        "mobility": "study",
        "fields": [],
        "field_note": "",
        "levels": [],
        "terms": ["spring", "autumn"],
        "places": None,
        "months": "",
        "days": "",
        "first_year": None,
        "last_year": None,
        "blended": False,
        "language": "",
        "language_is": "required",
        "minimum_gpa": "",
        "other": dict(NOTHING),
    }


def blank(
    parties: Iterable[tuple[str, Text, Text | None]], *, starts_on: date, ends_on: date | None
) -> Content:
    """A new agreement between *parties*, (key, name, faculty) each: one condition a direction, nothing decided yet."""
    both = list(parties)
    one, other = both[0][0], both[1][0]
    return {
        "format": FORMAT,
        "level": "faculty" if any(faculty for _key, _name, faculty in both) else "university",
        "parties": [
            {"institution": key, "name": asdict(name), "faculty": asdict(faculty) if faculty else None}
            for key, name, faculty in both
        ],
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat() if ends_on else None,
        "notice_months": 6,
        "conditions": [blank_condition(one, other, number=1), blank_condition(other, one, number=2)],
        "balance": {"counts": "stay", "expires_after": 3, "tolerance": 2},
        "other": dict(NOTHING),
    }


def renewed(content: Content) -> Content:
    """The same for the period that follows, as long as the last one. Raises ValueError for one without an end.

    A period from 1 April 2027 to 31 March 2032 is followed by 1 April 2032 to 31 March 2037: the same number of
    whole months and days, counted from the first day.
    """
    if content["ends_on"] is None:
        raise ValueError("what has no end needs no renewal")
    starts_on, ends_on = date.fromisoformat(content["starts_on"]), date.fromisoformat(content["ends_on"])
    first = ends_on + timedelta(days=1)
    months = (first.year - starts_on.year) * 12 + first.month - starts_on.month
    whole = later(starts_on, months)
    if whole > first:
        months, whole = months - 1, later(starts_on, months - 1)
    last = later(first, months) + (first - whole) - timedelta(days=1)
    following = deepcopy(content)
    following["starts_on"], following["ends_on"] = first.isoformat(), last.isoformat()
    return following


def later(day: date, months: int) -> date:
    """The day *months* after (or before); the last of the month where it has no such day.

    >>> later(date(2027, 8, 31), 6), later(date(2027, 3, 31), -1)
    (datetime.date(2028, 2, 29), datetime.date(2027, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    end = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, end))


def field_keys(conditions: Iterable[Mapping[str, Any]]) -> list[str]:
    """What a search by field of education finds the conditions by; see `field_search`.

    >>> field_keys([{"fields": ["0421"]}]), field_keys([{"fields": []}])
    (['04', '042', '0421', '=0421'], ['*'])
    """
    keys = set()
    for condition in conditions:
        for code in condition["fields"]:
            keys |= {code[:length] for length in range(2, len(code) + 1)} | {f"={code}"}
        if not condition["fields"]:
            keys.add("*")
    return sorted(keys)


def field_search(code: str) -> list[str]:
    """The keys of what is in field *code*, or contains it.

    >>> field_search("042")
    ['042', '*', '=04', '=042']
    """
    return [code, "*", *(f"={code[:length]}" for length in range(2, len(code) + 1))]


def places_a_year(
    conditions: Iterable[Mapping[str, Any]], *, sending: str = "", receiving: str = ""
) -> int | None:
    """For how many students a year, in one direction; None where no condition says a number.

    >>> study = {"mobility": "study", "sending": "JP:1", "receiving": "KR:2", "places": 3}
    >>> places_a_year([study, study | {"places": None}], sending="JP:1"), places_a_year([study], receiving="JP:1")
    (3, None)
    """
    said = [
        condition["places"]
        for condition in conditions
        if condition["mobility"] == "study"
        and condition["places"] is not None
        and sending in ("", condition["sending"])
        and receiving in ("", condition["receiving"])
    ]
    return sum(said) if said else None


def highest_condition(contents: Iterable[Content]) -> int:
    """The highest id that a condition of these contents has: a new one gets the next.

    >>> highest_condition([{"conditions": [{"id": 2}, {"id": 5}]}, {"conditions": []}])
    5
    """
    return max((one["id"] for content in contents for one in content["conditions"]), default=0)
