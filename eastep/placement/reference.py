"""The algorithms in plain Python, short enough to be checked by reading. The kernels must agree with them."""

from heapq import heappop, heappush
from itertools import pairwise

import numpy as np

from eastep.placement.lottery import Lottery, priority
from eastep.placement.market import Int64s, Market


def serial_dictatorship(market: Market, lottery: Lottery) -> Int64s:
    """The application that each student gets, or -1: in order of score, each takes the best that is left."""
    needs = option_needs(market)
    ptr, option = market.pref_ptr.tolist(), market.pref_option.tolist()
    left = market.capacity.tolist()
    taken = [-1] * market.students
    for student in np.argsort(~priority(market.score, lottery.rank)).tolist():
        for application in range(ptr[student], ptr[student + 1]):
            need = needs[option[application]]
            if all(left[node] >= places for node, places in need):
                for node, places in need:
                    left[node] -= places
                taken[student] = application
                break
    return np.array(taken, np.int64)


def deferred_acceptance(market: Market, lottery: Lottery) -> Int64s:
    """The application that each student gets, or -1: a full node keeps the best, the others ask elsewhere."""
    paths = [[node for node, _ in need] for need in option_needs(market)]
    ptr, option = market.pref_ptr.tolist(), market.pref_option.tolist()
    capacity = market.capacity.tolist()
    score = priority(market.score, np.repeat(lottery.rank, np.diff(market.pref_ptr))).tolist()
    following = ptr[:-1]
    taken = [-1] * market.students
    load = [0] * market.nodes
    held: list[list[tuple[int, int, int]]] = [[] for _ in capacity]  # worst first; what is gone may linger
    waiting = list(range(market.students))
    while waiting:
        student = waiting.pop()
        application = following[student]
        if application == ptr[student + 1]:
            continue  # no wish left
        following[student] += 1
        path = paths[option[application]]
        full = next((node for node in path if load[node] == capacity[node]), None)
        if full is not None:
            while held[full] and taken[held[full][0][1]] != held[full][0][2]:
                heappop(held[full])
            if not held[full] or held[full][0][0] > score[application]:
                waiting.append(student)
                continue
            _, loser, lost = heappop(held[full])
            taken[loser] = -1
            waiting.append(loser)
            for node in paths[option[lost]]:
                load[node] -= 1
        taken[student] = application
        for node in path:
            load[node] += 1
            heappush(held[node], (score[application], student, application))
    return np.array(taken, np.int64)


def option_needs(market: Market) -> list[list[tuple[int, int]]]:
    """`Market.needs` as lists of (node, places)."""
    ptr, node, places = (column.tolist() for column in market.needs)
    return [list(zip(node[start:end], places[start:end], strict=True)) for start, end in pairwise(ptr)]
