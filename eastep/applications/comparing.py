"""Two results side by side: which choices were met, who goes where, and what was decided otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from eastep.applications.records import canonical
from eastep.applications.report import Document


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Plain values; the first result before the second.

    *ranks*: by number of the choice ("" for no place, "0" for a row that is not on the list). *flows*: placed, by
    direction. *inputs*: those that were others (``places``, ``applicants``, ``standards``). *decisions*: the waivers
    and moves that only one of the two has, or each another: ``name``, ``applicant`` and the ``pair`` (None: not there).
    Who goes elsewhere is `queries.moved_between`.
    """

    ranks: list[tuple[str, int, int]]
    flows: list[tuple[str, str, int, int]]
    inputs: list[str]
    decisions: list[dict[str, Any]]


def compare(a: Document, b: Document) -> Comparison:
    """How *b* differs from *a*; of both, everything but the lists of applicants and places is needed."""
    first, second = a["summary"], b["summary"]
    return Comparison(
        ranks=_ranks(first, second),
        flows=_flows(first, second),
        inputs=[
            kind for kind in ("places", "applicants", "standards") if a["inputs"][kind] != b["inputs"][kind]
        ],
        decisions=list(_decisions(a["settings"], b["settings"])),
    )


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


def _decisions(one: Document, other: Document) -> Iterator[dict[str, Any]]:
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
