"""`reference.deferred_acceptance` as machine code: in rounds while many ask, one by one when few are left.

A claim is an int64 of score and lottery as in `lottery.priority`, so it names its student. Nodes go by
*place*: their number in an order in which all below a node comes right after it. Every place keeps a heap of
the claims held at its own node, the worst on top.
"""

# ruff: noqa: PLR0917 -- Numba takes arrays, not objects

from typing import NamedTuple

import numpy as np

from eastep.placement.kernels.compiling import compiled
from eastep.placement.lottery import LAST, Lottery
from eastep.placement.market import Int32s, Int64s, Market

NOBODY = np.iinfo(np.int64).max  # the worst claim of a node that holds none: no claim is better
ANYBODY = np.iinfo(np.int64).min  # the cut-off of a node that refused nobody
ROUND = 1 << 17  # so many students ask at most in a round, or as many as there are nodes
FEW = 4  # when fewer students than one in so many nodes ask, a round does not pay


class Wishes(NamedTuple):
    """Student *s* asks by the applications ``first[s]`` to ``end[s] - 1``."""

    first: Int64s
    end: Int64s
    option: Int32s
    score: Int32s


class _Nodes(NamedTuple):
    """By place. All below a node lies at the places after its own, before `end`."""

    parent: Int32s
    end: Int32s
    capacity: Int32s


class _Held(NamedTuple):
    """By place: the heaps ``claim[ptr[place]:ptr[place] + size[place]]``, and the top of each."""

    ptr: Int64s
    claim: Int64s
    size: Int32s
    worst: Int64s


def deferred_acceptance(
    market: Market, lottery: Lottery, first: Int64s | None = None, bar: int = ANYBODY
) -> Int64s:
    """See `reference.deferred_acceptance`. O(N (d + log K + log q)) for q places under a node.

    To go on from an earlier placement: each student asks from the application *first* on, by claims better than *bar*.
    """
    first = market.pref_ptr[:-1] if first is None else first
    return by_application(
        Wishes(first, market.pref_ptr[1:], market.pref_option, market.score),
        lottery.rank,
        market.option_node,
        market.parent,
        market.capacity,
        max(ROUND, market.nodes),
        bar,
    )


@compiled
def by_application(
    wishes: Wishes,
    rank: Int32s,
    option_node: Int32s,
    parent: Int32s,
    capacity: Int32s,
    at_once: int,
    bar: int,
) -> Int64s:
    """At most *at_once* students ask in a round, 0 for no rounds; claims not better than *bar* do not count."""
    students = len(rank)
    place_of, end = _depth_first(parent)
    nodes = _by_place(place_of, end, parent, capacity)
    place_of_option = place_of[option_node]
    held = _no_claims(_room(nodes, wishes.option, place_of_option, students))
    by_rank = np.empty(students, np.int32)
    for student in range(students):
        by_rank[rank[student]] = student
    taken = np.empty(students, np.int64)
    cutoff = np.full(len(parent), bar)  # what is not better than this has no chance at the place
    losers, fresh = np.empty(0, np.int32), 0
    if at_once > 0:
        losers, fresh = _rounds(wishes, rank, by_rank, place_of_option, nodes, held, cutoff, taken, at_once)
    _one_by_one(wishes, rank, by_rank, place_of_option, nodes, held, cutoff, taken, losers, fresh)
    return taken


@compiled
def _rounds(
    wishes: Wishes,
    rank: Int32s,
    by_rank: Int32s,
    place_of_option: Int32s,
    nodes: _Nodes,
    held: _Held,
    cutoff: Int64s,
    taken: Int64s,
    at_once: int,
) -> tuple[Int32s, int]:
    """All who have nothing ask at once, the nodes keep the best; until few ask. Returns who is left."""
    size, students = len(nodes.parent), len(rank)
    is_flat = True
    for place in range(size):
        if nodes.capacity[place] == 0:
            cutoff[place] = NOBODY
        if nodes.parent[place] >= 0:
            is_flat = False
    winner = np.empty(0 if is_flat else 2 * size, np.int32)
    most = min(students, at_once)
    losers = np.empty(most, np.int32)  # by lottery rank
    lost = fresh = 0
    place_asked, claim = np.empty(most, np.int32), np.empty(most, np.int64)
    grouped = np.empty(most, np.int64)
    start = np.empty(size + 1, np.int32)
    while (students - fresh) + lost > size // FEW:
        asked = 0
        for row in range(lost):
            student = by_rank[losers[row]]
            place, found = _ask(
                wishes, student, taken[student] + 1, rank[student], place_of_option, cutoff, taken
            )
            place_asked[asked], claim[asked] = place, found
            asked += place >= 0
        upto = min(students, fresh + most - lost)
        for student in range(fresh, upto):
            place, found = _ask(
                wishes, student, wishes.first[student], rank[student], place_of_option, cutoff, taken
            )
            place_asked[asked], claim[asked] = place, found
            asked += place >= 0
        fresh = upto
        _group(place_asked[:asked], claim, start, grouped)
        lost = _hold_best(held, start, grouped, cutoff, losers)
        if not is_flat:
            lost = _trim(nodes, held, winner, cutoff, losers, lost)
            for place in range(size):
                if nodes.parent[place] >= 0:
                    cutoff[place] = max(cutoff[place], cutoff[nodes.parent[place]])
    return losers[:lost].copy(), fresh


@compiled
def _ask(
    wishes: Wishes,
    student: int,
    application: int,
    rank: int,
    place_of_option: Int32s,
    cutoff: Int64s,
    taken: Int64s,
) -> tuple[int, np.int64]:
    """The next place from *application* on where the student has a chance, and the claim; -1 if none."""
    while application < wishes.end[student]:
        place = place_of_option[wishes.option[application]]
        claim = (np.int64(wishes.score[application]) << 32) + (LAST - rank)
        if claim > cutoff[place]:
            taken[student] = application
            return place, claim
        application += 1
    taken[student] = -1
    return -1, np.int64(ANYBODY)


@compiled
def _group(place_asked: Int32s, claim: Int64s, start: Int32s, grouped: Int64s) -> None:
    """Bring the claims together by place: those to a place lie at ``grouped[start[place]:start[place + 1]]``."""
    start[:] = 0
    for place in place_asked:
        start[place + 1] += 1
    for place in range(1, len(start)):
        start[place] += start[place - 1]
    for row in range(len(place_asked) - 1, -1, -1):
        place = place_asked[row] + 1
        start[place] -= 1
        grouped[start[place]] = claim[row]
    start[:-1] = start[1:]
    start[-1] = len(place_asked)


@compiled
def _hold_best(held: _Held, start: Int32s, grouped: Int64s, cutoff: Int64s, losers: Int32s) -> int:
    """Let every place take in the claims to it, as far as there is room; returns how many lose."""
    lost = 0
    for place in range(len(cutoff)):
        for row in range(start[place], start[place + 1]):
            refused = _hold(held, place, grouped[row])
            if refused != NOBODY:
                losers[lost] = LAST - (refused & LAST)
                lost += 1
        if held.size[place] == held.ptr[place + 1] - held.ptr[place] and held.size[place]:
            cutoff[place] = max(cutoff[place], held.worst[place])
    return lost


@compiled
def _trim(nodes: _Nodes, held: _Held, winner: Int32s, cutoff: Int64s, losers: Int32s, lost: int) -> int:
    """Let every node, the lower ones first, let go of the worst claims below it that are too many."""
    size = len(nodes.parent)
    load = held.size.copy()
    _play(winner, held.worst)
    for place in range(size - 1, -1, -1):
        excess = load[place] - nodes.capacity[place]
        for _ in range(excess):
            at = _worst_below(winner, held.worst, place, nodes.end[place])
            losers[lost] = LAST - (held.worst[at] & LAST)
            lost += 1
            cutoff[place] = max(cutoff[place], held.worst[at])
            _drop(held, at)
            _play_again(winner, held.worst, at)
        if nodes.parent[place] >= 0:
            load[nodes.parent[place]] += load[place] - max(excess, 0)
    return lost


@compiled
def _one_by_one(
    wishes: Wishes,
    rank: Int32s,
    by_rank: Int32s,
    place_of_option: Int32s,
    nodes: _Nodes,
    held: _Held,
    cutoff: Int64s,
    taken: Int64s,
    losers: Int32s,
    fresh: int,
) -> None:
    """Whoever asks drives out the worst claim of the lowest full node, which then asks elsewhere."""
    load = _load(nodes, held)
    winner = np.empty(2 * len(load), np.int32)
    _play(winner, held.worst)
    for row in range(len(losers) + len(rank) - fresh):
        if row < len(losers):
            student = by_rank[losers[row]]
            application = taken[student] + 1
        else:
            student = np.int32(fresh + row - len(losers))
            application = wishes.first[student]
        while True:
            place, claim = _ask(wishes, student, application, rank[student], place_of_option, cutoff, taken)
            if place < 0:
                break
            application = taken[student]
            full = place  # the lowest full node on the way up
            while full >= 0 and load[full] < nodes.capacity[full]:
                full = nodes.parent[full]
            loser = np.int32(-1)
            if full >= 0:
                at = _worst_below(winner, held.worst, full, nodes.end[full])
                cutoff[full] = max(cutoff[full], held.worst[at])
                if held.worst[at] > claim:
                    cutoff[place] = max(cutoff[place], cutoff[full])
                    application += 1
                    continue
                loser = by_rank[LAST - (held.worst[at] & LAST)]
                _drop(held, at)
                _play_again(winner, held.worst, at)
                while at != full:
                    load[at] -= 1
                    at = nodes.parent[at]
            _hold(held, place, int(claim))
            _play_again(winner, held.worst, place)
            while place != full:
                load[place] += 1
                place = nodes.parent[place]
            if loser < 0:
                break
            student, application = loser, taken[loser] + 1


@compiled
def _load(nodes: _Nodes, held: _Held) -> Int32s:
    """The claims held at each place and below."""
    load = held.size.copy()
    for place in range(len(load) - 1, -1, -1):
        if nodes.parent[place] >= 0:
            load[nodes.parent[place]] += load[place]
    return load


@compiled
def _depth_first(parent: Int32s) -> tuple[Int32s, Int32s]:
    """The place of each node, and the first place that is no longer below it."""
    size = len(parent)
    child, sibling = np.full(size, -1, np.int32), np.full(size, -1, np.int32)
    root = -1
    for node in range(size - 1, -1, -1):
        above = parent[node]
        if above < 0:
            sibling[node], root = root, node
        else:
            sibling[node], child[above] = child[above], node
    place, end = np.empty(size, np.int32), np.empty(size, np.int32)
    reached, node = 0, root
    while node >= 0:
        place[node] = reached
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
    return place, end


@compiled
def _by_place(place_of: Int32s, end: Int32s, parent: Int32s, capacity: Int32s) -> _Nodes:
    nodes = _Nodes(np.empty_like(parent), np.empty_like(parent), np.empty_like(parent))
    for node in range(len(parent)):
        place = place_of[node]
        nodes.parent[place] = place_of[parent[node]] if parent[node] >= 0 else -1
        nodes.end[place] = end[node]
        nodes.capacity[place] = capacity[node]
    return nodes


@compiled
def _room(nodes: _Nodes, pref_option: Int32s, place_of_option: Int32s, students: int) -> Int64s:
    """How many claims each place can ever hold: as many as ask, as far as all quotas above allow."""
    most = np.minimum(nodes.capacity, students)
    for place in range(len(most)):
        if nodes.parent[place] >= 0:
            most[place] = min(most[place], most[nodes.parent[place]])
    room = np.zeros(len(most), np.int64)
    for place in place_of_option:
        room[place] = most[place]
    if room.sum() > 2 * students:  # quotas far above need: count
        asked = np.zeros(len(room), np.int64)
        for option in pref_option:
            asked[place_of_option[option]] += 1
        room = np.minimum(room, asked)
    return room


@compiled
def _no_claims(room: Int64s) -> _Held:
    ptr = np.zeros(len(room) + 1, np.int64)
    ptr[1:] = np.cumsum(room)
    return _Held(ptr, np.empty(ptr[-1], np.int64), np.zeros(len(room), np.int32), np.full(len(room), NOBODY))


@compiled
def _hold(held: _Held, place: int, claim: int) -> int:
    """Take *claim* in; returns the claim that has to go if there is no room, else NOBODY."""
    start, count = held.ptr[place], held.size[place]
    refused = NOBODY
    if count == held.ptr[place + 1] - start:
        if count == 0 or claim < held.worst[place]:
            return claim
        refused = held.worst[place]
        _sink(held, place, claim)
    else:
        heap, slot = held.claim, count
        while slot > 0 and heap[start + (slot - 1) // 2] > claim:
            heap[start + slot] = heap[start + (slot - 1) // 2]
            slot = (slot - 1) // 2
        heap[start + slot] = claim
        held.size[place] += 1
    held.worst[place] = held.claim[start]
    return refused


@compiled
def _drop(held: _Held, place: int) -> None:
    """Let go of the worst claim."""
    held.size[place] -= 1
    if held.size[place] == 0:
        held.worst[place] = NOBODY
        return
    _sink(held, place, held.claim[held.ptr[place] + held.size[place]])
    held.worst[place] = held.claim[held.ptr[place]]


@compiled
def _sink(held: _Held, place: int, claim: int) -> None:
    """Put *claim* in the stead of the top of the heap."""
    heap, start, count = held.claim, held.ptr[place], held.size[place]
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


@compiled
def _play(winner: Int32s, worst: Int64s) -> None:
    """Fill the tournament in which the worse claim wins; place p plays from slot p + len(worst)."""
    size = len(worst)
    for slot in range(2 * size - 1, 0, -1):
        if slot >= size:
            winner[slot] = slot - size
        else:
            left, right = winner[2 * slot], winner[2 * slot + 1]
            winner[slot] = left if worst[left] <= worst[right] else right


@compiled
def _play_again(winner: Int32s, worst: Int64s, place: int) -> None:
    """The worst claim of *place* has changed."""
    slot = (place + len(worst)) >> 1
    while slot >= 1:
        left, right = winner[2 * slot], winner[2 * slot + 1]
        won = left if worst[left] <= worst[right] else right
        if won == winner[slot] and won != place:
            return
        winner[slot] = won
        slot >>= 1


@compiled
def _worst_below(winner: Int32s, worst: Int64s, start: int, end: int) -> int:
    """The place with the worst claim among *start* to *end* - 1."""
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
