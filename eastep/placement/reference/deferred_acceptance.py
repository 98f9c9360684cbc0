"""Deferred acceptance in plain Python."""

from heapq import heappop, heappush, heapreplace
from itertools import pairwise

import numpy as np

from eastep.placement.claims import claims
from eastep.placement.lottery import LAST, Lottery
from eastep.placement.market import Int64s, Market
from eastep.placement.reference.needs import option_needs


def deferred_acceptance(market: Market, lottery: Lottery) -> Int64s:
    """The application that each student gets, or -1: a full node keeps the best, the others ask elsewhere."""
    place = _within_quotas if (market.parent >= 0).any() else _without_nesting
    return np.array(place(market, lottery), np.int64)


def _without_nesting(market: Market, lottery: Lottery) -> list[int]:
    """Every node has a heap of the claims that it holds, the worst first."""
    option, claim_of = market.pref_option.data, claims(market, lottery).data  # as few are read, no lists
    node_of, capacity = market.option_node.tolist(), market.capacity.tolist()
    ptr, by_rank = market.pref_ptr.tolist(), np.argsort(lottery.rank).tolist()
    held: list[list[int]] = [[] for _ in capacity]
    taken = [-1] * market.students
    following = [iter(range(start, end)) for start, end in pairwise(ptr)]
    waiting = list(range(market.students))
    while waiting:
        student = waiting.pop()
        for application in following[student]:
            node, claim = node_of[option[application]], claim_of[application]
            heap = held[node]
            if len(heap) < capacity[node]:
                heappush(heap, claim)
            elif heap and heap[0] < claim:
                loser = by_rank[LAST - (heapreplace(heap, claim) & LAST)]
                taken[loser] = -1
                waiting.append(loser)
            else:
                continue
            taken[student] = application
            break
    return taken


def _within_quotas(market: Market, lottery: Lottery) -> list[int]:
    """The same where nodes lie within each other: the lowest full one on the way up lets go of its worst."""
    students, length = market.students, np.diff(market.pref_ptr)
    longest = int(length.max(initial=1))
    luck = students - 1 - lottery.rank.astype(np.int64)
    by_luck = np.argsort(luck).tolist()
    paths = [[node for node, _ in need] for need in option_needs(market)]
    ptr, option, left = market.pref_ptr.tolist(), market.pref_option.tolist(), market.capacity.tolist()
    score = market.score
    if students * longest >= 2**31:  # then only the ranks of the scores surely fit into the number
        score = np.unique(score, return_inverse=True)[1].astype(np.int32)
    # a claim is score, luck and place in the list in one number, and so names its application
    claims = score * np.int64(students * longest) + np.repeat(luck * longest - market.pref_ptr[:-1], length)
    claims = (claims + np.arange(len(claims))).tolist()
    held: list[list[int]] = [[] for _ in left]  # heaps of claims, the worst first; what is gone may linger
    taken = [-1] * students  # the application that each student has
    valid: list[int | None] = [None] * students  # its claim
    following, waiting = ptr[:-1], list(range(students))
    while waiting:
        student = waiting.pop()
        for application in range(following[student], ptr[student + 1]):
            claim, path = claims[application], paths[option[application]]
            for full in path:  # the lowest full node on the way up
                if not left[full]:
                    break
            else:
                full = -1
            if full >= 0:
                heap = held[full]
                while heap and valid[by_luck[heap[0] // longest % students]] != heap[0]:
                    heappop(heap)
                if not heap or heap[0] > claim:
                    continue
                loser = by_luck[heappop(heap) // longest % students]
                for node in paths[option[taken[loser]]]:
                    left[node] += 1
                taken[loser], valid[loser] = -1, None
                waiting.append(loser)
            for node in path:
                left[node] -= 1
                heappush(held[node], claim)
            taken[student], valid[student], following[student] = application, claim, application + 1
            break
    return taken
