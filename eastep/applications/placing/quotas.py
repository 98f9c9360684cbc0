"""What the rows of places mean as quotas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from eastep.applications.eligibility import Place
from eastep.applications.placing.result import Direction


@dataclass(frozen=True, kw_only=True)
class Quotas:
    """Named quotas: their places, the term that each counts, and those that each row of places draws on.

    The last of the quotas that a row draws on is the row's own. *direction* names those quotas that are no places of
    a university, but what balance allows from one country to another.
    """

    capacity: dict[str, int]
    term: dict[str, str]
    draws: dict[str, list[str]]
    direction: dict[str, Direction] = field(default_factory=dict)


def quotas_of(places: Iterable[Place]) -> Quotas:
    """What the rows of places mean as quotas.

    A row for a term draws on its term. A row for the year draws on both terms and on its own number of year
    stays. A term holds what the row for that term says; where no row names the term, what the year rows bring.
    """
    named: dict[str, int] = {}
    brought: Counter[str] = Counter()
    term: dict[str, str] = {}
    draws: dict[str, list[str]] = {}
    for place in places:
        seasons = [place.start, place.start.next] if place.length == "year" else [place.start]
        names = [f"{place.home} {place.host} {place.fields} {place.levels} {season}" for season in seasons]
        term.update(zip(names, map(str, seasons), strict=True))
        draws[str(place.row)] = names
        if place.length == "year":
            brought.update(dict.fromkeys(names, place.on_offer))
            year = f"year stays of row {place.row}"
            named[year] = place.on_offer
            draws[str(place.row)] = [*names, year]
        else:
            named[names[0]] = place.on_offer
    return Quotas(capacity={**brought, **named}, term=term, draws=draws)


def with_directions(quotas: Quotas, places: Iterable[Place], limits: Mapping[Direction, int]) -> Quotas:
    """The same, where each row also draws on what balance allows in its direction, be it a term or a year."""
    names = {direction: f"{direction.home}→{direction.host}" for direction in limits}
    draws = dict(quotas.draws)
    for place in places:
        if (name := names.get(Direction(country_of(place.home), country_of(place.host)))) is not None:
            draws[str(place.row)] = [name, *draws[str(place.row)]]
    return Quotas(
        capacity=quotas.capacity | {names[direction]: count for direction, count in limits.items()},
        term=quotas.term,
        draws=draws,
        direction={name: direction for direction, name in names.items()},
    )


def country_of(institution: str) -> str:
    """The country of an institution by its key.

    >>> country_of("KR:0000149")
    'KR'
    """
    return institution.partition(":")[0]
