"""An independent check of a placement: from what was promised, and at last by computing it again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from eastep.placement.balance import Balance
from eastep.placement.claims import (
    any_of,
    asked,
    claims,
    holders,
    is_refused_by_better,
    is_without_room,
    load,
    options_of,
    own_places,
    student_of,
    wishes,
)
from eastep.placement.flows import sent_less_received
from eastep.placement.lottery import Lottery
from eastep.placement.market import Int64s, Market
from eastep.placement.mechanisms import MECHANISMS, Rule
from eastep.placement.result import BY_CLAIM, Placement

type Facts = dict[str, str | int | None]

SENTENCES = {
    "mechanism": "There is no mechanism {mechanism!r}.",
    "lottery": "The lottery {field} of student {student} (row {row}) is {said}; seed and id give {found}.",
    "impossible": "The mechanism cannot be applied to this market: {reason}.",
    "market": "The placement was made for another market: {field} differs at row {row} ({said}; the market has "
    "{found}).",
    "caps": "The limit of node {node} is {said}; the other direction and the balance give {found}.",
    "length": "The placement has {said} results for {found} students.",
    "off_list": "Student {student} (row {row}) got application {application}, which is none of the own ones.",
    "over_quota": "Node {node} has {capacity} places, and {load} are taken.",
    "waste": "Student {student} (row {row}) wanted {option} more, and places for it are left.",
    "envy": "Student {student} (row {row}) wanted {option} more, and {holder} (row {holder_row}) has a place with a "
    "worse claim.",
    "envy_at_home": "Student {student} (row {row}) wanted {option} more, and {holder} (row {holder_row}) of the same "
    "home has a place with a worse claim.",
    "imbalance": "The imbalance of {unit} is {imbalance}, which is not between {least} and {most}.",
    "not_repaid": "The imbalances lie {said} beyond the tolerance in all; {found} is possible.",
    "not_most_placed": "{said} students are placed; {found} can be.",
    "not_least_ranks": "The ranks add up to {said}; {found} is possible.",
    "other_result": "Student {student} (row {row}) got {said}; computed again it is {found}.",
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that is wrong with a placement. ``str()`` is a sentence in English.

    Parameters
    ----------
    code : str
        One of the keys of `SENTENCES`.
    facts : mapping of str to str, int or None
        What the sentence names. `row` and `holder_row` count students from 0; students, options, nodes and units
        are given by name, or by number where the market has no names.
    """

    code: str
    facts: Mapping[str, str | int | None]

    def __str__(self) -> str:
        return SENTENCES[self.code].format(**self.facts)


def verify(market: Market, placement: Placement, *, most: int = 100) -> list[Fault]:
    """Everything that is wrong with *placement* as a result for *market*.

    Parameters
    ----------
    market : Market
        What the mechanism was given (for `balanced_deferred_acceptance` the market without the two directions).
    placement : Placement
        Nothing that it has computed is relied on.
    most : int
        So many faults of one code are told; one error can be the reason of thousands.

    Returns
    -------
    list of Fault
        Empty if the placement is sound.

    Raises
    ------
    ImportError
        If it is a placement by `maximum_balanced` and OR-Tools is not installed.

    Notes
    -----
    In this order, each from first principles:

    1. ``mechanism``, ``lottery`` (each number from seed and id, and the order), ``impossible``;
    2. ``market``, ``caps`` (the placement's own market against the given one, and the limits of the directions);
    3. ``length``, ``off_list``; with any fault of 1-3 but ``lottery`` and ``caps`` the check ends here;
    4. ``over_quota``;
    5. where the mechanism serves by claim: a wish that was refused though those with better claims left places for
       it is ``waste`` if the places are still free, and ``envy`` if somebody with a worse claim has one.
       `balanced_exchange`: ``envy_at_home``, if a student of the own home with a worse claim is at the same unit, and
       without those the wish would fit;
    6. ``imbalance``: each unit ends within the tolerance, or between there and what it carried;
    7. the whole computed again, as the promises do not settle which stable placement it is: ``other_result``. An
       optimum need not be the only one, so of `maximum_balanced` the values are compared: ``not_repaid``,
       ``not_most_placed``, ``not_least_ranks``.

    That nobody gains by a false list is a property of the mechanism, not of a result; see its tests.
    O(N d log n) beside the computation itself.

    Examples
    --------
    >>> from eastep.placement import deferred_acceptance
    >>> market = Market.from_mappings(
    ...     wishes={"a": ["x"], "b": ["x"]}, score={"a": 81, "b": 90}, places={"x": 1})
    >>> lottery = Lottery.draw("2027", market.student_ids)
    >>> verify(market, deferred_acceptance(market, lottery))
    []
    >>> wrong = Placement(
    ...     market=market, lottery=lottery, application=np.array([0, -1]), mechanism="deferred_acceptance")
    >>> for fault in verify(market, wrong):
    ...     print(fault.code, "-", fault)
    envy - Student b (row 1) wanted x more, and a (row 0) has a place with a worse claim.
    other_result - Student a (row 0) got x; computed again it is None.
    other_result - Student b (row 1) got None; computed again it is x.
    """
    if placement.mechanism not in MECHANISMS:
        return [Fault(code="mechanism", facts={"mechanism": placement.mechanism})]
    found: list[Fault] = []
    balance = placement.balance or Balance()
    try:
        lottery = Lottery.draw(
            placement.lottery.seed,
            placement.lottery.student_ids if market.student_ids is None else market.student_ids,
        )
        found += _lottery(placement.lottery, lottery, most)
        again = Rule(mechanism=placement.mechanism, balance=balance).place(market, lottery)
    except ValueError as error:
        return [*found, Fault(code="impossible", facts={"reason": str(error).rstrip(".")})]
    limits = again.market.nodes - market.nodes  # of the directions, where there are any
    found += _caps(again.market, placement.market, limits)
    ends = [*_inputs(again.market, placement.market, limits), *_lists(market, placement.application, most)]
    if ends:
        return found + ends
    check = _Check(again, placement.application.astype(np.int64), most)
    found += check.quotas()
    if placement.mechanism in BY_CLAIM:
        found += check.claims()
    if placement.mechanism == "balanced_exchange":
        found += check.claims_at_home(balance)
    if MECHANISMS[placement.mechanism].is_balanced:
        found += check.balance(balance)
    if placement.mechanism == "maximum_balanced":
        return found + list(check.optimum(balance))
    return found + list(check.result())


def _lottery(said: Lottery, found: Lottery, most: int) -> Iterator[Fault]:
    if len(said.number) != len(found.number) or len(said.rank) != len(found.rank):
        facts: Facts = {"row": min(len(said.rank), len(found.rank)), "student": "-"}
        yield Fault(
            code="lottery",
            facts={**facts, "field": "length", "said": len(said.rank), "found": len(found.rank)},
        )
        return
    for field, one, other in (("number", said.number, found.number), ("rank", said.rank, found.rank)):
        for row in np.flatnonzero(one != other)[:most].tolist():
            # as text: JSON readers lose the last digits of numbers of 64 bits
            facts = {"field": field, "row": row, "student": found.student_ids[row]}
            yield Fault(code="lottery", facts={**facts, "said": str(one[row]), "found": str(other[row])})


def _caps(found: Market, said: Market, limits: int) -> Iterator[Fault]:
    for node in range(found.nodes - limits, min(found.nodes, said.nodes)):
        if said.capacity[node] != found.capacity[node]:
            facts: Facts = {"node": _name(node, found.node_names)}
            yield Fault(
                code="caps",
                facts=facts | {"said": int(said.capacity[node]), "found": int(found.capacity[node])},
            )


def _inputs(found: Market, said: Market, limits: int) -> Iterator[Fault]:
    """Where the market of the placement is not the given one; the capacity of the limits is looked at elsewhere."""
    if found is said:
        return
    for field in fields(Market):
        one, other = getattr(said, field.name), getattr(found, field.name)
        if field.name == "capacity" and limits and len(one) == len(other):
            one, other = one[:-limits], other[:-limits]
        row = _first_difference(one, other)
        if row is not None:
            facts: Facts = {"field": field.name, "row": row}
            yield Fault(code="market", facts=facts | {"said": _shown(one, row), "found": _shown(other, row)})


def _lists(market: Market, application: Int64s, most: int) -> Iterator[Fault]:
    if application.shape != (market.students,):
        yield Fault(code="length", facts={"said": application.size, "found": market.students})
        return
    own = (application >= market.pref_ptr[:-1]) & (application < market.pref_ptr[1:])
    for row in np.flatnonzero(~own & (application != -1))[:most].tolist():
        facts: Facts = {"student": _name(row, market.student_ids), "row": row}
        yield Fault(code="off_list", facts=facts | {"application": int(application[row])})


class _Check:
    """The checks of a placement whose lists are in order. *again* is the whole computed again."""

    def __init__(self, again: Placement, application: Int64s, most: int) -> None:
        self.again, self.application, self.most = again, application, most
        self.market = again.market
        self.claim = claims(self.market, again.lottery)
        self.held = holders(self.market, application, self.claim)
        self.load = load(self.held)
        self.wish = wishes(self.market, application)
        self.ask = asked(self.market, self.wish)
        self.option = options_of(self.market, application)

    def quotas(self) -> Iterator[Fault]:
        for node in np.flatnonzero(self.load > self.market.capacity)[: self.most].tolist():
            facts: Facts = {"node": _name(node, self.market.node_names)}
            yield Fault(
                code="over_quota",
                facts=facts | {"capacity": int(self.market.capacity[node]), "load": int(self.load[node])},
            )

    def claims(self) -> Iterator[Fault]:
        """Wishes that better claims do not stand in the way of."""
        market, ask, wish = self.market, self.ask, self.wish
        refused = any_of(ask, is_refused_by_better(market, self.held, self.claim, ask, wish), wish)
        row_full = is_without_room(market, self.application, self.load, ask, wish)
        full = any_of(ask, row_full, wish)
        for one in np.flatnonzero(~refused & ~full)[: self.most].tolist():
            yield Fault(code="waste", facts=self._wished(one))
        node_of = np.full(len(wish), -1)
        node_of[ask.wish[row_full]] = ask.node[row_full]
        for one in np.flatnonzero(~refused & full)[: self.most].tolist():
            last = int(self.held.student[self.held.ptr[node_of[one] + 1] - 1])  # the worst claim of them all
            yield Fault(code="envy", facts=self._wished(one) | self._holder(last))

    def claims_at_home(self, balance: Balance) -> Iterator[Fault]:
        """Wishes that would fit without the students of the own home with worse claims who are at the same unit."""
        market, ask, wish, held = self.market, self.ask, self.wish, self.held
        units = market.unit_of(balance.unit)
        width, nodes, count = len(held.descending) + 1, market.nodes, len(units.names)
        student = student_of(market, wish)
        position = np.searchsorted(held.descending, ~self.claim[student]) + (self.application[student] >= 0)
        home = units.home[student].astype(np.int64)  # whoever holds anything comes behind the own position

        holder_home = units.home[held.student].astype(np.int64)
        places = np.diff(held.before)
        key = (holder_home * nodes + held.key // width) * width + held.key % width
        order = np.argsort(key)
        key, before = key[order], np.concatenate(([0], np.cumsum(places[order])))
        row = home[ask.wish] * nodes + ask.node
        worse = (
            before[np.searchsorted(key, (row + 1) * width)]
            - before[np.searchsorted(key, row * width + position[ask.wish])]
        )
        loads = self.load[ask.node] - own_places(market, self.application, ask, wish) - worse
        refused = any_of(ask, loads + ask.places > market.capacity[ask.node], wish)

        placed = np.flatnonzero(self.application >= 0)
        at = units.home[placed] * np.int64(count) + units.host[self.option[placed]]
        sent = at * width + np.searchsorted(held.descending, ~self.claim[placed])
        order = np.argsort(sent)
        sent, placed = sent[order], placed[order]
        pair = home * count + units.host[market.pref_option[wish]]
        end = np.searchsorted(sent, (pair + 1) * width)
        envied = end > np.searchsorted(sent, pair * width + position)
        for one in np.flatnonzero(~refused & envied)[: self.most].tolist():
            yield Fault(
                code="envy_at_home", facts=self._wished(one) | self._holder(int(placed[end[one] - 1]))
            )

    def balance(self, balance: Balance) -> Iterator[Fault]:
        units, tolerance = self.market.unit_of(balance.unit), balance.tolerance
        carried = self.again.carried(balance.unit)
        imbalance = carried + sent_less_received(units, self.option)
        least, most = np.minimum(-tolerance, carried), np.maximum(tolerance, carried)
        for unit in np.flatnonzero((imbalance < least) | (imbalance > most))[: self.most].tolist():
            facts: Facts = {"unit": units.names[unit], "imbalance": int(imbalance[unit])}
            yield Fault(code="imbalance", facts=facts | {"least": int(least[unit]), "most": int(most[unit])})

    def optimum(self, balance: Balance) -> Iterator[Fault]:
        """The first of the three values that falls short, the most important first."""
        codes = ("not_repaid", "not_most_placed", "not_least_ranks")
        said, found = self._values(self.application, balance), self._values(self.again.application, balance)
        for code, one, other in zip(codes, said, found, strict=True):
            if one != other:
                yield Fault(code=code, facts={"said": one, "found": other})
                return

    def result(self) -> Iterator[Fault]:
        for row in np.flatnonzero(self.again.application != self.application)[: self.most].tolist():
            said, found = int(self.option[row]), int(self.again.option[row])
            names = self.market.option_names
            facts: Facts = {"student": _name(row, self.market.student_ids), "row": row}
            facts |= {"said": _name(said, names) if said >= 0 else None}
            yield Fault(
                code="other_result",
                facts=facts | {"found": _name(found, names) if found >= 0 else None},
            )

    def _values(self, application: Int64s, balance: Balance) -> tuple[int, int, int]:
        """How far the imbalances lie beyond the tolerance, how many are placed, and the sum of their ranks."""
        market, placed = self.market, application >= 0
        moved = sent_less_received(market.unit_of(balance.unit), options_of(market, application))
        beyond = np.abs(self.again.carried(balance.unit) + moved) - balance.tolerance
        ranks = market.pref_rank[application[placed]]
        return int(beyond.clip(0).sum()), int(placed.sum()), int(ranks.sum())

    def _wished(self, one: int) -> Facts:
        market, wish = self.market, self.wish[one : one + 1]
        row = int(student_of(market, wish)[0])
        return {
            "student": _name(row, market.student_ids),
            "row": row,
            "option": _name(int(market.pref_option[wish[0]]), market.option_names),
        }

    def _holder(self, student: int) -> Facts:
        return {"holder": _name(student, self.market.student_ids), "holder_row": student}


def _name(number: int, names: Sequence[str] | None) -> str:
    return str(number) if names is None else names[number]


def _first_difference(one: object, other: object) -> int | None:
    """The first row in which two columns differ; 0 for what has no rows."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        if one.shape != other.shape:
            return min(len(one), len(other))
        differs = np.flatnonzero(one != other)
        return int(differs[0]) if len(differs) else None
    if not isinstance(one, Sequence) or not isinstance(other, Sequence):
        is_absent = one is None or other is None  # an array compared with None is no single fact
        return None if one is other or (not is_absent and one == other) else 0
    if one == other:
        return None
    pairs = enumerate(zip(one, other, strict=False))
    return next((row for row, (left, right) in pairs if left != right), min(len(one), len(other)))


def _shown(column: object, row: int) -> str:
    if isinstance(column, np.ndarray | Sequence):
        return str(column[row]) if row < len(column) else f"only {len(column)} rows"
    return str(column)
