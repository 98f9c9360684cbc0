"""A placement from places and applicants: eligibility, then score and lottery, then a reason for every choice.

Pure: the same places, applicants and seed give the same result, whatever the order of the rows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from eastep.applications.eligibility import Applicant, Choice, Objection, Place, StartOf, rows_for
from eastep.placement import FullNode, Lottery, Market, Placement, deferred_acceptance
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
    """One row of places and how far it was used; *lowest* is the last score that got in."""

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
    offered: dict[tuple[str, Choice], list[Place]] = defaultdict(list)
    for place in places:
        offered[place.home, Choice(host=place.host, start=place.start, length=place.length)].append(place)
    uses: dict[str, list[tuple[int, Place]]] = {}
    refused: dict[str, dict[int, tuple[Objection, ...]]] = defaultdict(dict)
    for applicant in applicants:
        uses[applicant.id] = []
        for number, choice in enumerate(applicant.choices, 1):
            rows, against = rows_for(applicant, choice, offered, standards, start_of)
            uses[applicant.id] += [(number, place) for place in rows]
            if against:
                refused[applicant.id][number] = against

    quotas = quotas_of(places)
    market = Market.from_mappings(
        wishes={a.id: [str(place.row) for _number, place in uses[a.id]] for a in applicants},
        score={a.id: a.score for a in applicants},
        places=quotas.capacity,
        draws=quotas.draws,
    )
    placement = deferred_acceptance(market, Lottery.draw(seed, [a.id for a in applicants]))
    return _result(seed, places, applicants, uses, refused, placement, quotas)


@dataclass(frozen=True, kw_only=True)
class Quotas:
    """Named quotas: their places, the term that each counts, and those that each row of places draws on."""

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


def _result(
    seed: str,
    places: Sequence[Place],
    applicants: Sequence[Applicant],
    uses: dict[str, list[tuple[int, Place]]],
    refused: dict[str, dict[int, tuple[Objection, ...]]],
    placement: Placement,
    quotas: Quotas,
) -> Result:
    scores = [applicant.score for applicant in applicants]
    order = sorted(range(len(applicants)), key=lambda i: (-scores[i], placement.lottery.rank[i]))
    outcomes = tuple(
        Outcome(
            applicant=applicants[i],
            position=position,
            lottery=int(placement.lottery.number[i]),
            verdicts=_verdicts(applicants[i], i, uses[applicants[i].id], refused[applicants[i].id], placement, quotas),
        )
        for position, i in enumerate(order, 1)
    )
    holders: dict[int, list[Decimal]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.placed and outcome.placed.row is not None:
            holders[outcome.placed.row].append(outcome.applicant.score)
    used = tuple(
        Used(place=place, taken=len(holders[place.row]), lowest=min(holders[place.row], default=None))
        for place in places
    )
    return Result(seed=seed, outcomes=outcomes, used=used)


def _verdicts(
    applicant: Applicant,
    index: int,
    uses: list[tuple[int, Place]],
    refused: dict[int, tuple[Objection, ...]],
    placement: Placement,
    quotas: Quotas,
) -> tuple[Verdict, ...]:
    """One verdict a choice: the choices before the one that was met were full or not open to the applicant."""
    met = int(placement.rank[index])  # the number of the row of places that was got, 0 if none
    placed_row = uses[met - 1][1].row if met else None
    placed_number = uses[met - 1][0] if met else None
    full: dict[int, list[Full]] = defaultdict(list)
    for refusal in placement.why_not(index):
        number, place = uses[refusal.rank - 1]
        full[number] += [_full(node, place, placement, quotas) for node in refusal.full]

    def verdict(number: int, choice: Choice) -> Verdict:
        if number in refused:
            return Verdict(number=number, choice=choice, code="ineligible", objections=refused[number])
        if number == placed_number:
            return Verdict(number=number, choice=choice, code="placed", row=placed_row)
        if placed_number is not None and number > placed_number:
            return Verdict(number=number, choice=choice, code="not_needed")
        return Verdict(number=number, choice=choice, code="full", full=tuple(full[number]))

    return tuple(verdict(number, choice) for number, choice in enumerate(applicant.choices, 1))


def _full(node: FullNode, place: Place, placement: Placement, quotas: Quotas) -> Full:
    name = (placement.market.node_names or ())[node.node]
    last = node.cutoff
    return Full(
        row=place.row,
        term=quotas.term.get(name, ""),
        places=quotas.capacity[name],
        score=Decimal(str(last.score)) if last else None,
        lottery=last.lottery if last else None,
    )
