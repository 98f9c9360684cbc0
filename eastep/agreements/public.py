"""What everybody may know of an agreement in effect: who sends whom, for what, in which fields. Pure.

Places, grade averages, languages, other terms, the balance, people and papers stay between the two sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One kind of mobility, from the point of view of one side; as codes."""

    mobility: str
    outgoing: bool
    incoming: bool
    fields: tuple[str, ...]
    levels: tuple[int, ...]
    terms: tuple[str, ...]


def exchanges(content: Mapping[str, Any], institution: str) -> list[Exchange]:
    """The conditions as *institution* (a key) sees them; what is equal in both directions is said once."""
    directions: dict[tuple[Any, ...], set[bool]] = {}
    for condition in content["conditions"]:
        what = (
            condition["mobility"],
            tuple(condition["fields"]),
            tuple(condition["levels"]),
            tuple(condition["terms"]),
        )
        directions.setdefault(what, set()).add(condition["sending"] == institution)
    return [
        Exchange(
            mobility=mobility,
            outgoing=True in ways,
            incoming=False in ways,
            fields=fields,
            levels=levels,
            terms=terms,
        )
        for (mobility, fields, levels, terms), ways in directions.items()
    ]


def faculties(content: Mapping[str, Any], institution: str) -> tuple[Mapping[str, str] | None, ...]:
    """The faculty of *institution* and that of its partner, each in three languages; None for the whole university."""
    own = {party["institution"]: party["faculty"] for party in content["parties"]}
    return own.get(institution), next((one for key, one in own.items() if key != institution), None)
