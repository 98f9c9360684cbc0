"""The algorithms of `reference` as machine code, for large markets.

Importing this module loads Numba, which takes about half a second. Each kernel is compiled on its first use
on a machine (some seconds) and kept on disk: beside this file, or, where that is read-only, in the user's
cache folder, or where NUMBA_CACHE_DIR says. Where nothing can be written, every process compiles it anew.
"""

# ruff: noqa: PLR0917 -- Numba takes arrays, not objects

from collections.abc import Callable
from typing import cast

import numba
import numpy as np

from eastep.placement.lottery import LAST, Lottery, priority
from eastep.placement.market import Int32s, Int64s, Market

NOBODY = np.iinfo(np.int64).max  # the worst claim of a node that holds none: no claim is better


def _compiled[F: Callable[..., object]](function: F) -> F:
    """Compile *function* on its first call. Numba has no types, so the cast keeps those of the function."""
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # nowhere to keep the machine code
        return cast(F, numba.njit(nogil=True)(function))


def serial_dictatorship(market: Market, lottery: Lottery) -> Int64s:
    """See `reference.serial_dictatorship`. O(n log n + N d)."""
    order = np.argsort(~priority(market.score, lottery.rank))
    needs = market.needs
    return _serial_dictatorship(
        order, market.pref_ptr, market.pref_option, needs.ptr, needs.node, needs.places, market.capacity
    )


def deferred_acceptance(market: Market, lottery: Lottery) -> Int64s:
    """See `reference.deferred_acceptance`. O(N (d + log K + log q)) for q places under a node."""
    by_rank = np.argsort(lottery.rank).astype(np.int32)
    return _deferred_acceptance(
        market.pref_ptr,
        market.option_node[market.pref_option],
        market.score,
        lottery.rank,
        by_rank,
        market.parent,
        market.capacity,
    )


@_compiled
def _serial_dictatorship(
    order: Int64s,
    pref_ptr: Int64s,
    pref_option: Int32s,
    need_ptr: Int64s,
    need_node: Int32s,
    need_places: Int32s,
    capacity: Int32s,
) -> Int64s:
    left = capacity.copy()
    taken = np.full(len(order), -1, np.int64)
    for student in order:
        for application in range(pref_ptr[student], pref_ptr[student + 1]):
            option = pref_option[application]
            start, end = need_ptr[option], need_ptr[option + 1]
            fits = True
            for row in range(start, end):
                if left[need_node[row]] < need_places[row]:
                    fits = False
                    break
            if fits:
                for row in range(start, end):
                    left[need_node[row]] -= need_places[row]
                taken[student] = application
                break
    return taken


@_compiled
def _deferred_acceptance(
    pref_ptr: Int64s,
    pref_node: Int32s,
    score: Int32s,
    lottery: Int32s,
    by_rank: Int32s,
    parent: Int32s,
    capacity: Int32s,
) -> Int64s:
    """Every node keeps a heap of the claims held at itself; `winner` finds the worst claim below any node.

    A claim is an int64 of score and lottery as in `lottery.priority`, so it names its student.
    """
    position, end = _depth_first(parent)
    size = len(parent)
    heap_ptr = _heap_rows(pref_node, parent, capacity)
    heap = np.empty(heap_ptr[-1], np.int64)
    count = np.zeros(size, np.int64)  # claims in the heap of each node
    load = np.zeros(size, np.int64)  # claims held at each node and below
    worst = np.full(size, NOBODY)  # by position
    winner = np.zeros(2 * size, np.int64)
    node_at = np.empty(size, np.int64)
    for node in range(size):
        node_at[position[node]] = node
    for slot in range(2 * size - 1, 0, -1):
        winner[slot] = slot - size if slot >= size else winner[2 * slot]
    taken = np.full(len(pref_ptr) - 1, -1, np.int64)
    following = pref_ptr[:-1].copy()
    for first in range(len(taken)):
        student = first
        while student >= 0 and following[student] < pref_ptr[student + 1]:
            application = following[student]
            following[student] += 1
            node = pref_node[application]
            claim = (np.int64(score[application]) << 32) + (LAST - lottery[student])
            full = node  # the lowest full node on the way up
            while full >= 0 and load[full] < capacity[full]:
                full = parent[full]
            loser = -1
            if full >= 0:
                place = _worst_below(winner, worst, position[full], end[full])
                if worst[place] > claim:
                    continue
                lost = node_at[place]
                loser = by_rank[LAST - (worst[place] & LAST)]
                taken[loser] = -1
                count[lost] -= 1
                _pop(heap, heap_ptr[lost], count[lost])
                above = lost
                while above != full:
                    load[above] -= 1
                    above = parent[above]
                if lost != node:
                    _tell(winner, worst, position[lost], heap[heap_ptr[lost]] if count[lost] else NOBODY)
            _push(heap, heap_ptr[node], count[node], claim)
            count[node] += 1
            above = node
            while above != full:
                load[above] += 1
                above = parent[above]
            _tell(winner, worst, position[node], heap[heap_ptr[node]])
            taken[student] = application
            student = loser
    return taken


@_compiled
def _depth_first(parent: Int32s) -> tuple[Int64s, Int64s]:
    """Positions of the nodes such that all below a node come right after it, and where they end."""
    size = len(parent)
    child, sibling = np.full(size, -1), np.full(size, -1)
    root = -1
    for node in range(size):
        above = parent[node]
        if above < 0:
            sibling[node], root = root, node
        else:
            sibling[node], child[above] = child[above], node
    position, end = np.empty(size, np.int64), np.empty(size, np.int64)
    reached, node = 0, root
    while node >= 0:
        position[node] = reached
        reached += 1
        if child[node] >= 0:
            node = child[node]
            continue
        end[node] = reached
        while node >= 0 and sibling[node] < 0:
            node = parent[node]
            if node >= 0:
                end[node] = reached
        if node >= 0:
            node = sibling[node]
    return position, end


@_compiled
def _heap_rows(pref_node: Int32s, parent: Int32s, capacity: Int32s) -> Int64s:
    """Where the heap of each node lies: with room for its applications, as far as the quotas above allow."""
    room = np.zeros(len(parent) + 1, np.int64)
    for node in pref_node:
        room[node + 1] += 1
    for node in range(len(parent)):
        above = node
        while above >= 0:
            room[node + 1] = min(room[node + 1], capacity[above])
            above = parent[above]
    return np.cumsum(room)


@_compiled
def _worst_below(winner: Int64s, worst: Int64s, start: int, end: int) -> int:
    """The position with the worst claim among *start* to *end* - 1."""
    best = start
    low, high = start + len(worst), end + len(worst)
    while low < high:
        if low & 1:
            if worst[winner[low]] < worst[best]:
                best = winner[low]
            low += 1
        if high & 1:
            high -= 1
            if worst[winner[high]] < worst[best]:
                best = winner[high]
        low >>= 1
        high >>= 1
    return best


@_compiled
def _tell(winner: Int64s, worst: Int64s, place: int, claim: int) -> None:
    """Enter the new worst claim at a position into the tournament."""
    if worst[place] == claim:
        return
    worst[place] = claim
    slot = (place + len(worst)) >> 1
    while slot >= 1:
        left, right = winner[2 * slot], winner[2 * slot + 1]
        won = left if worst[left] <= worst[right] else right
        if won == winner[slot] and won != place:
            return
        winner[slot] = won
        slot >>= 1


@_compiled
def _push(heap: Int64s, start: int, count: int, claim: int) -> None:
    slot = count
    while slot > 0 and heap[start + (slot - 1) // 2] > claim:
        heap[start + slot] = heap[start + (slot - 1) // 2]
        slot = (slot - 1) // 2
    heap[start + slot] = claim


@_compiled
def _pop(heap: Int64s, start: int, count: int) -> None:
    """Drop the smallest of *count* + 1 claims."""
    claim = heap[start + count]
    slot = 0
    while 2 * slot + 1 < count:
        child = 2 * slot + 1
        if child + 1 < count and heap[start + child + 1] < heap[start + child]:
            child += 1
        if heap[start + child] >= claim:
            break
        heap[start + slot] = heap[start + child]
        slot = child
    heap[start + slot] = claim
