"""The outcome of every placement algorithm, and the answers to what people ask about it."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eastep.placement.lottery import Lottery, priority
from eastep.placement.mappings import Score
from eastep.placement.market import Int32s, Int64s, Market


class Cutoff(NamedTuple):
    """The last student whom a full node took: whoever comes before has no quarrel with it."""

    student: int
    score: Score
    lottery: int


class FullNode(NamedTuple):
    """A node that students with better claims filled; `cutoff` is the last of them, if it has any place."""

    node: int
    cutoff: Cutoff | None


class Refusal(NamedTuple):
    """A choice that a student wanted more than the result: the rank in the list, and what was full."""

    rank: int
    option: int
    full: tuple[FullNode, ...]


class _Held(NamedTuple):
    """Who holds places of each node, the best first; `before[i]` places are held by the rows before i."""

    ptr: Int64s
    descending: Int64s
    student: Int64s
    before: Int64s


@dataclass(frozen=True, kw_only=True, eq=False)
class Placement:
    """Who got what.

    Parameters
    ----------
    market : Market
    lottery : Lottery
        What the algorithm was given.
    application : int64[n]
        The application that each student got, as an index into ``market.pref_option``; -1 if none.
    """

    market: Market
    lottery: Lottery
    application: Int64s

    @cached_property
    def option(self) -> Int32s:
        """int32[n]: the option of each student; -1 if unplaced."""
        option = np.full(self.market.students, -1, np.int32)
        option[self.is_placed] = self.market.pref_option[self.application[self.is_placed]]
        return option

    @cached_property
    def rank(self) -> Int32s:
        """int32[n]: 1 for a student who got the first choice, and so on; 0 if unplaced."""
        first = self.market.pref_ptr[:-1]
        return np.where(self.is_placed, self.application - first + 1, 0).astype(np.int32)

    @cached_property
    def is_placed(self) -> NDArray[np.bool]:
        """bool[n]: whether each student got anything."""
        return self.application >= 0

    @cached_property
    def load(self) -> Int64s:
        """int64[K]: the places taken of each node, everything below it included."""
        held = self._held
        return held.before[held.ptr[1:]] - held.before[held.ptr[:-1]]

    def by_name(self) -> dict[str, str | None]:
        """The option of each student, by name (or by number, where the market has no names).

        Examples
        --------
        See `deferred_acceptance`.
        """
        ids = self.market.student_ids or tuple(map(str, range(self.market.students)))
        names = self.market.option_names or tuple(map(str, range(self.market.options)))
        return {
            name: names[option] if option >= 0 else None
            for name, option in zip(ids, self.option.tolist(), strict=True)
        }

    def cutoff(self, node: int | str) -> Cutoff | None:
        """The worst (score, lottery) that holds a place of a full node.

        Parameters
        ----------
        node : int or str
            Its number or its name.

        Returns
        -------
        Cutoff or None
            None while a place is left, or if the node never had one.
        """
        node = self.market.node_named(node)
        if self.load[node] < self.market.capacity[node]:
            return None
        return self._holder_before(node, int(self._held.ptr[node + 1]))

    def why_not(self, student: int | str) -> tuple[Refusal, ...]:
        """For each choice that the student wanted more than the result: what was full, and with whom.

        Parameters
        ----------
        student : int or str
            The student's number or id.

        Returns
        -------
        tuple of Refusal
            The most wanted choice first. `Refusal.full` names every node in which better claims left too few
            places for this choice, the deepest node first; the cut-off is the last of these claims, so it is
            always better than the student's own.

        Notes
        -----
        If scores differ between the applications of a student, the better claim can be the student's own at
        another option under the same node (see the notes of `deferred_acceptance`).
        O(d log n) a choice, after O(n d log n) for the first question.
        """
        market = self.market
        student = market.student_named(student)
        first, got = int(market.pref_ptr[student]), int(self.application[student])
        end = got if got >= 0 else int(market.pref_ptr[student + 1])
        return tuple(
            Refusal(
                application - first + 1,
                market.pref_option.data[application],
                tuple(self._full_for(student, application)),
            )
            for application in range(first, end)
        )

    def _full_for(self, student: int, application: int) -> Iterator[FullNode]:
        held, needs, capacity = self._held, self.market.needs, self.market.capacity.data
        ptr, before = held.ptr.data, held.before.data  # single numbers come faster out of a memoryview
        row = application if self.market.score_per_application else student
        option = self.market.pref_option.data[application]
        for place in range(needs.ptr.data[option], needs.ptr.data[option + 1]):
            node = needs.node.data[place]
            better = bisect_left(held.descending.data, ~self._claim.data[row], ptr[node], ptr[node + 1])
            if before[better] - before[ptr[node]] + needs.places.data[place] > capacity[node]:
                yield FullNode(node, self._holder_before(node, better))

    def _holder_before(self, node: int, row: int) -> Cutoff | None:
        if row == self._held.ptr.data[node]:
            return None
        student = self._held.student.data[row - 1]
        place = self.application.data[student] if self.market.score_per_application else student
        score, values = self.market.score.data[place], self.market.score_values
        return Cutoff(student, values[score] if values else score, self.lottery.number.data[student])

    @cached_property
    def _claim(self) -> Int64s:
        """int64[n] or int64[N], as the scores are."""
        rank, market = self.lottery.rank, self.market
        return priority(
            market.score, np.repeat(rank, np.diff(market.pref_ptr)) if market.score_per_application else rank
        )

    @cached_property
    def _held(self) -> _Held:
        market = self.market
        student = np.flatnonzero(self.is_placed)
        option = self.option[student]
        claim = self._claim[self.application[student] if market.score_per_application else student]
        start, count = market.needs.ptr[option], np.diff(market.needs.ptr)[option]
        place = np.repeat(start - np.cumsum(count) + count, count) + np.arange(count.sum())
        node = market.needs.node[place]
        descending = np.repeat(~claim, count)  # ~ turns the order round and cannot overflow
        order = np.lexsort((descending, node))
        return _Held(
            ptr=np.searchsorted(node[order], np.arange(market.nodes + 1)).astype(np.int64),
            descending=descending[order],
            student=np.repeat(student, count)[order],
            before=np.concatenate(([0], np.cumsum(market.needs.places[place][order], dtype=np.int64))),
        )
