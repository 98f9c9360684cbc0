"""A placement from places and applicants: eligibility, then score and lottery, then a reason for every choice.

Pure: the same places, applicants, waivers, moves and seed give the same result, whatever the order of the rows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Literal, NamedTuple

from eastep.applications.eligibility import (
    NOT_OFFERED,
    Applicant,
    Choice,
    Judged,
    Objection,
    Place,
    StartOf,
    Waived,
    Waiver,
    judge,
    objections,
    set_aside,
)
from eastep.placement import Lottery, Market, deferred_acceptance
from eastep.standards.facts import Standards

Code = Literal["placed", "full", "ineligible", "not_needed", "moved"]
BY_HAND = 0  # the number of the entry of a row that is not on the applicant's list


@dataclass(frozen=True, kw_only=True)
class Move:
    """An officer has put an applicant onto a row of places, or has left the applicant without (*row* is None)."""

    applicant: str
    row: int | None
    reason: str


class CannotMove(ValueError):
    """A move that cannot be. *code* is stable; *facts* fill the sentence's places (`reasons.impossible`).

    Codes: ``unknown_applicant``, ``unknown_row``, ``moved_twice``, ``too_many_moved``.
    """

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(f"{code}: {facts}")
        self.code = code
        self.facts = facts


class TooManyMoved(CannotMove):
    """More applicants were moved onto *row* than a quota of it has *places*; *term* is "" for the year stays."""

    def __init__(self, row: int, places: int, term: str) -> None:
        super().__init__("too_many_moved", row=row, places=places, term=term)
        self.row = row
        self.places = places


@dataclass(frozen=True, kw_only=True)
class Full:
    """Why there was no place: the quota that was full, and the last person who got in by the rule."""

    row: int  # the row of places that the choice could have used
    term: str  # the season whose places are taken; "" where the number of year stays is what binds
    places: int
    score: Decimal | None  # of the last one in; None where the rule had no places to give
    lottery: int | None
    by_hand: int = 0  # places of the quota that were given by hand


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of one choice.

    *enough* (only where it was full): who has a better score than this would certainly have got the choice, and
    with the own lottery number an equal one would do if *enough_equal*. None where no score would have been enough.
    """

    number: int  # 1 is the first choice; `BY_HAND` is a row that was not on the list
    choice: Choice
    code: Code
    row: int | None = None  # the row of places that was used
    objections: tuple[Objection, ...] = ()
    waived: tuple[Waived, ...] = ()
    full: tuple[Full, ...] = ()
    enough: Decimal | None = None
    enough_equal: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one applicant. *position* is the order of service: by score, then by lottery."""

    applicant: Applicant
    position: int
    lottery: int
    verdicts: tuple[Verdict, ...]
    move: Move | None = None

    @property
    def placed(self) -> Verdict | None:
        return next((verdict for verdict in self.verdicts if verdict.row is not None), None)


@dataclass(frozen=True, kw_only=True)
class Used:
    """One row of places: who holds them, and who would have liked to.

    *taken*, *by_hand*, *lowest* and *binds* are about the row's own quota: the places of the term, with those who
    stay the year, or the number of year stays. *is_full*, *cutoff*, *among* and the refused are about the row
    as a choice: a year is full as soon as one of its terms is.
    """

    place: Place
    taken: int
    by_hand: int
    lowest: Decimal | None  # score of those who hold a place
    is_full: bool
    cutoff: (
        Decimal | None
    )  # the score of the last one in by the rule, where it is full; None is open, or all by hand
    among: int  # how many got in by the rule where *cutoff* was decided
    refused: int  # applicants who were eligible, wanted it more than what they got, and found it full
    highest_refused: Decimal | None
    binds: bool  # this number of places kept somebody out


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
    waivers: Iterable[Waiver] = (),
    moves: Iterable[Move] = (),
    eligible: Eligible | None = None,
) -> Result:
    """Serve the applicants in order of score, equal scores by lottery; each gets the best choice still open.

    No better rule exists for one score per applicant: it is stable, and nobody gains by a list that is not
    sincere. A choice is expanded into the rows of places that it may use. Who was moved by hand holds the row
    first, whatever speaks against it; the rule gives what is left. Raises `CannotMove`.

    *eligible* saves the judging where the very same places, applicants and waivers were placed before.
    """
    places = sorted(places, key=lambda place: place.row)
    quotas = quotas_of(places)
    by_hand = _by_hand(moves, places, applicants, quotas)
    eligible = eligible or Eligible(places, standards, start_of, waivers)
    judged = [eligible.judged(applicant) for applicant in applicants]
    market = Market.from_mappings(
        wishes={
            one.id: [] if one.id in by_hand.moves else [str(place.row) for place in _uses(own)]
            for one, own in zip(applicants, judged, strict=True)
        },
        score={one.id: one.score for one in applicants},
        places={name: count - by_hand.given[name] for name, count in quotas.capacity.items()},
        draws=quotas.draws,
    )
    placement = deferred_acceptance(market, Lottery.draw(seed, [one.id for one in applicants]))
    number, rank = placement.lottery.number.tolist(), placement.lottery.rank.tolist()
    got = placement.rank.tolist()
    order = sorted(range(len(applicants)), key=lambda one: (-applicants[one].score, rank[one]))
    served = [
        _Served(
            applicant=applicants[one],
            judged=judged[one],
            position=position,
            lottery=number[one],
            rank=rank[one],
            row=next(islice(_uses(judged[one]), got[one] - 1, None)).row if got[one] else None,
        )
        for position, one in enumerate(order, 1)
    ]
    held = _Held(quotas, by_hand, served)
    outcomes = tuple(
        Outcome(
            applicant=own.applicant,
            position=own.position,
            lottery=own.lottery,
            verdicts=tuple(
                _verdicts_by_hand(own, by_hand.moves[own.applicant.id], held, eligible)
                if own.applicant.id in by_hand.moves
                else _verdicts(own, held)
            ),
            move=by_hand.moves.get(own.applicant.id),
        )
        for own in served
    )
    return Result(seed=seed, outcomes=outcomes, used=tuple(map(held.used, places)))


def _offered(places: Iterable[Place]) -> dict[tuple[str, Choice], list[Place]]:
    """The rows of places by home and by what an applicant may wish for."""
    offered: dict[tuple[str, Choice], list[Place]] = defaultdict(list)
    for place in places:
        offered[place.home, Choice(host=place.host, start=place.start, length=place.length)].append(place)
    return offered


class Eligible:
    """What the choices of each applicant may use: judged once, whoever is moved by hand afterwards."""

    def __init__(
        self, places: Sequence[Place], standards: Standards, start_of: StartOf, waivers: Iterable[Waiver]
    ) -> None:
        self.offered = _offered(places)
        self.standards = standards
        self.start_of = cache(start_of)
        self.place = {place.row: place for place in places}
        self.waivers: dict[tuple[str, Choice], dict[str, str]] = defaultdict(dict)
        for waiver in waivers:
            self.waivers[waiver.applicant, waiver.choice][waiver.code] = waiver.reason
        self.with_waivers = {applicant for applicant, _choice in self.waivers}
        self._judged: dict[str, tuple[Judged, ...]] = {}

    def judged(self, applicant: Applicant) -> tuple[Judged, ...]:
        """One for each choice."""
        if applicant.id not in self._judged:
            self._judged[applicant.id] = self._judge(applicant)
        return self._judged[applicant.id]

    def _judge(self, applicant: Applicant) -> tuple[Judged, ...]:
        return tuple(
            judge(
                applicant,
                choice,
                self.offered,
                standards=self.standards,
                start_of=self.start_of,
                waivers=self.waived(applicant, choice),
            )
            for choice in applicant.choices
        )

    def waived(self, applicant: Applicant, choice: Choice) -> Mapping[str, str]:
        """The reasons, by the code of the objection."""
        if applicant.id not in self.with_waivers:
            return {}
        return self.waivers.get((applicant.id, choice), {})

    def told(self, applicant: Applicant, place: Place) -> tuple[tuple[Objection, ...], tuple[Waived, ...]]:
        """What speaks against *applicant* at a row that was given by hand, and what of it was waived."""
        day = self.start_of(place.start, place.host)
        found = objections(applicant, place, self.standards, starts_on=day)
        against, aside = set_aside(found, self.waived(applicant, _wish(place)))
        return (against if place.home == applicant.home else (NOT_OFFERED, *against)), aside


def _wish(place: Place) -> Choice:
    return Choice(host=place.host, start=place.start, length=place.length)


def _uses(judged: Iterable[Judged]) -> Iterator[Place]:
    """The rows that the choices may use, in order."""
    return (place for one in judged for place in one.rows)


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


@dataclass(frozen=True, kw_only=True)
class _ByHand:
    """The moves, and what they take of each quota."""

    moves: dict[str, Move]
    given: Counter[str]
    scores: dict[str, list[Decimal]]


def _by_hand(
    moves: Iterable[Move], places: Sequence[Place], applicants: Sequence[Applicant], quotas: Quotas
) -> _ByHand:
    found = _ByHand(moves={}, given=Counter(), scores=defaultdict(list))
    moves = tuple(moves)
    score = {one.id: one.score for one in applicants} if moves else {}
    rows = {place.row for place in places}
    for move in moves:
        if move.applicant not in score:
            raise CannotMove("unknown_applicant", applicant=move.applicant)
        if move.applicant in found.moves:
            raise CannotMove("moved_twice", applicant=move.applicant)
        found.moves[move.applicant] = move
        if move.row is None:
            continue
        if move.row not in rows:
            raise CannotMove("unknown_row", applicant=move.applicant, row=move.row)
        for name in quotas.draws[str(move.row)]:
            if found.given[name] >= quotas.capacity[name]:
                raise TooManyMoved(move.row, quotas.capacity[name], quotas.term.get(name, ""))
            found.given[name] += 1
            found.scores[name].append(score[move.applicant])
    return found


class _Served(NamedTuple):
    """One applicant in the order of service, and the row that the rule gave."""

    applicant: Applicant
    judged: tuple[Judged, ...]
    position: int
    lottery: int
    rank: int  # in the lottery
    row: int | None


class _Held:
    """Who holds the places of each quota by the rule, in order of service; and whom it kept out."""

    def __init__(self, quotas: Quotas, by_hand: _ByHand, served: Sequence[_Served]) -> None:
        self.quotas = quotas
        self.by_hand = by_hand
        self.served = served
        self.holders: dict[str, list[int]] = {name: [] for name in quotas.capacity}  # positions, from 1
        for own in served:
            if own.row is not None:
                for name in quotas.draws[str(own.row)]:
                    self.holders[name].append(own.position)
        self.refused: Counter[int] = Counter()
        self.highest_refused: dict[int, Decimal] = {}
        self.binding: set[str] = set()

    def full_before(self, position: int, row: int, without: Iterable[str] = ()) -> list[tuple[str, int]]:
        """The quotas of *row* that those before *position* fill: each with the position of the last one in by the
        rule, 0 if there is none. Quotas *without* have one place by hand less."""
        full = []
        for name in self.quotas.draws[str(row)]:
            left = self.quotas.capacity[name] - self.by_hand.given[name] + (name in without)
            before = bisect_left(self.holders[name], position)
            if before >= left:
                full.append((name, self.holders[name][before - 1] if before else 0))
        return full

    def refuse(self, own: _Served, row: int, full: Iterable[tuple[str, int]]) -> None:
        """Keep count; the refused come in order of service, so the first has the highest score."""
        self.refused[row] += 1
        self.highest_refused.setdefault(row, own.applicant.score)
        self.binding.update(name for name, _last in full)

    def told(self, row: int, name: str, last: int) -> Full:
        """A full quota and its last holder by the rule."""
        holder = self.served[last - 1] if last else None
        return Full(
            row=row,
            term=self.quotas.term.get(name, ""),
            places=self.quotas.capacity[name],
            score=holder.applicant.score if holder else None,
            lottery=holder.lottery if holder else None,
            by_hand=self.by_hand.given[name],
        )

    def used(self, place: Place) -> Used:
        """How far the places of a row were used."""
        names = self.quotas.draws[str(place.row)]
        own, given = names[-1], self.by_hand.given
        full = [name for name in names if len(self.holders[name]) + given[name] >= self.quotas.capacity[name]]
        lasts = [(self.holders[name][-1] if self.holders[name] else 0, name) for name in full]
        last, decisive = min(lasts, default=(0, ""))  # who gets in must come before the best of the last ones
        scores = [self.served[position - 1].applicant.score for position in self.holders[own][-1:]]
        return Used(
            place=place,
            taken=len(self.holders[own]) + given[own],
            by_hand=given[own],
            lowest=min([*scores, *self.by_hand.scores.get(own, ())], default=None),
            is_full=bool(full),
            cutoff=self.served[last - 1].applicant.score if last else None,
            among=len(self.holders[decisive]) if last else 0,
            refused=self.refused[place.row],
            highest_refused=self.highest_refused.get(place.row),
            binds=own in self.binding,
        )


def _verdicts(own: _Served, held: _Held) -> Iterator[Verdict]:
    """One verdict a choice, for an applicant who was served by the rule."""
    is_met = False
    for number, (choice, judged) in enumerate(zip(own.applicant.choices, own.judged, strict=True), 1):
        if judged.against:
            yield _ineligible(number, choice, judged)
            continue
        full: dict[int, list[tuple[str, int]]] = {}
        if not is_met:
            for place in judged.rows:
                if place.row == own.row:
                    is_met = True
                    yield Verdict(
                        number=number,
                        choice=choice,
                        code="placed",
                        row=place.row,
                        waived=judged.waived.get(place.row, ()),
                    )
                    break
                full[place.row] = held.full_before(own.position, place.row)
                held.refuse(own, place.row, full[place.row])
            else:
                yield _full(number, own, full, held)
            continue
        yield Verdict(number=number, choice=choice, code="not_needed", waived=_waived(judged))


def _verdicts_by_hand(own: _Served, move: Move, held: _Held, eligible: Eligible) -> Iterator[Verdict]:
    """One verdict a choice for an applicant who was moved, and one more for a row that was not on the list.

    Whether a better choice was full is told as if the place by hand were not taken.
    """
    place = eligible.place[move.row] if move.row is not None else None
    mine = held.quotas.draws[str(place.row)] if place else ()
    is_listed = False
    for number, (choice, judged) in enumerate(zip(own.applicant.choices, own.judged, strict=True), 1):
        if place and choice == _wish(place):
            is_listed = True
            yield _moved(number, own.applicant, place, eligible)
        elif judged.against:
            yield _ineligible(number, choice, judged)
        else:
            full = {place.row: held.full_before(own.position, place.row, mine) for place in judged.rows}
            if all(full.values()) and not is_listed:
                yield _full(number, own, full, held)
            else:
                yield Verdict(number=number, choice=choice, code="not_needed", waived=_waived(judged))
    if place and not is_listed:
        yield _moved(BY_HAND, own.applicant, place, eligible)


def _ineligible(number: int, choice: Choice, judged: Judged) -> Verdict:
    return Verdict(
        number=number, choice=choice, code="ineligible", objections=judged.against, waived=_waived(judged)
    )


def _moved(number: int, applicant: Applicant, place: Place, eligible: Eligible) -> Verdict:
    against, waived = eligible.told(applicant, place)
    return Verdict(
        number=number, choice=_wish(place), code="moved", row=place.row, objections=against, waived=waived
    )


def _full(number: int, own: _Served, full: Mapping[int, Sequence[tuple[str, int]]], held: _Held) -> Verdict:
    """Each full quota of each row, and what would have been enough: to come before the last holder of every full
    quota of a row, in the row where this takes least."""
    to_beat = max(min(last for _name, last in quotas) for quotas in full.values())
    rival = held.served[to_beat - 1] if to_beat else None
    return Verdict(
        number=number,
        choice=own.applicant.choices[number - 1],
        code="full",
        waived=_waived(own.judged[number - 1]),
        full=tuple(held.told(row, name, last) for row, quotas in full.items() for name, last in quotas),
        enough=rival.applicant.score if rival else None,
        enough_equal=rival is not None and own.rank < rival.rank,
    )


def _waived(judged: Judged) -> tuple[Waived, ...]:
    """What was set aside in any of the rows, each once."""
    if not judged.waived:
        return ()
    found: list[Waived] = []
    for row in judged.waived.values():
        found.extend(one for one in row if one not in found)
    return tuple(found)
