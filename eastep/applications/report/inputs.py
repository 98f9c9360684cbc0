"""What a result was computed from, as the two sheets that `eastep place` and `eastep verify` read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, BinaryIO

from eastep.core.sheets import write_csv
from eastep.standards.cells import Unreadable
from eastep.standards.facts import Standards
from eastep.standards.fields import parse_field

PLACES = (
    ("Home institution", "home"),
    ("Host institution", "host"),
    ("Field (ISCED-F)", "fields"),
    ("Level (EQF)", "levels"),
    ("Start term", "start"),
    ("Length", "length"),
    ("Places", "places"),
    ("Carried over", "carried"),
    ("Minimum GPA", "minimum_gpa"),
    ("Language requirement", "language"),
)
APPLICANTS = (
    ("Applicant number", "id"),
    ("Name", "name"),
    ("Home institution", "home"),
    ("Field (ISCED-F)", "field"),
    ("Level (EQF)", "level"),
    ("GPA", "gpa"),
    ("Language results", "languages"),
    ("Score", "score"),
)
LETTERS = "Language of letters"
LEAST_CHOICES = 1


def write_inputs(kind: str, records: Iterable[Mapping[str, Any]], to: BinaryIO) -> None:
    """Write *records* of ``places`` or ``applicants`` as canonical CSV: English headings, institutions as keys,
    everything else as records have it. Reading it gives the very same records."""
    if kind == "places":
        write_csv([title for title, _name in PLACES], _place_rows(records), to)
        return
    if kind != "applicants":
        raise ValueError(f"inputs are places or applicants, not {kind!r}")
    records = list(records)
    most = max((len(record["choices"]) for record in records), default=LEAST_CHOICES)
    headings = [title for title, _name in APPLICANTS]
    headings.append(LETTERS)
    for number in range(1, most + 1):
        headings += [f"Choice {number}: host", f"Choice {number}: start term", f"Choice {number}: length"]
    write_csv(headings, _applicant_rows(records, most), to)


def _place_rows(records: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    for record in records:
        yield [
            fields_cell(record[name]) if name == "fields" else record.get(name, "") for _title, name in PLACES
        ]


def _applicant_rows(records: Iterable[Mapping[str, Any]], most: int) -> Iterator[list[Any]]:
    for record in records:
        row = [fields_cell(record[name]) if name == "field" else record[name] for _title, name in APPLICANTS]
        row.append(record["language"])
        for choice in record["choices"]:
            row += [choice["host"], choice["start"], choice["length"]]
        yield row + [""] * 3 * (most - len(record["choices"]))


@cache
def fields_cell(codes: str) -> str:
    """The codes of fields as a sheet must say them: with the title where zeros could be missing (99 or 099?).

    >>> fields_cell("0311; 0312"), fields_cell("99")
    ('0311; 0312', '99 Field unknown')
    """
    standards = Standards.shipped()
    titles = {field.code: field.label.en for field in standards.fields}
    said = []
    for code in codes.split("; ") if codes else ():
        try:
            parse_field(code, standards)
            said.append(code)
        except Unreadable:
            said.append(f"{code} {titles[code]}" if code in titles else code)
    return "; ".join(said)
