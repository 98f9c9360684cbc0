"""The outcome of every placement algorithm, and the answers to what people ask about it."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eastep.placement.balance import Balance
from eastep.placement.claims import (
    Holders,
    asked,
    claims,
    holders,
    is_refused_by_better,
    is_without_room,
    load,
    options_of,
    student_of,
    wishes,
)
from eastep.placement.flows import Flows, flows, sent_less_received
from eastep.placement.lottery import Lottery
from eastep.placement.mappings import Score
from eastep.placement.market import Int32s, Int64s, Market, Unit

if TYPE_CHECKING:
    from os import PathLike

    import pyarrow as pa

type Reason = Literal["full", "exchange", "plan"]

BY_CLAIM = frozenset({"serial_dictatorship", "deferred_acceptance", "balanced_deferred_acceptance"})
"""The mechanisms that refuse a claim for better claims only: their results have cut-offs."""


class Cutoff(NamedTuple):
    """The last student whom a full node took: whoever comes before has no quarrel with it."""

    student: int
    score: Score
    lottery: int


class FullNode(NamedTuple):
    """A node that had no place left for a choice.

    `cutoff` is the last of the better claims that filled it; None if it never had enough places, or where better
    claims are not the reason (balanced_exchange: students of other homes may hold places with lower scores).
    """

    node: int
    cutoff: Cutoff | None


class Refusal(NamedTuple):
    """A choice that a student wanted more than the result: the rank in the list, and why it was not given.

    Reason ``full``: the nodes of `full` had no place left. Reason ``exchange`` (balanced_exchange): all nodes had
    places, but nobody was left whom the host's unit could send in return. Reason ``plan`` (maximum_balanced): another
    choice served the sum over all students better; there is no reason in the student's own claim.
    """

    rank: int
    option: int
    full: tuple[FullNode, ...]
    reason: Reason = "full"


class Explanation(NamedTuple):
    """What a student got (rank 0 and option -1: nothing), and why none of the choices before it."""

    student: int
    rank: int
    option: int
    refusals: tuple[Refusal, ...]


class _Waiting(NamedTuple):
    """The students who wait for each option, the best claim first."""

    ptr: Int64s
    student: Int64s


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
    mechanism : str
        The name of the function that made it.
    balance : Balance, optional
        What it was balanced by.
    """

    market: Market
    lottery: Lottery
    application: Int64s
    mechanism: str
    balance: Balance | None = None

    @cached_property
    def given(self) -> Market:
        """The market that the mechanism was given: for `balanced_deferred_acceptance` without its last two nodes.

        Those are the two directions, which `capped` adds; see there.
        """
        market = self.market
        if self.mechanism != "balanced_deferred_acceptance":
            return market
        nodes = market.nodes - 2
        inside = market.option_node < nodes
        before = np.concatenate(([0], np.cumsum(inside)))
        return replace(
            market,
            parent=np.where(market.parent < nodes, market.parent, -1)[:nodes],
            capacity=market.capacity[:nodes],
            option_ptr=before[market.option_ptr],
            option_node=market.option_node[inside],
            node_names=None if market.node_names is None else market.node_names[:nodes],
        )

    @cached_property
    def option(self) -> Int32s:
        """int32[n]: the option of each student; -1 if unplaced."""
        return options_of(self.market, self.application)

    @cached_property
    def rank(self) -> Int32s:
        """int32[n]: 1 for a student who got the first choice, and so on; 0 if unplaced.

        The reserved and the open places of one option are one choice.
        """
        rank = np.zeros(self.market.students, np.int32)
        if self.market.option_of is None:  # the place in the list
            rank[self.is_placed] = (self.application - self.market.pref_ptr[:-1] + 1)[self.is_placed]
        else:
            rank[self.is_placed] = self.market.pref_rank[self.application[self.is_placed]]
        return rank

    @cached_property
    def is_placed(self) -> NDArray[np.bool]:
        """bool[n]: whether each student got anything."""
        return self.application >= 0

    @cached_property
    def load(self) -> Int64s:
        """int64[K]: the places taken of each node, everything below it included."""
        return load(self._held)

    def rank_distribution(self) -> Int64s:
        """int64[L + 1]: how many got their choice 1 to L, the length of the longest list; at 0 the unplaced."""
        if self.market.option_of is None:
            longest = int(np.diff(self.market.pref_ptr).max(initial=0))
        else:
            longest = int(self.market.pref_rank.max(initial=0))
        return np.bincount(self.rank, minlength=longest + 1)

    def flows(self, unit: Unit) -> Flows:
        """The stays of each pair of countries or institutions. O(n log n).

        Raises
        ------
        ValueError
            If the market does not say where students come from and where options lie.

        Examples
        --------
        >>> market = Market.from_mappings(
        ...     wishes={"a": ["yonsei"], "b": ["yonsei"], "c": ["waseda"]}, score={"a": 3, "b": 2, "c": 1},
        ...     places={"yonsei": 2, "waseda": 2}, home={"a": "Waseda", "b": "Waseda", "c": "Yonsei"},
        ...     host={"yonsei": "Yonsei", "waseda": "Waseda"}, country={"Waseda": "JP", "Yonsei": "KR"})
        >>> placement = Placement(
        ...     market=market, lottery=Lottery.draw("2027", "abc"), application=np.arange(3),
        ...     mechanism="deferred_acceptance")
        >>> sender, receiver, stays = placement.flows("country")
        >>> names = market.unit_of("country").names
        >>> [(names[s], names[r], int(k)) for s, r, k in zip(sender, receiver, stays)]
        [('JP', 'KR', 2), ('KR', 'JP', 1)]
        >>> placement.imbalance("country")
        array([ 1, -1])
        """
        return flows(self.market.unit_of(unit), self.option)

    def imbalance(self, unit: Unit) -> Int64s:
        """int64[U]: what each unit carried, plus the stays that it sends, less those that it receives.

        Only what `balance` carries counts, and only for its own unit. Raises ValueError as `flows` does.
        """
        return self.carried(unit) + sent_less_received(self.market.unit_of(unit), self.option)

    def carried(self, unit: Unit) -> Int64s:
        """int64[U]: what each unit brought along from earlier years, by `balance`; see `imbalance`.

        `balanced_deferred_acceptance` needs one of its two countries to be named; the other carries the opposite.
        """
        units = self.market.unit_of(unit)
        if self.balance is None or self.balance.unit != unit:
            return np.zeros(len(units.names), np.int64)
        carried = self.balance.carried_by(self.market)
        if self.mechanism == "balanced_deferred_acceptance":
            one, other = np.union1d(units.home, units.host).tolist()
            for own, opposite in ((one, other), (other, one)):
                if units.names[own] not in self.balance.carried:
                    carried[own] = -carried[opposite]
        return carried

    def binding(self) -> NDArray[np.bool]:
        """bool[K]: the nodes that kept somebody from something that this student wanted more. O(N d log n)."""
        wish = self._wishes
        ask = asked(self.market, wish)
        if self.mechanism in BY_CLAIM:
            kept_out = is_refused_by_better(self.market, self._held, self._claim, ask, wish)
        else:
            kept_out = is_without_room(self.market, self.application, self.load, ask, wish)
        binding = np.zeros(self.market.nodes, np.bool)
        binding[ask.node[kept_out]] = True
        return binding

    def waiting(self, option: int | str) -> Int64s:
        """Who wanted an option more than what they got, in the order in which it would be offered to them.

        Parameters
        ----------
        option : int or str
            Its number or its name.

        Returns
        -------
        int64[]
            Numbers of students: score first, then the lottery.

        Notes
        -----
        The students who hold something else are among them. `balanced_exchange` and `maximum_balanced` do not serve
        students of several homes in one order; for them it is the order within each home.
        O(N log N) for the first question, then O(1).
        """
        number = self.market.option_named(option)
        return self._waiting.student[self._waiting.ptr[number] : self._waiting.ptr[number + 1]]

    def by_name(self) -> dict[str, str | None]:
        """The option of each student, by name (or by number, where the market has no names).

        Examples
        --------
        See `deferred_acceptance`.
        """
        ids = self.market.student_ids or tuple(map(str, range(self.market.students)))
        names = self.market.option_names or tuple(map(str, range(self.market.options)))
        option = self.option
        if self.market.option_of is not None:  # a reserved place of an option is that option
            option = np.where(self.is_placed, self.market.option_of[option], -1)
        return {
            name: names[number] if number >= 0 else None
            for name, number in zip(ids, option.tolist(), strict=True)
        }

    def to_arrow(self) -> "pa.Table":
        """The placement as a table of pyarrow: a row a student, in the order of the market.

        Returns
        -------
        pyarrow.Table
            ``student``, ``option``, ``rank`` (1 is the first choice), ``is_reserved`` where there are reserved
            places, and ``home`` and ``host`` where the market knows them. All but ``student`` and ``home`` are null for the unplaced. Options and institutions are
            encoded by dictionaries. What has no names is named by its number.
        """
        from eastep.placement.tables import placement_table  # noqa: PLC0415 -- pyarrow is slow to load, and an extra

        return placement_table(self)

    def write(self, path: "str | PathLike[str]") -> None:
        """Write the table of `to_arrow` to a .parquet, .arrow, .feather or .csv file (UTF-8, text without types)."""
        from eastep.placement.files import write_placement  # noqa: PLC0415 -- pyarrow is slow to load, and an extra

        write_placement(self, path)

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

    def explain(self, student: int | str) -> Explanation:
        """What a student got, and why none of the choices that the student wanted more: see `why_not`.

        Parameters
        ----------
        student : int or str
            The student's number or id.
        """
        number = self.market.student_named(student)
        return Explanation(number, int(self.rank[number]), int(self.option[number]), self.why_not(number))

    def why_not(self, student: int | str) -> tuple[Refusal, ...]:
        """For each choice that the student wanted more than the result: why it was not given.

        Parameters
        ----------
        student : int or str
            The student's number or id.

        Returns
        -------
        tuple of Refusal
            The most wanted choice first; the reserved and the open places of one option are two refusals of the same
            rank. Under deferred acceptance, balanced or not, and serial dictatorship,
            `Refusal.full` names every node in which better claims left too few places for this choice, the deepest
            node first; the cut-off is the last of these claims, so it is always better than the student's own.
            Under `balanced_exchange` it names the nodes without room.

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
            self._refusal(student, application, self._rank_of(application, first))
            for application in range(first, end)
        )

    def _refusal(self, student: int, application: int, rank: int) -> Refusal:
        option = self.market.pref_option.data[application]
        if self.mechanism in BY_CLAIM:
            return Refusal(rank, option, tuple(self._full_for(student, application)))
        if self.mechanism == "maximum_balanced":
            return Refusal(rank, option, (), "plan")
        full = tuple(FullNode(node, None) for node in self._without_room(student, option))
        return Refusal(rank, option, full, "full" if full else "exchange")

    def _rank_of(self, application: int, first: int) -> int:
        if self.market.option_of is None:
            return application - first + 1
        return self.market.pref_rank.data[application]

    def _full_for(self, student: int, application: int) -> Iterator[FullNode]:
        held, capacity = self._held, self.market.capacity.data
        ptr, before, key = (
            held.ptr.data,
            held.before.data,
            held.key.data,
        )  # a memoryview gives single numbers faster
        claim = self._claim.data[application if self.market.score_per_application else student]
        position = bisect_left(held.descending.data, ~claim)
        for node, places in self._needs_of(self.market.pref_option.data[application]):
            better = bisect_left(key, node * (len(held.descending) + 1) + position, ptr[node], ptr[node + 1])
            if before[better] - before[ptr[node]] + places > capacity[node]:
                yield FullNode(node, self._holder_before(node, better))

    def _without_room(self, student: int, option: int) -> Iterator[int]:
        got = int(self.option[student])
        own = dict(self._needs_of(got)) if got >= 0 else {}
        for node, places in self._needs_of(option):
            if self.load[node] - own.get(node, 0) + places > self.market.capacity[node]:
                yield node

    def _needs_of(self, option: int) -> Iterator[tuple[int, int]]:
        needs = self.market.needs
        for row in range(needs.ptr.data[option], needs.ptr.data[option + 1]):
            yield needs.node.data[row], needs.places.data[row]

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
        return claims(self.market, self.lottery)

    @cached_property
    def _held(self) -> Holders:
        return holders(self.market, self.application, self._claim)

    @cached_property
    def _wishes(self) -> Int64s:
        return wishes(self.market, self.application)

    @cached_property
    def _waiting(self) -> _Waiting:
        student = student_of(self.market, self._wishes)
        option = self.market.pref_option[self._wishes]
        claim = self._claim[self._wishes if self.market.score_per_application else student]
        order = np.lexsort((~claim, option))
        ptr = np.searchsorted(option[order], np.arange(self.market.options + 1)).astype(np.int64)
        return _Waiting(ptr, student[order])
