"""A placement from places and applicants: eligibility, then score and lottery, then a reason for every choice.

Pure: the same places, applicants and seed give the same result, whatever the order of the rows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from eastep.applications.eligibility import Applicant, Choice, Objection, Place, StartOf, rows_for
from eastep.placement import Lottery, Market, Placement, deferred_acceptance
from eastep.standards.facts import Standards

Code = Literal["placed", "full", "ineligible", "not_needed"]


@dataclass(frozen=True, kw_only=True)
class Full:
    """Why there was no place: the quota that was full, and the last person who got in."""

    row: int  # the row of places that the choice could have used
    term: str  # the season whose places are taken; "" where the number of year stays is what binds
    places: int
    score: Decimal | None  # of the last one in; None where the quota has no places at all
    lottery: int | None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of one choice."""

    number: int  # 1 is the first choice
    choice: Choice
    code: Code
    row: int | None = None  # the row in the sheet of places that was used
    objections: tuple[Objection, ...] = ()
    full: tuple[Full, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one applicant. *position* is the order of service: by score, then by lottery."""

    applicant: Applicant
    position: int
    lottery: int
    verdicts: tuple[Verdict, ...]

    @property
    def placed(self) -> Verdict | None:
        return next((verdict for verdict in self.verdicts if verdict.code == "placed"), None)


@dataclass(frozen=True, kw_only=True)
class Used:
    """One row of places: how many of its places are taken, and the lowest score of those who hold them."""

    place: Place
    taken: int
    lowest: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Result:
    """A whole placement; outcomes in order of service."""

    seed: str
    outcomes: tuple[Outcome, ...]
    used: tuple[Used, ...]


def place_applicants(
    places: Sequence[Place],
    applicants: Sequence[Applicant],
    *,
    standards: Standards,
    start_of: StartOf,
    seed: str,
) -> Result:
    """Serve the applicants in order of score, equal scores by lottery; each gets the best choice still open.

    No better rule exists for one score per applicant: it is stable, and nobody gains by a list that is not
    sincere. A choice is expanded into the rows of places that it may use.
    """
    places = sorted(places, key=lambda place: place.row)
    quotas = quotas_of(places)
    offered = _offered(places)
    wishes = [_wishes(applicant, offered, standards, start_of) for applicant in applicants]
    market = Market.from_mappings(
        wishes={
            one.id: [str(place.row) for _, place in wish.uses]
            for one, wish in zip(applicants, wishes, strict=True)
        },
        score={one.id: one.score for one in applicants},
        places=quotas.capacity,
        draws=quotas.draws,
    )
    placement = deferred_acceptance(market, Lottery.draw(seed, [one.id for one in applicants]))
    order = sorted(
        range(len(applicants)), key=lambda one: (-applicants[one].score, placement.lottery.rank[one])
    )
    outcomes = tuple(
        Outcome(
            applicant=applicants[one],
            position=position,
            lottery=int(placement.lottery.number[one]),
            verdicts=_verdicts(
                applicants[one],
                wishes[one],
                int(placement.rank[one]),
                _fulls(one, wishes[one], placement, quotas),
            ),
        )
        for position, one in enumerate(order, 1)
    )
    return Result(seed=seed, outcomes=outcomes, used=_used(places, outcomes, quotas))


def _offered(places: Iterable[Place]) -> dict[tuple[str, Choice], list[Place]]:
    """The rows of places by home and by what an applicant may wish for."""
    offered: dict[tuple[str, Choice], list[Place]] = defaultdict(list)
    for place in places:
        offered[place.home, Choice(host=place.host, start=place.start, length=place.length)].append(place)
    return offered


@dataclass(frozen=True, kw_only=True)
class _Wishes:
    """The choices of one applicant: the rows that each may use, in order, and what speaks against the others."""

    uses: list[tuple[int, Place]]  # with the number of the choice
    refused: dict[int, tuple[Objection, ...]]


def _wishes(
    applicant: Applicant,
    offered: dict[tuple[str, Choice], list[Place]],
    standards: Standards,
    start_of: StartOf,
) -> _Wishes:
    wishes = _Wishes(uses=[], refused={})
    for number, choice in enumerate(applicant.choices, 1):
        rows, against = rows_for(applicant, choice, offered, standards, start_of)
        wishes.uses.extend((number, place) for place in rows)
        if against:
            wishes.refused[number] = against
    return wishes


@dataclass(frozen=True, kw_only=True)
class Quotas:
    """Named quotas: their places, the term that each counts, and those that each row of places draws on.

    The last of the quotas that a row draws on is the row's own.
    """

    capacity: dict[str, int]
    term: dict[str, str]
    draws: dict[str, list[str]]


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
            brought.update(dict.fromkeys(names, place.places))
            year = f"year stays of row {place.row}"
            named[year] = place.places
            draws[str(place.row)] = [*names, year]
        else:
            named[names[0]] = place.places
    return Quotas(capacity={**brought, **named}, term=term, draws=draws)


def _used(places: Iterable[Place], outcomes: Iterable[Outcome], quotas: Quotas) -> tuple[Used, ...]:
    """How far each row's own quota was used: a term counts those who stay the year too."""
    holders: dict[str, list[Decimal]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.placed:
            for name in quotas.draws[str(outcome.placed.row)]:
                holders[name].append(outcome.applicant.score)
    own = {place.row: holders[quotas.draws[str(place.row)][-1]] for place in places}
    return tuple(
        Used(place=place, taken=len(own[place.row]), lowest=min(own[place.row], default=None))
        for place in places
    )


def _verdicts(
    applicant: Applicant, wishes: _Wishes, rank: int, fulls: dict[int, list[Full]]
) -> tuple[Verdict, ...]:
    """One verdict a choice. *rank* tells which of the rows that may be used was got, 0 if none."""
    met, row = (wishes.uses[rank - 1][0], wishes.uses[rank - 1][1].row) if rank else (None, None)

    def verdict(number: int, choice: Choice) -> Verdict:
        if against := wishes.refused.get(number):
            return Verdict(number=number, choice=choice, code="ineligible", objections=against)
        if number == met:
            return Verdict(number=number, choice=choice, code="placed", row=row)
        if met and number > met:
            return Verdict(number=number, choice=choice, code="not_needed")
        return Verdict(number=number, choice=choice, code="full", full=tuple(fulls[number]))

    return tuple(verdict(number, choice) for number, choice in enumerate(applicant.choices, 1))


def _fulls(index: int, wishes: _Wishes, placement: Placement, quotas: Quotas) -> dict[int, list[Full]]:
    """The quotas that were full, by the number of the choice that they kept the applicant from."""
    names = placement.market.node_names or ()
    fulls: dict[int, list[Full]] = defaultdict(list)
    for refusal in placement.why_not(index):
        number, place = wishes.uses[refusal.rank - 1]
        for node, last in refusal.full:
            full = Full(
                row=place.row,
                term=quotas.term.get(names[node], ""),
                places=quotas.capacity[names[node]],
                score=Decimal(str(last.score)) if last else None,
                lottery=last.lottery if last else None,
            )
            fulls[number].append(full)
    return fulls
