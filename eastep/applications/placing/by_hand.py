"""The moves by hand: whom they put where, and what they take of each quota before the rule gives anything."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from eastep.applications.eligibility import Applicant, Place
from eastep.applications.placing.quotas import Quotas, country_of
from eastep.applications.placing.result import CannotMove, Direction, Move, TooManyMoved


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """The moves by applicant; what they take of each quota, and between which institutions they are stays."""

    moves: dict[str, Move] = field(default_factory=dict)
    given: Counter[str] = field(default_factory=Counter)
    scores: dict[str, list[Decimal]] = field(default_factory=lambda: defaultdict(list))
    stays: list[tuple[str, str]] = field(default_factory=list)  # home of the applicant, host

    def directions(self) -> Counter[Direction]:
        """How many were moved from which country to which."""
        return Counter(Direction(country_of(home), country_of(host)) for home, host in self.stays)


def by_hand_of(
    moves: Iterable[Move], places: Sequence[Place], applicants: Sequence[Applicant], quotas: Quotas
) -> ByHand:
    """What the moves take. Raises CannotMove."""
    found = ByHand()
    moves = tuple(moves)
    person = {one.id: one for one in applicants} if moves else {}
    rows = {place.row: place for place in places} if moves else {}
    for move in moves:
        if move.applicant not in person:
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
            found.scores[name].append(person[move.applicant].score)
        found.stays.append((person[move.applicant].home, rows[move.row].host))
    return found
