"""What the end of a year does to what is out of balance: made good, carried over, or expired. Pure.

What is open is kept by the year that it comes from: {2024: 2, 2025: 1} are three stays (or terms) that the first of the
two sides has sent beyond what it received, {2025: -1} one that the other side has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CARRIED, EXPIRED = "carried", "expired"

type Lots = Mapping[int, int]  # year: what is open from it
type Flow = tuple[int, int]  # what the first side has sent to the other, and received from it, in a year


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What is still open at the end of a year, by the year that it comes from: it expires, or is carried over."""

    expired: dict[int, int]
    carried: dict[int, int]


@dataclass(frozen=True, kw_only=True)
class Movement:
    """A line that closing a year writes: so much is added to *year*, signed for the first side."""

    closes: int
    year: int
    kind: str
    origin: int
    stays: int
    terms: int


def closing(lots: Lots, flow: Flow, *, year: int, expires_after: int | None) -> Closing:
    """Close *year*, into which *lots* were carried, and in which *flow* went there and back.

    What is sent one way makes good the oldest that is open the other way. What is left from a year can be made good
    for *expires_after* more years, to the end of the last of them; without that number it never expires.

    >>> closing({2024: 2}, (3, 3), year=2025, expires_after=1)  # what came back in 2025 was for 2024 first
    Closing(expired={}, carried={2025: 2})
    >>> closing({2024: 2}, (3, 1), year=2025, expires_after=1)
    Closing(expired={2024: 1}, carried={2025: 3})
    """
    sent, received = flow
    there = {origin: count for origin, count in lots.items() if count > 0}
    back = {origin: -count for origin, count in lots.items() if count < 0}
    for ours, theirs, count in ((there, back, sent), (back, there, received)):
        direction = ours if count > 0 else theirs  # what is taken away below zero counts the other way
        direction[year] = direction.get(year, 0) + abs(count)
    met = min(sum(there.values()), sum(back.values()))
    left = {**_without(there, met), **{origin: -count for origin, count in _without(back, met).items()}}
    over = {origin for origin in left if expires_after is not None and year - origin >= expires_after}
    return Closing(
        expired={origin: left[origin] for origin in sorted(over)},
        carried={origin: left[origin] for origin in sorted(left.keys() - over)},
    )


def _without(lots: Lots, count: int) -> dict[int, int]:
    """What is left of *lots* when *count* is taken, the oldest first.

    >>> _without({2025: 4, 2024: 2}, 3)
    {2025: 3}
    """
    left = {}
    for origin in sorted(lots):
        taken = min(lots[origin], count)
        count -= taken
        if lots[origin] > taken:
            left[origin] = lots[origin] - taken
    return left


def movements(
    years: range,
    *,
    lots: Mapping[str, Lots],
    flows: Mapping[str, Mapping[int, Flow]],
    expires_after: int | None,
) -> list[Movement]:
    """The lines that closing *years* one after the other writes; *lots* and *flows* are by "stays" and "terms".

    Stays and terms are closed each by itself, whichever of the two the agreement counts: it can change to the other.
    """
    open_, found = dict(lots), []
    for year in years:
        closed = {
            unit: closing(
                open_.get(unit, {}),
                flows.get(unit, {}).get(year, (0, 0)),
                year=year,
                expires_after=expires_after,
            )
            for unit in ("stays", "terms")
        }
        found += _lines(year, EXPIRED, {unit: closed[unit].expired for unit in closed}, {year: -1})
        found += _lines(
            year, CARRIED, {unit: closed[unit].carried for unit in closed}, {year: -1, year + 1: 1}
        )
        open_ = {unit: closed[unit].carried for unit in closed}
    return found


def _lines(closes: int, kind: str, lots: Mapping[str, Lots], into: Mapping[int, int]) -> list[Movement]:
    """One line a year that something comes from, for each year *into* which it goes, or out of which (-1)."""
    return [
        Movement(
            closes=closes,
            year=year,
            kind=kind,
            origin=origin,
            stays=sign * lots["stays"].get(origin, 0),
            terms=sign * lots["terms"].get(origin, 0),
        )
        for origin in sorted({*lots["stays"], *lots["terms"]})
        for year, sign in into.items()
    ]
