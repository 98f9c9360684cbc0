"""Small markets for tests, and what a test may know about them without asking the engine."""

from collections.abc import Sequence
from random import Random

import numpy as np

from eastep.placement import Lottery, Market


def make_market(
    wishes: Sequence[Sequence[int]],
    score: Sequence[int] | Sequence[Sequence[int]],
    *,
    capacity: Sequence[int],
    parent: Sequence[int] | None = None,
    draws: Sequence[Sequence[int]] | None = None,
) -> Market:
    """A market from lists: `score[s]` is a number, or one by option. Option o draws on node o."""
    per_application = bool(score) and not isinstance(score[0], int)
    flat: list[int] = []
    for student, options in enumerate(wishes):
        own = score[student]
        flat += [own] if isinstance(own, int) else [own[option] for option in options]
    drawn = [[node] for node in range(len(capacity))] if draws is None else draws
    return Market(
        pref_ptr=_ptr(wishes),
        pref_option=np.array([option for options in wishes for option in options], np.int32),
        score=np.array(flat, np.int32),
        parent=np.array([-1] * len(capacity) if parent is None else parent, np.int32),
        capacity=np.array(capacity, np.int32),
        option_ptr=_ptr(drawn),
        option_node=np.array([node for nodes in drawn for node in nodes], np.int32),
        score_per_application=per_application,
    )


def random_market(
    random: Random, *, students: int, options: int, inner: int, per_application: bool, crossing: bool = False
) -> Market:
    """Nested quotas of random shape; few scores, so that ties are common; some nodes without any place."""
    nodes = options + inner
    parent = [random.randrange(-1, node) for node in range(nodes)]
    number = list(range(nodes))
    random.shuffle(number)  # a parent need not have the lower number
    renumbered = [-1] * nodes
    for node, above in enumerate(parent):
        renumbered[number[node]] = number[above] if above >= 0 else -1
    wishes = [random.sample(range(options), random.randint(0, options)) for _ in range(students)]
    levels = random.choice([1, 2, students + 1])
    most = max(1, 2 * students // max(options, 1))
    score: list[int] | list[list[int]] = [random.randrange(-levels, levels) for _ in range(students)]
    if per_application:
        score = [[random.randrange(levels) for _ in range(options)] for _ in range(students)]
    return make_market(
        wishes,
        score,
        parent=renumbered,
        capacity=[random.randint(0, most) for _ in range(nodes)],
        draws=[
            random.sample(range(nodes), random.randint(1, min(3, nodes)) if crossing else 1)
            for _ in range(options)
        ],
    )


def draw(market: Market, seed: int = 1) -> Lottery:
    return Lottery.draw(seed, range(market.students))


def wishes_of(market: Market) -> list[list[int]]:
    ptr, option = market.pref_ptr.tolist(), market.pref_option.tolist()
    return [option[ptr[student] : ptr[student + 1]] for student in range(market.students)]


def ancestors(market: Market, option: int) -> list[int]:
    """The nodes in which *option* takes a place, one mention a place."""
    found = []
    for own in market.option_node[market.option_ptr[option] : market.option_ptr[option + 1]].tolist():
        node = own
        while node >= 0:
            found.append(node)
            node = int(market.parent[node])
    return found


def _ptr(rows: Sequence[Sequence[int]]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.cumsum([0, *map(len, rows)], dtype=np.int64)
