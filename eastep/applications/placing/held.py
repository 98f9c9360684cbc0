"""Who holds the places of each quota by the rule, in order of service; and whom it kept out."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from eastep.applications.eligibility import Applicant, Judged, Place
from eastep.applications.placing.by_hand import ByHand
from eastep.applications.placing.quotas import Quotas
from eastep.applications.placing.result import Full, Limit, Used


class Served(NamedTuple):
    """One applicant in the order of service, and the row that the rule gave."""

    applicant: Applicant
    judged: tuple[Judged, ...]
    position: int
    lottery: int
    rank: int  # in the lottery
    row: int | None


class Held:
    """The holders of each quota. *by_claim*: the better claim decides, so whoever is refused found a quota full of
    better ones; else (a rule of exchange) a quota is full for all alike once its places are given.
    """

    def __init__(
        self, quotas: Quotas, by_hand: ByHand, served: Sequence[Served], *, by_claim: bool = True
    ) -> None:
        self.quotas = quotas
        self.by_hand = by_hand
        self.served = served
        self.by_claim = by_claim
        self.holders: dict[str, list[int]] = {name: [] for name in quotas.capacity}  # positions, from 1
        for own in served:
            if own.row is not None:
                for name in quotas.draws[str(own.row)]:
                    self.holders[name].append(own.position)
        self.refused: Counter[int] = Counter()
        self.highest_refused: dict[int, Decimal] = {}
        self.binding: set[str] = set()

    def full_for(self, position: int, row: int, without: Iterable[str] = ()) -> list[tuple[str, int]]:
        """The quotas of *row* that are full for who is at *position*: those that the ones before fill, each with
        the position of the last one in by the rule, 0 if there is none. Quotas *without* have one place by hand
        less."""
        full = []
        for name in self.quotas.draws[str(row)]:
            left = self.quotas.capacity[name] - self.by_hand.given[name] + (name in without)
            holders = self.holders[name]
            before = bisect_left(holders, position) if self.by_claim else len(holders)
            if before >= left:
                full.append((name, holders[before - 1] if before and self.by_claim else 0))
        return full

    def refuse(self, own: Served, row: int, full: Iterable[tuple[str, int]]) -> None:
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
            direction=self.quotas.direction.get(name),
        )

    def used(self, place: Place) -> Used:
        """How far the places of a row were used."""
        names = self.quotas.draws[str(place.row)]
        own, given = names[-1], self.by_hand.given
        full = [name for name in names if len(self.holders[name]) + given[name] >= self.quotas.capacity[name]]
        lasts = [(self.holders[name][-1] if self.holders[name] else 0, name) for name in full]
        last, decisive = min(lasts, default=(0, ""))  # who gets in must come before the best of the last ones
        has_cutoff = last > 0 and self.by_claim
        scores = [self.served[position - 1].applicant.score for position in self.holders[own][-1:]]
        return Used(
            place=place,
            taken=len(self.holders[own]) + given[own],
            by_hand=given[own],
            lowest=min([*scores, *self.by_hand.scores.get(own, ())], default=None),
            is_full=bool(full),
            cutoff=self.served[last - 1].applicant.score if has_cutoff else None,
            among=len(self.holders[decisive]) if has_cutoff else 0,
            refused=self.refused[place.row],
            highest_refused=self.highest_refused.get(place.row),
            binds=own in self.binding,
        )

    def limits(self) -> tuple[Limit, ...]:
        """What balance allowed in each direction, and how far it was used."""
        return tuple(
            Limit(
                direction=direction,
                places=self.quotas.capacity[name],
                taken=len(self.holders[name]) + self.by_hand.given[name],
                by_hand=self.by_hand.given[name],
                binds=name in self.binding,
            )
            for name, direction in self.quotas.direction.items()
        )
