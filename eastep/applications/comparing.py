"""Two results side by side: who goes elsewhere, which places bind, and what was set otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eastep.applications.records import Record, canonical, place_key
from eastep.applications.report import Document, stay_of
from eastep.applications.simulating import Stay, touched

FIELDS = (
    "places",
    "minimum_gpa",
    "language",
    "taken",
    "cutoff",
    "binds",
)  # of places, where two results can differ
KINDS = {"gains": "better", "loses": "worse", "changes": "equal", "": "equal"}
COUNTED = ("better", "worse", "equal", "new", "gone", "same")
SETTINGS = ("students_see", "minimum_cell")

type Pair = tuple[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Plain values; a pair is always what the first result has and what the second has.

    *moves*: who goes elsewhere: ``id``, ``name``, ``from``, ``to`` (stays, or None) and ``kind``: ``better``, ``worse``
    or ``equal`` by the own list, ``new`` or ``gone`` for who is in one of the results only. *counts*: by kind, with
    the ``same``. *binding*: the rows whose number of places keeps somebody out in one of the two only. *places*: the
    rows that differ, with a pair for each field (None for the whole row where one of the results has none).
    *ranks*: by number of the choice ("" for no place, "0" for a row that is not on the list). *flows*: placed, by
    direction. *settings*: by name, those that differ; changes and moves each apart.
    """

    moves: list[dict[str, Any]]
    counts: dict[str, int]
    binding: list[dict[str, Any]]
    places: list[dict[str, Any]]
    applicants: Pair
    placed: Pair
    share_placed: Pair
    share_first: Pair
    ranks: list[tuple[str, int, int]]
    flows: list[tuple[str, str, int, int]]
    settings: list[dict[str, Any]]


def compare(a: Document, b: Document) -> Comparison:
    """How *b* differs from *a*. Rows of places are matched by what they offer, applicants by their number."""
    keys = [{row["row"]: place_key(row) for row in one["places"]} for one in (a, b)]
    moves, counts = _moves(a, b, keys)
    places = list(_places(a, b))
    first, second = a["summary"], b["summary"]
    return Comparison(
        moves=moves,
        counts=counts,
        binding=[row for row in places if row["differs"] and "binds" in row["differs"]],
        places=places,
        applicants=(first["applicants"], second["applicants"]),
        placed=(first["placed"], second["placed"]),
        share_placed=(first["share_placed"], second["share_placed"]),
        share_first=(first["share_first"], second["share_first"]),
        ranks=_ranks(first, second),
        flows=_flows(first, second),
        settings=list(_settings(a, b)),
    )


def _moves(
    a: Document, b: Document, keys: list[dict[int, str]]
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    before = {own["id"]: own for own in a["applicants"]}
    moves = []
    counts = dict.fromkeys(COUNTED, 0)

    def told(own: Mapping[str, Any], stay: Stay | None, to: Stay | None, kind: str) -> None:
        counts[kind] += 1
        moves.append({"id": own["id"], "name": own["name"], "from": stay, "to": to, "kind": kind})

    for own in b["applicants"]:
        stay, other = stay_of(own), before.pop(own["id"], None)
        if other is None:
            told(own, None, stay, "new")
            continue
        earlier = stay_of(other)
        if _where(earlier, keys[0]) == _where(stay, keys[1]):
            counts["same"] += 1
        else:
            told(own, earlier, stay, KINDS[touched(earlier, stay)])
    for own in before.values():
        told(own, stay_of(own), None, "gone")
    return moves, counts


def _where(stay: Stay | None, keys: Mapping[int, str]) -> str:
    return keys[stay["row"]] if stay else ""


def _places(a: Document, b: Document) -> Iterator[dict[str, Any]]:
    before = {place_key(row): row for row in a["places"]}
    for row in b["places"]:
        other = before.pop(place_key(row), None)
        if other is None:
            yield _row(row, None)
        elif differs := {name: (other[name], row[name]) for name in FIELDS if other[name] != row[name]}:
            yield _row(row, differs)
    for row in before.values():
        yield {**_row(row, None), "gone": True}


def _row(row: Record, differs: dict[str, Pair] | None) -> dict[str, Any]:
    named = ("row", "home", "host", "fields", "levels", "start", "length")
    return {**{name: row[name] for name in named}, "differs": differs, "gone": False}


def _ranks(first: Document, second: Document) -> list[tuple[str, int, int]]:
    numbers = sorted({*first["at_choice"], *second["at_choice"]}, key=int)
    rows = [(one, first["at_choice"].get(one, 0), second["at_choice"].get(one, 0)) for one in numbers]
    if first["off_list"] or second["off_list"]:
        rows.append(("0", first["off_list"], second["off_list"]))
    unplaced = (one["applicants"] - one["placed"] for one in (first, second))
    return [*rows, ("", *unplaced)]


def _flows(first: Document, second: Document) -> list[tuple[str, str, int, int]]:
    placed = [
        {(flow["from"], flow["to"]): flow["placed"] for flow in one["flows"]} for one in (first, second)
    ]
    return [(*way, placed[0].get(way, 0), placed[1].get(way, 0)) for way in sorted({*placed[0], *placed[1]})]


def _settings(a: Document, b: Document) -> Iterator[dict[str, Any]]:
    """``name`` with what it is about (``row`` and ``field``, or ``applicant``), and the pair."""
    if a["seed"] != b["seed"]:
        yield {"name": "seed", "pair": (a["seed"], b["seed"])}
    for kind in ("places", "applicants", "standards"):
        if a["inputs"][kind] != b["inputs"][kind]:
            yield {"name": "inputs", "kind": kind, "pair": (a["inputs"][kind], b["inputs"][kind])}
    one, other = a["settings"], b["settings"]
    yield from _changes(one["changes"], other["changes"])
    for name, keys in (
        ("waivers", ("applicant", "host", "start", "length", "code")),
        ("moves", ("applicant",)),
    ):
        said = [
            {canonical([item[key] for key in keys]): item for item in side[name]} for side in (one, other)
        ]
        for key in dict.fromkeys((*said[0], *said[1])):
            pair = (said[0].get(key), said[1].get(key))
            if pair[0] != pair[1]:
                yield {"name": name, "applicant": (pair[0] or pair[1] or {})["applicant"], "pair": pair}
    for name in SETTINGS:
        if one[name] != other[name]:
            yield {"name": name, "pair": (one[name], other[name])}


def _changes(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    rows = [side.get("places", {}) for side in (one, other)]
    for row in sorted({*rows[0], *rows[1]}, key=int):
        fields = [side.get(row, {}) for side in rows]
        for name in dict.fromkeys((*fields[0], *fields[1])):
            pair = (fields[0].get(name), fields[1].get(name))
            if pair[0] != pair[1]:
                yield {"name": "changes", "row": int(row), "field": name, "pair": pair}
    gone = [side.get("withdrawn", ()) for side in (one, other)]
    for number in sorted({*gone[0]} ^ {*gone[1]}):
        yield {"name": "withdrawn", "applicant": number, "pair": (number in gone[0], number in gone[1])}
