"""The promises of `balanced_exchange`, each against the enumeration of tiny markets."""

import dataclasses
import sys
from random import Random

import numpy as np
import pytest

from eastep.placement import Balance, Lottery, Market, Placement, balanced_exchange
from eastep.placement.kernels import balanced_exchange as kernel
from eastep.placement.market import Unit
from eastep.placement.reference import balanced_exchange as reference
from eastep.placement.tests.balanced import (
    balanced_market,
    gains,
    imbalances,
    outcome,
    random_carried,
    two,
    units_of,
)
from eastep.placement.tests.factories import draw, make_market, wishes_of
from eastep.placement.tests.test_brute_force import Assignment, Tiny

UNITS: list[Unit] = ["institution", "country"]


def tiny_market(seed: int, unit: Unit, *, options: int = 4) -> tuple[Market, Balance]:
    """2 to 4 units, up to 5 students; some options draw on two nodes; tolerance 0 to 2, carried -2 to 2."""
    random = Random(f"{seed} {unit}")
    units = random.randint(2, 4)
    market = balanced_market(
        random,
        students=random.randint(2, 5),
        units=units,
        options=random.randint(2, options),
        unit=unit,
        several=random.random() < 0.5,
    )
    carried = random_carried(random, units, 2) if random.random() < 0.7 else {}
    return market, Balance(unit=unit, tolerance=random.randint(0, 2), carried=carried)


def exact(balance: Balance) -> Balance:
    return dataclasses.replace(balance, tolerance=0, carried={})


@pytest.mark.parametrize("unit", UNITS)
def test_it_is_feasible_and_no_unit_ends_farther_out_than_it_began(unit: Unit) -> None:
    moved = 0
    for seed in range(1000):
        market, balance = tiny_market(seed, unit)
        lottery = draw(market, seed)
        result = outcome(balanced_exchange, market, lottery, balance)
        assert Tiny(market, lottery).fits(result)
        before = imbalances(market, balance, (None,) * market.students)
        after = imbalances(market, balance, result)
        for began, ended in zip(before, after, strict=True):
            assert abs(ended) <= max(balance.tolerance, abs(began))
        moved += before != after
    assert moved > 100  # chains do happen


@pytest.mark.parametrize("unit", UNITS)
def test_exactly_balanced_it_is_not_dominated_by_any_balanced_assignment(unit: Unit) -> None:
    for seed in range(400):
        market, balance = tiny_market(seed, unit)
        balance, lottery = exact(balance), draw(market, seed)
        tiny = Tiny(market, lottery)
        result = outcome(balanced_exchange, market, lottery, balance)
        assert not any(imbalances(market, balance, result))
        for other in tiny.feasible():
            if other != result and not any(imbalances(market, balance, other)):
                assert any(
                    tiny.prefers(student, result[student], other[student])
                    for student in range(market.students)
                )


@pytest.mark.parametrize("unit", UNITS)
def test_nobody_envies_a_student_of_the_own_unit(unit: Unit) -> None:
    """Without all of the own unit with worse claims at the same host unit the wish would still not fit."""
    for seed in range(1000):
        market, balance = tiny_market(seed, unit)
        lottery = draw(market, seed)
        tiny = Tiny(market, lottery)
        home, host = (column.tolist() for column in units_of(market, unit))
        result = outcome(balanced_exchange, market, lottery, balance)
        claim = [(int(score), -int(luck)) for score, luck in zip(market.score, lottery.number, strict=True)]
        for student, wish in tiny.wanted(result):
            worse = {
                other
                for other, option in enumerate(result)
                if option is not None
                and home[other] == home[student]
                and host[option] == host[wish]
                and claim[other] < claim[student]
            }
            without = tuple(None if other in worse else option for other, option in enumerate(result))
            moved = (*without[:student], wish, *without[student + 1 :])
            assert not worse or not tiny.fits(moved)


@pytest.mark.parametrize("unit", UNITS)
def test_nobody_gains_by_another_list(unit: Unit) -> None:
    for seed in range(100):
        market, balance = tiny_market(seed, unit, options=3)
        assert not list(gains(balanced_exchange, market, draw(market, seed), balance))


def unchecked(market: Market, lottery: Lottery, balance: Balance) -> Placement:
    """The exchange without the refusal of quotas across units."""
    return Placement(
        market=market,
        lottery=lottery,
        application=reference.balanced_exchange(market, lottery, balance),
        mechanism="balanced_exchange",
        balance=balance,
    )


@pytest.mark.parametrize("unit", UNITS)
def test_it_is_the_rule_word_for_word(unit: Unit) -> None:
    """As the docstring says it, everything anew at each step; cycles before chains wherever they are."""
    for seed in range(400):
        market, balance = tiny_market(seed, unit)
        lottery = draw(market, seed)
        assert outcome(balanced_exchange, market, lottery, balance) == by_the_rule(market, lottery, balance)


def by_the_rule(market: Market, lottery: Lottery, balance: Balance) -> Assignment:
    tiny = Tiny(market, lottery)
    home, host = (column.tolist() for column in units_of(market, balance.unit))
    net = imbalances(market, balance, (None,) * market.students)
    result: list[int | None] = [None] * market.students
    claim = [(int(score), -int(luck)) for score, luck in zip(market.score, lottery.number, strict=True)]
    left = set(range(market.students))
    chains = True  # until nobody may start one

    def pointers() -> dict[int, tuple[int, int]]:
        """Of each unit: the best student and the option wanted. Who finds nothing open is struck off."""
        while True:
            sending = {home[student] for student in left}
            if chains and any(net[unit] < balance.tolerance for unit in sending):
                ending = {unit for unit in range(len(net)) if net[unit] > -balance.tolerance}
            else:
                ending = set()
            open_to = {}
            for student in left:
                for option in tiny.wishes[student]:
                    moved = (*result[:student], option, *result[student + 1 :])
                    if host[option] in sending | ending and tiny.fits(moved):
                        open_to[student] = option
                        break
            if len(open_to) == len(left):
                return {
                    home[student]: (student, open_to[student])
                    for student in sorted(left, key=claim.__getitem__)
                }
            left.intersection_update(open_to)

    while left or chains:
        points = pointers()
        starters = [unit for unit in points if net[unit] < balance.tolerance] if chains else []
        if not starters and chains:
            chains = False
            continue
        if not points:
            break

        ending = {unit for unit in range(len(net)) if unit not in points or net[unit] > balance.tolerance}
        ending = ending if chains else set()
        next_unit = {unit: host[option] for unit, (_, option) in points.items()}
        paths = [path(unit, next_unit, ending) for unit in points if unit not in ending]
        cycle = next((units for units, end in paths if units[0] == end), None)
        if cycle is None:
            first = min(starters, key=lambda unit: (net[unit], unit))
            cycle, end = path(first, next_unit, ending)
            net[first] += 1
            net[end] -= 1
        for unit in cycle:
            student, option = points[unit]
            result[student] = option
            left.remove(student)
    return tuple(result)


def path(first: int, next_unit: dict[int, int], ending: set[int]) -> tuple[list[int], int]:
    """The units from *first* on, and the one at which it ends: a unit of the path, or the end of a chain."""
    units, unit = [first], next_unit[first]
    while unit not in units and unit not in ending:
        units.append(unit)
        unit = next_unit[unit]
    return units, unit


def test_with_a_quota_across_units_somebody_would_gain() -> None:
    """Why such quotas are refused.

    Students and options 0 to 3 belong to the units 0 to 3; the options 2 and 3 have one place together, those
    of all others one each. Student 0 wants 1, then 3. For 1, student 0 waits while the units 1 and 2 trade,
    which uses up 1 and, with 2, the common place. Student 0 ends with nothing, but asking for 3 at once would
    have got it, as student 3 wants option 0.
    """
    units = np.arange(4, dtype=np.int32)

    def result(*told: int) -> list[int]:
        market = make_market(
            [told, [2], [1], [0]],
            [1] * 4,
            capacity=[1] * 5,
            parent=[-1, -1, 4, 4, -1],
            draws=[[0], [1], [2], [3]],
        )
        market = dataclasses.replace(market, home=units, host=units, country=units)
        return list(unchecked(market, draw(market), Balance(unit="institution")).option)

    assert result(1, 3) == [-1, 2, 1, -1]
    assert result(3) == [3, -1, -1, 0]


def test_with_quotas_across_units_a_search_finds_many_who_would_gain() -> None:
    """The search that finds none in `test_nobody_gains_by_another_list` is able to find some."""
    found = 0
    for seed in (994, 3013, 4520, 5905, 6306):
        random = Random(seed)
        units = random.randint(2, 4)
        market = balanced_market(
            random, students=random.randint(2, 4), units=units, options=random.randint(2, 3), across=True
        )
        found += bool(list(gains(unchecked, market, draw(market), Balance(unit="institution"))))
    assert found == 5


def larger_market(seed: int) -> tuple[Market, Balance]:
    random = Random(seed)
    units = random.randint(1, 8)
    unit = random.choice(UNITS)
    market = balanced_market(
        random,
        students=random.randint(0, 60),
        units=units,
        options=random.randint(1, 12),
        unit=unit,
        several=random.random() < 0.5,
    )
    return market, Balance(
        unit=unit, tolerance=random.randint(0, 3), carried=random_carried(random, units, 5)
    )


def test_the_kernel_equals_the_reference() -> None:
    for seed in range(2000):
        market, balance = larger_market(seed)
        lottery = draw(market, seed)
        fast = kernel.balanced_exchange(market, lottery, balance)
        assert np.array_equal(fast, reference.balanced_exchange(market, lottery, balance))


def test_the_order_of_the_rows_changes_nothing() -> None:
    for seed in range(300):
        market, balance = larger_market(seed)
        order = list(range(market.students))
        Random(seed).shuffle(order)
        wishes = wishes_of(market)
        assert market.home is not None
        shuffled = dataclasses.replace(
            market,
            pref_ptr=np.cumsum([0, *(len(wishes[row]) for row in order)], dtype=np.int64),
            pref_option=np.array([option for row in order for option in wishes[row]], np.int32),
            score=market.score[order],
            home=market.home[order],
        )
        straight = balanced_exchange(market, Lottery.draw(seed, range(market.students)), balance)
        crooked = balanced_exchange(shuffled, Lottery.draw(seed, order), balance)
        assert straight.option[order].tolist() == crooked.option.tolist()


def test_a_large_market_goes_to_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    market, balance = larger_market(7)
    lottery = draw(market)
    small = balanced_exchange(market, lottery, balance)
    monkeypatch.setattr(sys.modules["eastep.placement.balanced_exchange"], "LARGE", 0)
    monkeypatch.delattr(reference, "balanced_exchange")
    large = balanced_exchange(market, lottery, balance)
    assert large.option.tolist() == small.option.tolist()


def test_three_countries_trade_in_a_circle() -> None:
    market = make_market([[1], [2], [0]], [1, 1, 1], capacity=[1, 1, 1])
    three = np.arange(3, dtype=np.int32)
    market = dataclasses.replace(market, home=three, host=three, country=three)
    assert balanced_exchange(market, draw(market), Balance()).option.tolist() == [1, 2, 0]


def test_an_option_at_home_costs_no_balance() -> None:
    market = make_market([[0]], [1], capacity=[1])
    zero = np.zeros(1, np.int32)
    market = dataclasses.replace(market, home=zero, host=zero, country=zero)
    assert balanced_exchange(market, draw(market), Balance()).option.tolist() == [0]


def placed(market: Market, balance: Balance) -> None:
    balanced_exchange(market, Lottery.draw(1, market.student_ids or ()), balance)


def test_scores_by_application_are_refused() -> None:
    market = two(score={"aoi": {"yonsei": 70}, "jiho": {"waseda": 75}})
    with pytest.raises(ValueError, match=r"needs one score per student: .* give each student a single score"):
        placed(market, Balance())


@pytest.mark.parametrize(
    ("unit", "names"), [("institution", "Waseda and of Yonsei"), ("country", "JP and of KR")]
)
def test_a_quota_across_units_is_refused(unit: Unit, names: str) -> None:
    market = two(places={"yonsei": 1, "waseda": 1, "both": 1}, within={"yonsei": "both", "waseda": "both"})
    message = rf"node 2 \('both'\) holds options of {names}: .* or balance larger units"
    with pytest.raises(ValueError, match=message):
        placed(market, Balance(unit=unit))


def test_a_balance_carried_for_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="a balance is carried for 'CN', which is no country of this market"):
        placed(two(), Balance(carried={"CN": 1}))


def test_a_market_that_does_not_say_who_is_where_is_refused() -> None:
    with pytest.raises(ValueError, match="balance needs the home of each student"):
        placed(two(home=None, host=None, country=None), Balance())


def test_a_lottery_of_others_is_refused() -> None:
    with pytest.raises(ValueError, match="the lottery was drawn for 'kim'"):
        balanced_exchange(two(), Lottery.draw(1, ["kim", "lee"]), Balance())
