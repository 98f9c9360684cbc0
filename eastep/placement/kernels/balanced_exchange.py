"""`reference.balanced_exchange` as machine code."""

# ruff: noqa: PLR0917 -- Numba takes arrays, not objects

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eastep.placement.balance import Balance
from eastep.placement.kernels.compiling import compiled
from eastep.placement.lottery import Lottery, priority
from eastep.placement.market import Int32s, Int64s, Market


class _Given(NamedTuple):
    """The market; the students of unit *u* are ``order[end[u - 1]]`` to ``order[end[u] - 1]``, the best first."""

    order: Int64s
    end: Int64s
    ptr: Int64s
    option: Int32s
    host: Int32s
    need_ptr: Int64s
    need_node: Int32s
    need_places: Int32s
    tolerance: int


class _State(NamedTuple):
    """See `reference.balanced_exchange`. Who is left of unit *u* begins at ``order[best[u]]``."""

    best: Int64s
    net: Int64s
    left: Int32s
    following: Int64s
    taken: Int64s
    is_closed: NDArray[np.bool]  # what is closed never opens again


def balanced_exchange(market: Market, lottery: Lottery, balance: Balance) -> Int64s:
    """See `reference.balanced_exchange`. O(n log n + N d) and the paths of the chains and cycles."""
    units, needs = market.unit_of(balance.unit), market.needs
    order = np.argsort(~priority(market.score, lottery.rank))
    end = np.cumsum(np.bincount(units.home, minlength=len(units.names)))
    given = _Given(
        order[np.argsort(units.home[order], kind="stable")],
        end,
        market.pref_ptr,
        market.pref_option,
        units.host,
        needs.ptr,
        needs.node,
        needs.places,
        balance.tolerance,
    )
    state = _State(
        np.concatenate(([0], end[:-1])),
        balance.carried_by(market),
        market.capacity.copy(),
        market.pref_ptr[:-1].copy(),
        np.full(market.students, -1, np.int64),
        np.zeros(market.options, np.bool),
    )
    _run(given, state)
    return state.taken


@compiled
def _run(given: _Given, state: _State) -> None:
    units = len(given.end)
    path, position = np.empty(units, np.int64), np.full(units, -1)  # position: of each unit on the path
    starters = [(state.net[unit], unit) for unit in range(units) if state.net[unit] < given.tolerance]
    heapq.heapify(starters)
    while starters:
        unit = heapq.heappop(starters)[1]
        _trade(given, state, unit, True, path, position)
        if state.best[unit] < given.end[unit] and state.net[unit] < given.tolerance:
            heapq.heappush(starters, (state.net[unit], unit))
    for unit in range(units):
        while state.best[unit] < given.end[unit]:
            _trade(given, state, unit, False, path, position)


@compiled
def _trade(
    given: _Given, state: _State, first: int, some_may_start: bool, path: Int64s, position: Int64s
) -> None:
    """Follow the pointers from *first*; carry out every cycle met, until *first* has taken part or is empty."""
    path[0], position[first] = first, 0
    count = 1
    while count:
        sender = path[count - 1]
        application = _choice(given, state, sender, some_may_start)
        if application < 0:
            position[sender] = -1
            count -= 1
            continue
        unit = given.host[given.option[application]]
        start = position[unit]
        if start < 0:
            nobody_left = state.best[unit] == given.end[unit]
            if not (some_may_start and (nobody_left or state.net[unit] > given.tolerance)):
                path[count], position[unit] = unit, count
                count += 1
                continue
            start = 0  # the end of a chain
            state.net[first] += 1
            state.net[unit] -= 1
        for place in range(start, count):
            position[path[place]] = -1
            _carry_out(given, state, path[place])
        count = start


@compiled
def _carry_out(given: _Given, state: _State, unit: int) -> None:
    """The best student of *unit* gets the place that the unit points to."""
    student = given.order[state.best[unit]]
    state.best[unit] += 1
    application = state.following[student]
    state.taken[student] = application
    option = given.option[application]
    for row in range(given.need_ptr[option], given.need_ptr[option + 1]):
        state.left[given.need_node[row]] -= given.need_places[row]


@compiled
def _choice(given: _Given, state: _State, unit: int, some_may_start: bool) -> int:
    """What the best student of *unit* wants most of all that is open, or -1; who finds nothing open is out."""
    while state.best[unit] < given.end[unit]:
        student = given.order[state.best[unit]]
        while state.following[student] < given.ptr[student + 1]:
            option = given.option[state.following[student]]
            if not state.is_closed[option]:
                if _is_open(given, state, option, some_may_start):
                    return int(state.following[student])
                state.is_closed[option] = True
            state.following[student] += 1
        state.best[unit] += 1
    return -1


@compiled
def _is_open(given: _Given, state: _State, option: int, some_may_start: bool) -> bool:
    unit = given.host[option]
    if state.best[unit] == given.end[unit] and not (some_may_start and state.net[unit] > -given.tolerance):
        return False
    for row in range(given.need_ptr[option], given.need_ptr[option + 1]):
        if state.left[given.need_node[row]] < given.need_places[row]:
            return False
    return True
