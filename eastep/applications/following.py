"""What a frozen round leaves for a second one: places, and the balance that moves on. Pure.

Whoever keeps a place is named by the row that it is on. A stay for the year keeps a place in both of its terms and one
of the year stays, so what is left is counted quota by quota, as the rule counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from eastep.applications.eligibility import Place
from eastep.applications.placing import country_of, quotas_of
from eastep.placement import MECHANISMS


class Left(NamedTuple):
    """What is left of a row: of its *own* number, and how many more stays fit: *open*, by the fullest of its terms."""

    own: int
    open: int


def left_by_row(places: Iterable[Place], kept: Iterable[int]) -> dict[int, Left]:
    """What the rows have left, by row, where *kept* names the row of everybody who keeps a place."""
    places = tuple(places)
    quotas = quotas_of(places)
    left = Counter(quotas.capacity)
    for row in kept:
        left.subtract(quotas.draws[str(row)])
    found = {}
    for place in places:
        each = [left[name] for name in quotas.draws[str(place.row)]]
        found[place.row] = Left(own=each[-1], open=min(each))
    return found


def places_left(places: Iterable[Place], kept: Iterable[int]) -> list[Place]:
    """The places of a second round: every row with the number that is left, be it 0.

    What was carried over is in that number. Together with those who keep theirs, no quota can be exceeded by them.
    """
    places = tuple(places)
    left = left_by_row(places, kept)
    return [replace(place, places=left[place.row].own, carried=0) for place in places]


def waits_for(details: Mapping[str, Any]) -> set[int]:
    """The rows of places that an applicant of a result wanted more than what he or she got, and was refused.

    >>> waits_for({"choices": [{"code": "full", "full": [{"row": 2}]}, {"code": "placed", "full": []}]})
    {2}
    """
    found: set[int] = set()
    for wish in details["choices"]:
        if wish["code"] == "full":
            found.update(one["row"] for one in wish["full"])
        elif wish["code"] == "no_exchange":
            found.update(wish["rows"])
    return found


def rule_after(rule: Mapping[str, Any], stays: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """*rule* (see ruling.py) for the next round: of *stays*, home and host of each that stands, the balance moves on.

    >>> rule = {"mechanism": "balanced_exchange", "unit": "country", "tolerance": 2, "carried": {"JP": 1, "KR": -1}}
    >>> rule_after(rule, [("JP:a", "KR:b"), ("JP:a", "KR:c"), ("KR:b", "JP:a")])["carried"]
    {'JP': 2, 'KR': -2}
    """
    if not rule or not MECHANISMS[rule["mechanism"]].is_balanced:
        return dict(rule)
    carried = Counter(rule["carried"])
    for home, host in stays:
        sent, received = (
            (home, host) if rule["unit"] == "institution" else (country_of(home), country_of(host))
        )
        carried[sent] += 1
        carried[received] -= 1
    return {**rule, "carried": {unit: carried[unit] for unit in sorted(carried) if carried[unit]}}
