"""`reference.serial_dictatorship` as machine code."""

# ruff: noqa: PLR0917 -- Numba takes arrays, not objects

import numpy as np

from eastep.placement.kernels.compiling import compiled
from eastep.placement.lottery import Lottery
from eastep.placement.market import Int32s, Int64s, Market

DIGIT = 16  # bits of a score that one turn of the sorting looks at


def serial_dictatorship(market: Market, lottery: Lottery) -> Int64s:
    """See `reference.serial_dictatorship`. O(N + M d) for M nodes that options draw on."""
    needs = market.needs
    return _serial_dictatorship(
        in_turn(market.score, lottery.rank),
        market.pref_ptr,
        market.pref_option,
        needs.ptr,
        needs.node,
        needs.places,
        market.capacity,
    )


@compiled
def in_turn(score: Int32s, rank: Int32s) -> Int32s:
    """The students by descending score, then by the lottery: a radix sort, O(n)."""
    students = len(score)
    order, before = np.empty(students, np.int32), np.empty(students, np.int32)
    for student in range(students):
        order[rank[student]] = student
    best, worst = (np.int64(score.max()), np.int64(score.min())) if students else (0, 0)
    shift = 0
    while (best - worst) >> shift:
        order, before = before, order
        row = np.zeros((1 << DIGIT) + 1, np.int64)
        for value in score:
            row[(((best - value) >> shift) & ((1 << DIGIT) - 1)) + 1] += 1
        row = np.cumsum(row)
        for number in before:
            digit = ((best - score[number]) >> shift) & ((1 << DIGIT) - 1)
            order[row[digit]] = number
            row[digit] += 1
        shift += DIGIT
    return order


@compiled
def _serial_dictatorship(
    order: Int32s,
    pref_ptr: Int64s,
    pref_option: Int32s,
    need_ptr: Int64s,
    need_node: Int32s,
    need_places: Int32s,
    capacity: Int32s,
) -> Int64s:
    left = capacity.copy()
    is_open = np.ones(len(need_ptr) - 1, np.bool_)  # until it was once refused
    taken = np.full(len(order), -1, np.int64)
    for student in order:
        for application in range(pref_ptr[student], pref_ptr[student + 1]):
            option = pref_option[application]
            if not is_open[option]:
                continue
            start, end = need_ptr[option], need_ptr[option + 1]
            for row in range(start, end):
                if left[need_node[row]] < need_places[row]:
                    is_open[option] = False
                    break
            if is_open[option]:
                for row in range(start, end):
                    left[need_node[row]] -= need_places[row]
                taken[student] = application
                break
    return taken
