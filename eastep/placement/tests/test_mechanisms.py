"""The table of mechanisms, and the rule that picks one."""

import json
from typing import Any

import numpy as np
import pytest

from eastep.placement import MECHANISMS, Balance, Lottery, Market, Rule

JAPAN_KOREA = Market.from_mappings(
    wishes={"aoi": ["yonsei"], "ren": ["yonsei"], "jiho": ["waseda"]},
    score={"aoi": 70, "ren": 90, "jiho": 75},
    places={"yonsei": 3, "waseda": 3},
    home={"aoi": "Waseda", "ren": "Waseda", "jiho": "Yonsei"},
    host={"yonsei": "Yonsei", "waseda": "Waseda"},
    country={"Waseda": "JP", "Yonsei": "KR"},
)
LOTTERY = Lottery.draw(2027, ["aoi", "ren", "jiho"])


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_rule_places_by_its_mechanism(name: str) -> None:
    assert Rule(mechanism=name).place(JAPAN_KOREA, LOTTERY).mechanism == name
    assert Rule(mechanism=name).promises == MECHANISMS[name].promises


@pytest.mark.parametrize("name", MECHANISMS)
def test_only_balanced_mechanisms_heed_the_balance(name: str) -> None:
    exact = Rule(mechanism=name, balance=Balance(tolerance=0)).place(JAPAN_KOREA, LOTTERY)
    loose = Rule(mechanism=name, balance=Balance(tolerance=1)).place(JAPAN_KOREA, LOTTERY)
    assert loose.is_placed.sum() == 3
    assert exact.is_placed.sum() == (2 if MECHANISMS[name].is_balanced else 3)
    assert (exact.balance == Balance()) == MECHANISMS[name].is_balanced
    assert MECHANISMS[name].is_balanced == ("balanced" in MECHANISMS[name].promises)


def test_what_can_be_cheated_is_for_planning_only() -> None:
    for mechanism in MECHANISMS.values():
        assert mechanism.is_for_planning == ("strategy_proof" not in mechanism.promises)


def test_an_unknown_mechanism_is_refused() -> None:
    with pytest.raises(
        ValueError, match="no mechanism 'boston'; there are serial_dictatorship, deferred_acceptance"
    ):
        Rule(mechanism="boston")


def test_a_balance_of_numpy_numbers_is_one_of_plain_numbers() -> None:
    """What `Placement.imbalance` gives can be carried on as it is."""
    placement = Rule().place(JAPAN_KOREA, LOTTERY)
    carried = dict(zip(("JP", "KR"), placement.imbalance("country"), strict=True))
    balance = Balance(tolerance=np.int64(1), carried=carried)  # type: ignore[arg-type]
    assert balance == Balance(tolerance=1, carried={"JP": 1, "KR": -1})
    carried["JP"] = np.int64(5)
    assert json.dumps(balance.carried) == '{"JP": 1, "KR": -1}'


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"tolerance": -1}, "the tolerance is -1; a whole number from 0, below 2"),
        ({"tolerance": 2**31}, "the tolerance is 2147483648; a whole number from 0, below 2"),
        ({"tolerance": True}, "the tolerance is True"),
        ({"tolerance": 1.0}, "the tolerance is 1.0"),
        ({"carried": {"JP": float("nan")}}, "the carried balance of 'JP' is nan; a whole number below"),
        ({"carried": {"JP": -(2**31)}}, "the carried balance of 'JP' is -2147483648; a whole number below"),
        ({"carried": None}, "carried is None; a mapping of unit name to whole number is needed"),
        ({"unit": "city"}, "the unit of balance is 'city'"),
    ],
)
def test_a_balance_that_is_none_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Balance(**wrong)
    with pytest.raises(ValueError, match="a Balance is needed"):
        Rule(balance=wrong)  # type: ignore[arg-type]
