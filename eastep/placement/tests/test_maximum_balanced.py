"""`maximum_balanced` against the enumeration of tiny markets, and a market in which it is cheated."""

import dataclasses
import sys
from random import Random

import numpy as np
import pytest

from eastep.placement import Balance, Lottery, Market, maximum_balanced, optima
from eastep.placement.market import Unit
from eastep.placement.tests.balanced import balanced_market, gains, imbalances, outcome, random_carried, two
from eastep.placement.tests.factories import draw, make_market
from eastep.placement.tests.test_brute_force import Assignment, Tiny


def tiny_market(seed: int, unit: Unit, *, several: bool = False) -> tuple[Market, Balance]:
    random = Random(seed)
    units = random.randint(2, 4)
    market = balanced_market(
        random,
        students=random.randint(1, 5),
        units=units,
        options=random.randint(1, 3 + several),
        unit=unit,
        several=several,
    )
    carried = random_carried(random, units, 3) if random.random() < 0.6 else {}
    return market, Balance(unit=unit, tolerance=random.randint(0, 2), carried=carried)


def merits(tiny: Tiny, market: Market, balance: Balance, found: Assignment) -> tuple[int, int, int] | None:
    """What remains to be repaid, how many have nothing, and the sum of ranks; None if a unit is out of bounds."""
    beyond = 0
    before = imbalances(market, balance, (None,) * market.students)
    for began, ended in zip(before, imbalances(market, balance, found), strict=True):
        if not min(began, -balance.tolerance) <= ended <= max(began, balance.tolerance):
            return None
        beyond += max(0, abs(ended) - balance.tolerance)
    ranks = [
        tiny.wishes[student].index(option) + 1 for student, option in enumerate(found) if option is not None
    ]
    return beyond, market.students - len(ranks), sum(ranks)


@pytest.mark.parametrize(
    ("unit", "several"),
    [("institution", False), ("country", False), ("institution", True), ("country", True)],
)
def test_it_is_the_optimum_of_the_enumeration(unit: Unit, several: bool) -> None:
    repaid = unable = years = 0
    for seed in range(200 if several else 500):
        market, balance = tiny_market(seed, unit, several=several)
        years += bool((np.diff(market.option_ptr) > 1).any())
        lottery = draw(market, seed)
        tiny = Tiny(market, lottery)
        result = outcome(maximum_balanced, market, lottery, balance)
        assert tiny.fits(result)
        found = merits(tiny, market, balance, result)
        every = [merits(tiny, market, balance, other) for other in tiny.feasible()]
        assert found == min(merit for merit in every if merit is not None)
        nobody = merits(tiny, market, balance, (None,) * market.students)
        assert nobody is not None
        assert found is not None
        repaid += nobody[0] > found[0]
        unable += found[0] > 0
    assert repaid > 10
    assert unable > 10
    assert (years > 50) == several


def test_a_false_list_can_pay() -> None:
    """Why it is for planning only.

    Student 0 wants the option 0, then 1; student 1 wants 2, which has no place, then 0. Two can be placed only
    if student 0 takes 1. Who keeps silent about 1 gets 0, as a first choice counts for more than a second one.
    """

    def result(*told: int) -> list[int]:
        market = make_market([told, [2, 0]], [1, 1], capacity=[1, 1, 0])
        at = np.zeros(3, np.int32)
        market = dataclasses.replace(market, home=at[:2], host=at + 1, country=np.array([0, 1], np.int32))
        return list(maximum_balanced(market, draw(market), Balance(tolerance=2)).option)

    assert result(0, 1) == [1, 0]
    assert result(0) == [0, -1]


def test_a_search_finds_many_false_lists_that_pay() -> None:
    cheated = 0
    for seed in range(100):
        market, balance = tiny_market(seed, "institution")
        cheated += any(gains(maximum_balanced, market, draw(market, seed), balance))
    assert cheated > 10


def test_placed_comes_before_rank() -> None:
    """Two at their second choices rather than one at the first."""
    market = make_market([[0, 1], [0]], [1, 1], capacity=[1, 1])
    both = np.array([0, 0], np.int32)
    market = dataclasses.replace(market, home=both, host=both + 1, country=np.array([0, 1], np.int32))
    placement = maximum_balanced(market, draw(market), Balance(tolerance=2))
    assert placement.option.tolist() == [1, 0]
    assert placement.mechanism == "maximum_balanced"


def placed(market: Market) -> None:
    maximum_balanced(market, Lottery.draw(1, market.student_ids or ()), Balance())


def test_a_year_takes_its_place_in_both_terms() -> None:
    """One place in spring, one in autumn. Aoi wants the year, Ren and Mei a term each: two terms place more."""
    market = two(
        wishes={"aoi": ["year"], "ren": ["spring"], "mei": ["autumn"], "jiho": ["waseda"], "seo": ["waseda"]},
        score=dict.fromkeys(("aoi", "ren", "mei", "jiho", "seo"), 1),
        places={"spring": 1, "autumn": 1, "waseda": 2},
        draws={"year": ["spring", "autumn"]},
        home={"aoi": "Waseda", "ren": "Waseda", "mei": "Waseda", "jiho": "Yonsei", "seo": "Yonsei"},
        host={"year": "Yonsei", "spring": "Yonsei", "autumn": "Yonsei", "waseda": "Waseda"},
    )
    placement = maximum_balanced(market, Lottery.draw(1, market.student_ids or ()), Balance())
    assert placement.by_name() == {
        "aoi": None, "ren": "spring", "mei": "autumn", "jiho": "waseda", "seo": "waseda"
    }  # fmt: skip


def test_what_the_solver_cannot_do_in_time_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optima, "PATIENCE", 0.001)
    market = balanced_market(Random(1), students=300, units=6, options=60, several=True)
    with pytest.raises(
        ValueError, match="are too many for the solver in 0 s: plan with a part of the market"
    ):
        maximum_balanced(market, draw(market), Balance(unit="institution"))


def test_a_quota_across_units_is_refused() -> None:
    market = two(places={"yonsei": 1, "waseda": 1, "both": 1}, within={"yonsei": "both", "waseda": "both"})
    with pytest.raises(ValueError, match=r"node 2 \('both'\) holds options of JP and of KR"):
        placed(market)


def test_a_lottery_of_others_is_refused() -> None:
    with pytest.raises(ValueError, match="the lottery was drawn for 'kim'"):
        maximum_balanced(two(), Lottery.draw(1, ["kim", "lee"]), Balance())


def test_without_or_tools_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ortools.graph.python", None)
    with pytest.raises(ImportError, match=r'pip install "eastep\[optimum\]"'):
        placed(two())
