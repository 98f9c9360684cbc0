"""Rounds that go on: what is left, who may want it, and that nobody who accepted ever moves."""

import dataclasses
from random import Random

import numpy as np
import pytest

from eastep.placement import (
    Balance,
    Lottery,
    Market,
    Placement,
    balanced_deferred_acceptance,
    balanced_exchange,
    carried_after,
    deferred_acceptance,
    market_digest,
    next_round,
    verify,
)
from eastep.placement.tests.balanced import balanced_market, imbalances, random_carried, two, units_of
from eastep.placement.tests.factories import ancestors, draw, random_market, wishes_of
from eastep.placement.tests.test_balanced_deferred_acceptance import KINDS, two_countries


@pytest.fixture
def first() -> Placement:
    """x and y have a place each within a house of two; b has x, c has y; a waits for both, d for y."""
    market = Market.from_mappings(
        wishes={"a": ["x", "y"], "b": ["x"], "c": ["y", "x"], "d": ["y", "z"]},
        score={"a": 70, "b": 90, "c": 80, "d": 60},
        places={"x": 1, "y": 1, "house": 2, "z": 1},
        within={"x": "house", "y": "house"},
    )
    placement = deferred_acceptance(market, Lottery.draw("2027", "abcd"))
    assert placement.by_name() == {"a": None, "b": "x", "c": "y", "d": "z"}
    return placement


def again(placement: Placement, market: Market) -> Placement:
    """The next round by deferred acceptance, with the same seed."""
    assert market.student_ids is not None
    return deferred_acceptance(market, Lottery.draw(placement.lottery.seed, market.student_ids))


def test_the_waiting_list_moves_up(first: Placement) -> None:
    assert first.waiting("y").tolist() == [0, 3]
    market = next_round(first, accepted=["b"], declined=["c"])
    assert market.student_ids == ("a", "d")
    assert market.capacity.tolist() == [0, 1, 1, 1]
    assert market.score.tolist() == [70, 60]
    assert again(first, market).by_name() == {"a": "y", "d": "z"}


def test_an_offer_that_is_kept_open_is_never_lost_here(first: Placement) -> None:
    market = next_round(first, accepted=[], declined=[])
    assert market_digest(market) == market_digest(first.market)
    assert again(first, market).by_name() == first.by_name()


def test_new_lists(first: Placement) -> None:
    market = next_round(first, accepted=["c"], declined=["b", 3], wishes={"d": ["x", 1], "a": []})
    assert market.student_ids == ("a", "d")
    assert wishes_of(market) == [[], [0, 1]]
    assert again(first, market).by_name() == {"a": None, "d": "x"}


def test_a_new_list_by_scores_of_the_former_one() -> None:
    market = Market.from_mappings(
        wishes={"a": ["x", "y"], "b": ["y"], "c": ["x"]},
        score={"a": {"x": 1, "y": 2}, "b": {"y": 3}, "c": {"x": 4}},
        places={"x": 1, "y": 1},
    )
    placement = deferred_acceptance(market, Lottery.draw("2027", "abc"))
    assert placement.by_name() == {"a": None, "b": "y", "c": "x"}
    following = next_round(placement, accepted=["c"], declined=[], wishes={"a": ["y", "x"]})
    assert (wishes_of(following), following.score.tolist()) == ([[1, 0], [1]], [2, 1, 3])
    with pytest.raises(
        ValueError, match=r"student 1 \('b'\) has no score for option 0 \('x'\): keep to options"
    ):
        next_round(placement, accepted=["c"], declined=[], wishes={"b": ["x"]})


@pytest.mark.parametrize(
    ("accepted", "declined", "wishes", "message"),
    [
        (["a"], [], {}, r"student 0 \('a'\) accepts, but was offered nothing"),
        (["b"], ["b"], {}, r"student 1 \('b'\) both accepts and declines"),
        (["b"], [], {"b": ["x"]}, r"student 1 \('b'\) accepts and hands in a new list: one of the two"),
        (["e"], [], {}, "there is no student 'e'"),
        ([], [4], {}, "there is no student 4"),
        ([], [-1], {}, "there is no student -1"),
        ([], [], {"a": ["w"]}, "there is no option 'w'"),
        ([], [], {"a": [7]}, "there is no option 7"),
        ([], [], {"a": [-1]}, "there is no option -1"),
        ([], [], {-1: ["x"]}, "there is no student -1"),
        ([], [], {9: ["x"]}, "there is no student 9"),
        ([], [], {"a": ["x"], 0: ["y"]}, r"student 0 \('a'\) hands in two new lists: one of the two"),
        ([], [], {"a": ["x", "x"]}, "lists option 0 .* twice"),
    ],
)
def test_answers_that_cannot_be(first: Placement, accepted, declined, wishes, message) -> None:
    with pytest.raises(ValueError, match=message):
        next_round(first, accepted=accepted, declined=declined, wishes=wishes)


def test_a_placement_without_balance_carries_none(first: Placement) -> None:
    with pytest.raises(ValueError, match="deferred_acceptance keeps no balance"):
        carried_after(first, ["b"])


def random_placement(seed: int, *, per_application: bool, crossing: bool) -> Placement:
    random = Random(seed)
    market = random_market(
        random,
        students=random.randint(1, 10),
        options=random.randint(1, 5),
        inner=random.randint(0, 3),
        per_application=per_application,
        crossing=crossing,
    )
    return deferred_acceptance(market, draw(market, seed))


KINDS_OF_MARKET = [(False, False), (False, True), (True, False)]


@pytest.mark.parametrize(("per_application", "crossing"), KINDS_OF_MARKET)
def test_if_all_accept_nothing_is_left_to_change(per_application: bool, crossing: bool) -> None:
    for seed in range(120):
        placement = random_placement(seed, per_application=per_application, crossing=crossing)
        accepted = np.flatnonzero(placement.is_placed).tolist()
        market = next_round(placement, accepted=accepted, declined=[])
        assert market.students == placement.market.students - len(accepted)
        assert not again(placement, market).is_placed.any()


@pytest.mark.parametrize(("per_application", "crossing"), KINDS_OF_MARKET)
def test_both_rounds_together_keep_every_quota(per_application: bool, crossing: bool) -> None:
    """Whoever answers what: places are counted one by one, and those who accepted keep what they had."""
    for seed in range(120):
        placement = random_placement(seed, per_application=per_application, crossing=crossing)
        random, market = Random(seed), placement.market
        answers = {row: random.choice(["accept", "decline", "wait"]) for row in range(market.students)}
        accepted = [row for row, answer in answers.items() if answer == "accept" and placement.is_placed[row]]
        declined = [row for row, answer in answers.items() if answer == "decline"]
        following = next_round(placement, accepted=accepted, declined=declined)
        second = again(placement, following)
        assert verify(following, second) == []
        load = [0] * market.nodes
        for option in [*placement.option[accepted].tolist(), *second.option[second.is_placed].tolist()]:
            for node in ancestors(market, option):
                load[node] += 1
        assert all(taken <= places for taken, places in zip(load, market.capacity.tolist(), strict=True))
        assert not {str(row) for row in [*accepted, *declined]} & set(following.student_ids or ())


@pytest.mark.parametrize("per_application", [False, True])
def test_where_quotas_are_nested_nobody_who_waits_loses(per_application: bool) -> None:
    gained = 0
    for seed in range(250):
        placement = random_placement(seed, per_application=per_application, crossing=False)
        random = Random(seed)
        accepted = [
            row
            for row in range(placement.market.students)
            if placement.is_placed[row] and random.random() < 0.3
        ]
        declined = [
            row for row in range(placement.market.students) if row not in accepted and random.random() < 0.3
        ]
        following = next_round(placement, accepted=accepted, declined=declined)
        second = again(placement, following)
        for row, name in enumerate(following.student_ids or ()):
            before, after = int(placement.rank[int(name)]), int(second.rank[row])
            assert not before or 0 < after <= before
            gained += after != before
    assert gained > 20


def test_with_years_in_a_quota_somebody_who_only_waits_can_lose() -> None:
    """Why answers must come first: b waits with a term; a gives up nothing, but moves up to the year with b's place."""
    market = Market.from_mappings(
        wishes={"a": ["year", "other"], "b": ["term"], "c": ["term"]},
        score={"a": 2, "b": 1, "c": 3},
        places={"spring": 9, "autumn": 9, "host": 2, "other": 1},
        within={"spring": "host", "autumn": "host"},
        draws={"year": ["spring", "autumn"], "term": ["spring"]},
    )
    placement = deferred_acceptance(market, Lottery.draw("2027", "abc"))
    assert placement.by_name() == {"a": "other", "b": "term", "c": "term"}
    following = next_round(placement, accepted=[], declined=["c"])
    assert again(placement, following).by_name() == {"a": "year", "b": None}


@pytest.mark.parametrize("crossing", [False, True])
def test_who_moves_up_is_the_waiting_list_in_its_order(crossing: bool) -> None:
    """One score: some decline, all others who have anything accept. Going down the waiting lists by hand, best claim
    first over all options, each takes the most wanted one that has places: that is the next round, and without
    crossing quotas one free place goes to the first on its list."""
    moved = 0
    for seed in range(250):
        placement = random_placement(seed, per_application=False, crossing=crossing)
        random, market = Random(seed), placement.market
        placed = np.flatnonzero(placement.is_placed).tolist()
        declined = random.sample(placed, min(len(placed), random.randint(1, 3)))
        accepted = [row for row in placed if row not in declined]
        second = again(placement, next_round(placement, accepted=accepted, declined=declined))
        found = {
            int(name): int(option)
            for name, option in zip(second.market.student_ids or (), second.option.tolist(), strict=True)
            if option >= 0
        }

        left = market.capacity.tolist()
        for row in accepted:
            for node in ancestors(market, int(placement.option[row])):
                left[node] -= 1
        lists = {
            option: [row for row in placement.waiting(option).tolist() if row not in placed]
            for option in range(market.options)
        }
        queue = sorted(
            {row for waiting in lists.values() for row in waiting},
            key=lambda row: (-int(market.score[row]), int(placement.lottery.number[row])),
        )
        expected = {}
        for row in queue:
            for option in wishes_of(market)[row]:
                assert row in lists[option]
                need = ancestors(market, option)
                if all(left[node] >= need.count(node) for node in need):
                    for node in need:
                        left[node] -= 1
                    expected[row] = option
                    break
        assert found == expected
        for option, waiting in lists.items():
            assert waiting == [row for row in queue if option in wishes_of(market)[row]]
        if len(declined) == 1 and not crossing and found:
            [(row, option)] = found.items()
            assert row == lists[option][0]
        moved += len(found)
    assert moved > 50


def test_a_new_list_can_take_what_somebody_waits_with() -> None:
    """b (90) first wants y only and gets it, so a (80) waits with x. Now b would rather have x."""
    market = Market.from_mappings(
        wishes={"a": ["x"], "b": ["y"]}, score={"a": 80, "b": 90}, places={"x": 1, "y": 1}
    )
    placement = deferred_acceptance(market, Lottery.draw(1, "ab"))
    assert placement.by_name() == {"a": "x", "b": "y"}
    market = next_round(placement, accepted=[], declined=["b"], wishes={"b": ["x"]})
    assert again(placement, market).by_name() == {"a": None, "b": "x"}


def test_a_new_list_may_name_reserved_places() -> None:
    """One of two places is reserved for c, who gets it; with a list of the open ones alone c is behind a and b."""
    market = Market.from_mappings(
        wishes={"a": ["x"], "b": ["x"], "c": ["x"]},
        score={"a": 3, "b": 2, "c": 1},
        places={"x": 2},
        reserved={"x": {"first": 1}},
        groups={"c": ["first"]},
    )
    placement = deferred_acceptance(market, Lottery.draw(1, "abc"))
    assert placement.by_name() == {"a": "x", "b": None, "c": "x"}
    for told, got in ((["x (first)", "x"], "x"), (["x"], None)):
        following = next_round(placement, accepted=["a"], declined=["c"], wishes={"c": told})
        assert again(placement, following).by_name() == {"b": None, "c": got}


# Balance is carried on


@pytest.mark.parametrize("kind", KINDS)
def test_the_balance_of_two_countries_goes_on(kind: str) -> None:
    """After two rounds all stays together are within the tolerance, or were so much out of it before."""
    for seed in range(80):
        market, _ = two_countries(seed, kind)
        random, owed = Random(seed), Random(seed).randint(-2, 2)
        balance = Balance(tolerance=random.randint(0, 1), carried={"0": owed, "1": -owed})
        placement = balanced_deferred_acceptance(market, draw(market, seed), balance)
        placed = np.flatnonzero(placement.is_placed).tolist()
        accepted = [row for row in placed if random.random() < 0.6]
        declined = [row for row in placed if row not in accepted]
        carried = carried_after(placement, accepted)
        kept = tuple(
            int(option) if row in accepted else None for row, option in enumerate(placement.option.tolist())
        )
        assert carried == dataclasses.replace(
            balance, carried=dict(zip("01", imbalances(market, balance, kept), strict=True))
        )
        following = next_round(placement, accepted=accepted, declined=declined)
        assert following.nodes == market.nodes
        home, host = (column.tolist() for column in units_of(following, "country"))
        if {*home, *host} != {0, 1}:
            continue
        second = balanced_deferred_acceptance(
            following, Lottery.draw(seed, following.student_ids or ()), carried
        )
        assert verify(following, second) == []
        end = np.abs(second.imbalance("country")).max()
        assert end <= max(balance.tolerance, *map(abs, carried.carried.values()))


def test_the_balance_of_institutions_goes_on() -> None:
    for seed in range(80):
        random = Random(seed)
        market = balanced_market(random, students=random.randint(1, 8), units=3, options=4)
        balance = Balance(unit="institution", tolerance=1, carried=random_carried(random, 3, 2))
        placement = balanced_exchange(market, draw(market, seed), balance)
        placed = np.flatnonzero(placement.is_placed).tolist()
        accepted = [row for row in placed if random.random() < 0.5]
        carried = carried_after(placement, accepted)
        kept = tuple(
            int(option) if row in accepted else None for row, option in enumerate(placement.option.tolist())
        )
        assert list(carried.carried.values()) == imbalances(market, balance, kept)
        following = next_round(
            placement, accepted=accepted, declined=[row for row in placed if row not in accepted]
        )
        second = balanced_exchange(following, Lottery.draw(seed, following.student_ids or ()), carried)
        assert verify(following, second) == []


def test_a_third_country_that_takes_no_part_carries_what_it_did() -> None:
    """Japan and Korea alone exchange; that France is known, and carries 3, is no business of theirs."""
    market = two(country={"Waseda": "JP", "Yonsei": "KR", "Paris": "FR"})
    balance = Balance(tolerance=1, carried={"FR": 3})
    placement = balanced_deferred_acceptance(market, Lottery.draw(1, ["aoi", "jiho"]), balance)
    assert placement.by_name() == {"aoi": "yonsei", "jiho": "waseda"}
    assert placement.carried("country").tolist() == [0, 0, 3]
    assert placement.imbalance("country").tolist() == [0, 0, 3]
    following = carried_after(placement, ["aoi"])
    assert following == dataclasses.replace(balance, carried={"JP": 1, "KR": -1, "FR": 3})
    left = next_round(placement, accepted=["aoi"], declined=[])
    second = balanced_deferred_acceptance(left, Lottery.draw(1, ["jiho"]), following)
    assert second.by_name() == {"jiho": "waseda"}
    assert second.imbalance("country").tolist() == [0, 0, 3]
