"""Who holds which places, and before whom: what explanations, checks, certificates and comparisons rest on.

A *claim* is score and lottery as one number, see `lottery.priority`. A *wish* here is an application to something
that a student wanted more than what the student got.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eastep.placement.lottery import Lottery, priority
from eastep.placement.market import Int32s, Int64s, Market


class Holders(NamedTuple):
    """Who holds places of each node, the best claim first.

    The holders of node *k* are the rows ``ptr[k]`` to ``ptr[k + 1] - 1``; ``before[i]`` places are held by the rows
    before *i*. ``descending`` has the claims of all who hold anything, negated by ``~`` (which turns the order round
    and cannot overflow), and ``by_claim`` whose they are; ``key`` is the node and the position in ``descending`` of
    each row, as one number.
    """

    ptr: Int64s
    student: Int64s
    before: Int64s
    descending: Int64s
    by_claim: Int64s
    key: Int64s


class Asked(NamedTuple):
    """One row for each node that a wish draws on: the wish, the node, and how many places it needs there."""

    wish: Int64s
    node: Int32s
    places: Int32s


def claims(market: Market, lottery: Lottery) -> Int64s:
    """int64[n] or int64[N], as the scores are. The higher is served first."""
    rank = lottery.rank
    if market.score_per_application:
        rank = np.repeat(rank, np.diff(market.pref_ptr))
    return priority(market.score, rank)


def holders(market: Market, application: Int64s, claim: Int64s) -> Holders:
    """Who holds places. *application* is that of a `Placement`, *claim* is from `claims`. O(n d log n)."""
    student = np.flatnonzero(application >= 0)
    own = claim[application[student] if market.score_per_application else student]
    order = np.argsort(~own)
    student, descending = student[order], ~own[order]
    place, count = _rows_of(market.needs.ptr, market.pref_option[application[student]])
    key = market.needs.node[place].astype(np.int64) * _width(descending)
    key += np.repeat(np.arange(len(student)), count)
    by_node = np.argsort(key)
    key, places = key[by_node], market.needs.places[place[by_node]]
    return Holders(
        ptr=np.searchsorted(key, np.arange(market.nodes + 1) * _width(descending)).astype(np.int64),
        student=student[key % _width(descending)],
        before=np.concatenate(([0], np.cumsum(places, dtype=np.int64))),
        descending=descending,
        by_claim=student,
        key=key,
    )


def load(held: Holders) -> Int64s:
    """int64[K]: the places taken of each node."""
    return held.before[held.ptr[1:]] - held.before[held.ptr[:-1]]


def first_not_before(held: Holders, node: NDArray[np.integer], claim: Int64s) -> Int64s:
    """The row of the first holder of each *node* whose claim is not better than *claim*. O(log n) each."""
    position = np.searchsorted(held.descending, ~claim)
    return np.searchsorted(held.key, node.astype(np.int64) * _width(held.descending) + position)


def options_of(market: Market, application: Int64s) -> Int32s:
    """The option of each *application*; -1 where that is -1."""
    option = np.full(len(application), -1, np.int32)
    option[application >= 0] = market.pref_option[application[application >= 0]]
    return option


def wishes(market: Market, application: Int64s) -> Int64s:
    """The applications to what students wanted more than what they got, in order."""
    first, end = market.pref_ptr[:-1], market.pref_ptr[1:]
    return ranges(first, np.where(application >= 0, application, end) - first)


def student_of(market: Market, application: Int64s) -> Int64s:
    """Who made each application."""
    return np.searchsorted(market.pref_ptr, application, side="right") - 1


def asked(market: Market, wish: Int64s) -> Asked:
    """The nodes that these wishes draw on; each wish has at least one."""
    place, count = _rows_of(market.needs.ptr, market.pref_option[wish])
    return Asked(np.repeat(np.arange(len(wish)), count), market.needs.node[place], market.needs.places[place])


def is_refused_by_better(
    market: Market, held: Holders, claim: Int64s, ask: Asked, wish: Int64s
) -> NDArray[np.bool]:
    """For each row of *ask*: whether those with better claims alone leave too few places there."""
    row = wish if market.score_per_application else student_of(market, wish)
    better = (
        held.before[first_not_before(held, ask.node, claim[row][ask.wish])] - held.before[held.ptr[ask.node]]
    )
    return better + ask.places > market.capacity[ask.node]


def is_without_room(
    market: Market, application: Int64s, loads: Int64s, ask: Asked, wish: Int64s
) -> NDArray[np.bool]:
    """For each row of *ask*: whether too few places are left there, if the student gives back the own ones."""
    own = own_places(market, application, ask, wish)
    return loads[ask.node] - own + ask.places > market.capacity[ask.node]


def own_places(market: Market, application: Int64s, ask: Asked, wish: Int64s) -> Int64s:
    """For each row of *ask*: the places there that the student holds by what the student got. O(M d log M)."""
    option = options_of(market, application[student_of(market, wish)])
    return _places_of(market, option[ask.wish], ask.node)


def any_of(ask: Asked, rows: NDArray[np.bool], wish: Int64s) -> NDArray[np.bool]:
    """For each wish, whether one of its *rows* is true."""
    found = np.zeros(len(wish), np.bool)
    found[ask.wish[rows]] = True
    return found


def _places_of(market: Market, option: Int32s, node: Int32s) -> Int64s:
    """How many places of each *node* each *option* takes; none where the option is -1."""
    needs = market.needs
    known = np.repeat(np.arange(market.options), np.diff(needs.ptr)) * market.nodes + needs.node
    order = np.argsort(known)
    known, places = known[order], needs.places[order].astype(np.int64)
    key = option.astype(np.int64) * market.nodes + node
    row = np.minimum(np.searchsorted(known, key), len(known) - 1)
    return np.where(known[row] == key, places[row], 0) if len(known) else np.zeros(len(key), np.int64)


def _rows_of(ptr: Int64s, row: NDArray[np.integer]) -> tuple[Int64s, Int64s]:
    """What the compressed rows *row* hold, one after the other, and how many each holds."""
    count = np.diff(ptr)[row]
    return ranges(ptr[row], count), count


def ranges(start: Int64s, count: Int64s) -> Int64s:
    """From each *start* on *count* whole numbers, one run after the other."""
    return np.repeat(start - np.cumsum(count) + count, count) + np.arange(count.sum())


def _width(descending: Int64s) -> int:
    return len(descending) + 1
