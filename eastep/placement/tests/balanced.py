"""Tiny markets for the balanced mechanisms, and what a test may count about them without asking the engine."""

import dataclasses
from collections.abc import Callable, Iterator
from itertools import permutations
from random import Random
from typing import Any

import numpy as np

from eastep.placement import Balance, Lottery, Market, Placement
from eastep.placement.market import Unit
from eastep.placement.tests.factories import make_market, wishes_of
from eastep.placement.tests.test_brute_force import Assignment, Tiny

type Mechanism = Callable[[Market, Lottery, Balance], Placement]


def balanced_market(
    random: Random,
    *,
    students: int,
    units: int,
    options: int,
    unit: Unit = "institution",
    several: bool = False,
    across: bool = False,
    score_of: Callable[[int, int], int] | None = None,
    abroad: bool = False,
) -> Market:
    """Some units have a quota of their own above their options.

    *score_of* makes the scores by application, of student and option. With *several* some options draw on two nodes of their unit, with *across* some quotas hold options of two
    units. With *abroad* nobody lists an option at home. If the unit is "country" each has two institutions.
    """
    host = [random.randrange(units) for _ in range(options)]
    inner = [number for number in range(units) if random.random() < 0.6]
    above = {number: options + place for place, number in enumerate(inner)}
    parent = [above.get(at, -1) if random.random() < 0.8 else -1 for at in host] + [-1] * len(inner)
    if across and inner:
        parent[random.randrange(options)] = options
    draws = []
    for option in range(options):
        beside = [other for other in range(options) if host[other] == host[option] and other != option]
        draws.append(
            [option, random.choice(beside)] if several and beside and random.random() < 0.5 else [option]
        )
    home = [random.randrange(units) for _ in range(students)]
    wishes = []
    for own in home:
        there = [option for option in range(options) if not (abroad and host[option] == own)]
        wishes.append(random.sample(there, random.randint(min(1, len(there)), len(there))))
    levels = random.choice([1, 3, students + 1])
    score: list[int] | list[list[int]] = [random.randrange(levels) for _ in home]
    if score_of is not None:
        score = [[score_of(student, option) for option in range(options)] for student in range(students)]
    most = max(1, students // 2)
    market = make_market(
        wishes,
        score,
        parent=parent,
        capacity=[random.randint(0, most) for _ in range(options)]
        + [random.randint(1, students + 1) for _ in inner],
        draws=draws,
    )
    institutions = 2 if unit == "country" else 1
    return dataclasses.replace(
        market,
        home=np.array([institutions * own + random.randrange(institutions) for own in home], np.int32),
        host=np.array([institutions * at + random.randrange(institutions) for at in host], np.int32),
        country=np.arange(institutions * units, dtype=np.int32) // institutions,
    )


def two(**changes: Any) -> Market:
    """A market of two students who want to change places."""
    given: dict[str, Any] = {
        "wishes": {"aoi": ["yonsei"], "jiho": ["waseda"]},
        "score": {"aoi": 70, "jiho": 75},
        "places": {"yonsei": 1, "waseda": 1},
        "home": {"aoi": "Waseda", "jiho": "Yonsei"},
        "host": {"yonsei": "Yonsei", "waseda": "Waseda"},
        "country": {"Waseda": "JP", "Yonsei": "KR"},
    }
    return Market.from_mappings(**(given | changes))


def random_carried(random: Random, units: int, most: int) -> dict[str, int]:
    return {str(number): random.randint(-most, most) for number in range(units) if random.random() < 0.5}


def imbalances(market: Market, balance: Balance, assignment: Assignment) -> list[int]:
    """Of each unit: carried, plus stays sent, less stays received, counted one by one."""
    home, host = (column.tolist() for column in units_of(market, balance.unit))
    assert market.country is not None
    units = len(set(market.country.tolist())) if balance.unit == "country" else len(market.country)
    net = [balance.carried.get(str(number), 0) for number in range(units)]
    for student, option in enumerate(assignment):
        if option is not None:
            net[home[student]] += 1
            net[host[option]] -= 1
    return net


def units_of(market: Market, unit: Unit) -> "tuple[np.ndarray, np.ndarray]":
    assert market.home is not None
    assert market.host is not None
    assert market.country is not None
    if unit == "institution":
        return market.home, market.host
    return market.country[market.home], market.country[market.host]


def outcome(mechanism: Mechanism, market: Market, lottery: Lottery, balance: Balance) -> Assignment:
    option = mechanism(market, lottery, balance).option.tolist()
    return tuple(None if number < 0 else number for number in option)


def gains(
    mechanism: Mechanism,
    market: Market,
    lottery: Lottery,
    balance: Balance,
    *,
    score_of: Callable[[int, int], int] | None = None,
    abroad: bool = False,
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The students who would gain by another list, with that list: every ordered list is tried."""
    tiny = Tiny(market, lottery)
    honest = outcome(mechanism, market, lottery, balance)
    home, host = (column.tolist() for column in units_of(market, balance.unit))
    for student, wishes in enumerate(wishes_of(market)):
        if honest[student] == wishes[0] if wishes else True:
            continue  # nothing is better than the first choice
        options = [
            option for option in range(market.options) if not (abroad and host[option] == home[student])
        ]
        for length in range(len(options) + 1):
            for told in permutations(options, length):
                lie = outcome(mechanism, telling(market, student, told, score_of), lottery, balance)
                if tiny.prefers(student, lie[student], honest[student]):
                    yield student, told


def telling(
    market: Market, student: int, told: tuple[int, ...], score_of: Callable[[int, int], int] | None
) -> Market:
    """The same market, but *student* hands in another list."""
    wishes = wishes_of(market)
    wishes[student] = list(told)
    score = market.score
    if score_of is not None:
        score = np.array(
            [score_of(own, option) for own, options in enumerate(wishes) for option in options], np.int32
        )
    return dataclasses.replace(
        market,
        pref_ptr=np.cumsum([0, *map(len, wishes)], dtype=np.int64),
        pref_option=np.array([option for options in wishes for option in options], np.int32),
        score=score,
    )
