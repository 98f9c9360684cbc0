"""The promises of `balanced_deferred_acceptance`, each against the enumeration of tiny markets."""

import dataclasses
from collections.abc import Callable
from importlib import import_module
from itertools import product
from random import Random

import numpy as np
import pytest

from eastep.placement import Balance, Lottery, Market, balanced_deferred_acceptance, deferred_acceptance
from eastep.placement.tests.balanced import balanced_market, gains, imbalances, outcome, two, units_of
from eastep.placement.tests.factories import draw
from eastep.placement.tests.test_brute_force import Assignment, Tiny

KINDS = ["one score", "one score, years", "score by application"]


def two_countries(seed: int, kind: str) -> tuple[Market, Callable[[int, int], int] | None]:
    """Up to 5 students, who wish to go to the other country, and up to 5 options."""
    random = Random(seed)

    def score_of(student: int, option: int) -> int:
        return Random(f"{seed} {student} {option}").randrange(3)

    own_scores = score_of if kind == "score by application" else None
    while True:
        market = balanced_market(
            random,
            students=random.randint(1, 5),
            units=2,
            options=random.randint(2, 5),
            unit="country",
            several=kind == "one score, years",
            score_of=own_scores,
            abroad=True,
        )
        home, host = units_of(market, "country")
        if {*home.tolist(), *host.tolist()} == {0, 1}:
            return market, own_scores


def some_balance(seed: int) -> Balance:
    random = Random(seed)
    owed = random.randint(-3, 3)
    both = {"0": owed, "1": -owed}
    said = random.choice([{"0"}, {"1"}, {"0", "1"}])
    return Balance(tolerance=random.randint(0, 2), carried={name: both[name] for name in said})


def best(tiny: Tiny, *, per_application: bool) -> tuple[Assignment, int]:
    """The assignment among all stable ones that nobody would swap for another one, and how many there are."""

    def is_stable(found: Assignment) -> bool:
        if per_application:
            return tiny.is_stable(found)
        return not tiny.wasted(found) and not tiny.envied(found)

    stable = [found for found in tiny.feasible() if is_stable(found)]
    [first] = [
        found
        for found in stable
        if not any(
            tiny.prefers(student, other[student], found[student])
            for other, student in product(stable, range(len(found)))
        )
    ]
    return first, len(stable)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_best_stable_assignment_under_the_caps_of_the_natural_flows(kind: str) -> None:
    bound = several = 0
    for seed in range(400):
        market, _ = two_countries(seed, kind)
        balance, lottery = some_balance(seed), draw(market, seed)
        tiny = Tiny(market, lottery)
        natural, _ = best(tiny, per_application=market.score_per_application)
        _, host = units_of(market, "country")
        sent = [sum(option is not None and host[option] == there for option in natural) for there in (1, 0)]
        owed = balance.carried.get("0", -balance.carried.get("1", 0))
        caps = [
            max(0, sent[1] + balance.tolerance - owed),
            max(0, sent[0] + balance.tolerance + owed),
        ]

        tiny.capacity += caps  # two more quotas, in which each option takes one place
        for option, nodes in enumerate(tiny.nodes):
            nodes.append(market.nodes + (0 if host[option] == 1 else 1))
        expected, count = best(tiny, per_application=market.score_per_application)
        result = outcome(balanced_deferred_acceptance, market, lottery, balance)
        assert result == expected

        flows = [sum(option is not None and host[option] == there for option in result) for there in (1, 0)]
        assert flows == [min(sent[0], caps[0]), min(sent[1], caps[1])]
        bound += flows != sent
        several += count > 1
    assert bound > 50  # the caps decide often enough for the test to mean something
    assert (several > 0) == (kind == "score by application")


@pytest.mark.parametrize("kind", KINDS)
def test_the_imbalance_ends_within_the_tolerance_or_as_near_as_can_be(kind: str) -> None:
    for seed in range(400):
        market, _ = two_countries(seed, kind)
        balance = some_balance(seed)
        owed = balance.carried.get("0", -balance.carried.get("1", 0))
        both = dataclasses.replace(balance, carried={"0": owed, "1": -owed})
        result = outcome(balanced_deferred_acceptance, market, draw(market, seed), balance)
        first, second = imbalances(market, both, result)
        assert first == -second
        assert abs(first) <= max(balance.tolerance, abs(owed))
        _, host = units_of(market, "country")
        if first > balance.tolerance:
            assert not any(option is not None and host[option] == 1 for option in result)
        if first < -balance.tolerance:
            assert not any(option is not None and host[option] == 0 for option in result)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_gains_by_another_list(kind: str) -> None:
    for seed in range(100):
        market, score_of = two_countries(seed, kind)
        lottery = draw(market, seed)
        found = gains(
            balanced_deferred_acceptance, market, lottery, some_balance(seed), score_of=score_of, abroad=True
        )
        assert not list(found)


@pytest.mark.parametrize("kind", KINDS)
def test_the_result_lives_in_a_market_with_the_directions_as_quotas(kind: str) -> None:
    for seed in range(100):
        market, _ = two_countries(seed, kind)
        balance, lottery = some_balance(seed), draw(market, seed)
        placement = balanced_deferred_acceptance(market, lottery, balance)
        assert placement.mechanism == "balanced_deferred_acceptance"
        assert placement.balance == balance
        assert placement.market.nodes == market.nodes + 2
        _, host = units_of(market, "country")
        got = [int(host[option]) for option in placement.option if option >= 0]
        assert placement.load[market.nodes :].tolist() == [got.count(1), got.count(0)]
        again = deferred_acceptance(placement.market, lottery)
        assert placement.application.tolist() == again.application.tolist()


def placed(market: Market, balance: Balance) -> None:
    balanced_deferred_acceptance(market, Lottery.draw(1, market.student_ids or ()), balance)


def test_a_large_market_goes_on_from_the_natural_placement_to_the_same_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With few institutions and many students, so that many move on; the plain path places all of them anew."""

    def score_of(student: int, option: int) -> int:
        return Random(f"{student} {option}").randrange(30)

    door = import_module("eastep.placement.balanced_deferred_acceptance")
    capped = 0
    for seed in range(30):
        market = balanced_market(
            Random(seed), students=200, units=2, options=12, unit="country", score_of=score_of, abroad=True
        )
        lottery, balance = draw(market, seed), Balance(tolerance=seed % 3)
        plain = balanced_deferred_acceptance(market, lottery, balance).application
        monkeypatch.setattr(door, "LARGE", 0)
        assert balanced_deferred_acceptance(market, lottery, balance).application.tolist() == plain.tolist()
        monkeypatch.undo()
        capped += plain.tolist() != deferred_acceptance(market, lottery).application.tolist()
    assert capped > 5


def test_a_year_takes_one_place_of_its_direction() -> None:
    market = two(
        wishes={"aoi": ["year"], "ren": ["year"], "jiho": ["waseda"]},
        score={"aoi": 70, "ren": 80, "jiho": 75},
        places={"spring": 5, "autumn": 5, "waseda": 1},
        draws={"year": ["spring", "autumn"]},
        home={"aoi": "Waseda", "ren": "Waseda", "jiho": "Yonsei"},
        host={"year": "Yonsei", "spring": "Yonsei", "autumn": "Yonsei", "waseda": "Waseda"},
    )
    lottery = Lottery.draw(1, market.student_ids or ())
    placement = balanced_deferred_acceptance(market, lottery, Balance(tolerance=1))
    assert placement.by_name() == {"aoi": "year", "ren": "year", "jiho": "waseda"}
    placement = balanced_deferred_acceptance(market, lottery, Balance())
    assert placement.by_name() == {"aoi": None, "ren": "year", "jiho": "waseda"}
    [refusal] = placement.why_not("aoi")
    [full] = refusal.full
    assert placement.market.node_names is not None
    assert placement.market.node_names[full.node] == "JP→KR"


def test_a_market_without_names_gets_nodes_without_names() -> None:
    market, _ = two_countries(3, "one score")
    assert balanced_deferred_acceptance(market, draw(market), Balance()).market.node_names is None


def test_another_unit_is_refused() -> None:
    with pytest.raises(
        ValueError, match="not the unit 'institution': balance by country, or choose balanced exchange"
    ):
        placed(two(), Balance(unit="institution"))


def test_a_market_that_does_not_say_who_is_where_is_refused() -> None:
    with pytest.raises(ValueError, match="balance needs the home of each student"):
        placed(two(home=None, host=None, country=None), Balance())


def test_a_third_country_is_refused() -> None:
    market = two(
        places={"yonsei": 1, "waseda": 1, "pku": 1},
        host={"yonsei": "Yonsei", "waseda": "Waseda", "pku": "PKU"},
        country={"Waseda": "JP", "Yonsei": "KR"} | {"PKU": "CN"},
    )
    with pytest.raises(ValueError, match=r"there are 3 \(JP, KR, CN\): balanced exchange serves any number"):
        placed(market, Balance())


def test_a_single_country_is_refused() -> None:
    with pytest.raises(ValueError, match=r"there are 1 \(JP\)"):
        placed(two(country={"Waseda": "JP", "Yonsei": "JP"}), Balance())


def test_a_wish_to_stay_in_the_own_country_is_refused() -> None:
    market = two(wishes={"aoi": ["yonsei", "waseda"], "jiho": ["waseda"]})
    message = (
        r"student 0 \('aoi'\) lists option 1 \('waseda'\), which lies in the own country, JP: take it off"
    )
    with pytest.raises(ValueError, match=message):
        placed(market, Balance())


def test_a_quota_across_countries_is_refused() -> None:
    market = two(places={"yonsei": 1, "waseda": 1, "both": 1}, within={"yonsei": "both", "waseda": "both"})
    message = r"node 2 \('both'\) holds options of JP and of KR: .* give each a quota of its own"
    with pytest.raises(ValueError, match=message):
        placed(market, Balance())


def test_carried_balances_that_do_not_cancel_out_are_refused() -> None:
    with pytest.raises(ValueError, match=r"JP carries 3 and KR 2: .* give one, or correct them"):
        placed(two(), Balance(carried={"JP": 3, "KR": 2}))
    placed(two(), Balance(carried={"JP": 3, "KR": -3}))


def test_scores_by_application_and_options_on_several_nodes_do_not_go_together() -> None:
    market = two(
        score={"aoi": {"year": 70}, "jiho": {"waseda": 75}},
        wishes={"aoi": ["year"], "jiho": ["waseda"]},
        places={"spring": 5, "autumn": 5, "waseda": 1},
        draws={"year": ["spring", "autumn"]},
        host={"year": "Yonsei", "spring": "Yonsei", "autumn": "Yonsei", "waseda": "Waseda"},
    )
    with pytest.raises(
        ValueError, match=r"option \d+ \('year'\) draws on several nodes, which needs one score per student"
    ):
        placed(market, Balance())


def test_a_tolerance_beyond_all_numbers_binds_nobody() -> None:
    market, _ = two_countries(5, "one score")
    balance = Balance(tolerance=2**31 - 1, carried={"0": -(2**31) + 1})
    placement = balanced_deferred_acceptance(market, draw(market), balance)
    free = deferred_acceptance(market, draw(market))
    assert np.array_equal(placement.application, free.application)
