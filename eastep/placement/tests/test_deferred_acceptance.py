"""Reference, kernels, the single pass and deferred acceptance: where they must agree, they do."""

import dataclasses
from collections.abc import Mapping
from importlib import import_module
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eastep.placement import Lottery, Market, deferred_acceptance, serial_dictatorship
from eastep.placement.kernels import deferred_acceptance as da_kernel
from eastep.placement.kernels import serial_dictatorship as sd_kernel
from eastep.placement.reference import deferred_acceptance as da_reference
from eastep.placement.reference import serial_dictatorship as sd_reference
from eastep.placement.tests.factories import ancestors, draw, make_market, random_market

SEEDS = st.integers(0, 2**32)


def market_from(seed: int, *, per_application: bool, crossing: bool = False, students: int = 40) -> Market:
    random = Random(seed)
    return random_market(
        random,
        students=random.randint(0, students),
        options=random.randint(1, 12),
        inner=random.randint(0, 8),
        per_application=per_application,
        crossing=crossing,
    )


def by_application(market: Market) -> Market:
    """The same market with the score of each student repeated for each of the student's applications."""
    score = np.repeat(market.score, np.diff(market.pref_ptr))
    return dataclasses.replace(market, score=score, score_per_application=True)


@settings(max_examples=300, deadline=None)
@given(seed=SEEDS, crossing=st.booleans())
def test_kernel_of_the_single_pass_equals_its_reference(seed: int, crossing: bool) -> None:
    market = market_from(seed, per_application=False, crossing=crossing)
    expected = sd_reference.serial_dictatorship(market, draw(market))
    assert sd_kernel.serial_dictatorship(market, draw(market)).tolist() == expected.tolist()


@settings(max_examples=500, deadline=None)
@given(seed=SEEDS, flat=st.booleans())
def test_kernel_of_deferred_acceptance_equals_its_reference(seed: int, flat: bool) -> None:
    market = market_from(seed, per_application=True)
    if flat:
        market = dataclasses.replace(market, parent=np.full(market.nodes, -1, np.int32))
    expected = da_reference.deferred_acceptance(market, draw(market))
    assert da_kernel.deferred_acceptance(market, draw(market)).tolist() == expected.tolist()


@pytest.mark.parametrize("at_once", [0, 1, 7, 1000])
@pytest.mark.parametrize("inner", [0, 60])
def test_the_kernel_gives_the_same_in_rounds_of_any_size_and_without(at_once: int, inner: int) -> None:
    """With more nodes than `FEW`, so that rounds hand over to one by one; also where quotas exceed all need."""
    for seed in range(60):
        random = Random(seed)
        market = random_market(random, students=400, options=60, inner=inner, per_application=True)
        if seed % 3 == 0:
            market = dataclasses.replace(
                market, capacity=np.where(market.capacity > 9, 2**31 - 1, market.capacity)
            )
        lottery = draw(market, seed)
        wishes = da_kernel.Wishes(market.pref_ptr[:-1], market.pref_ptr[1:], market.pref_option, market.score)
        args = wishes, lottery.rank, market.option_node, market.parent, market.capacity
        found = da_kernel.by_application(*args, at_once, da_kernel.ANYBODY)
        assert found.tolist() == da_reference.deferred_acceptance(market, lottery).tolist()


@settings(max_examples=500, deadline=None)
@given(seed=SEEDS)
def test_with_one_score_the_single_pass_is_deferred_acceptance(seed: int) -> None:
    market = market_from(seed, per_application=False)
    expected = da_reference.deferred_acceptance(by_application(market), draw(market))
    assert sd_reference.serial_dictatorship(market, draw(market)).tolist() == expected.tolist()


@pytest.mark.parametrize("per_application", [False, True])
def test_a_large_market_takes_the_kernels_and_equals_the_reference(
    per_application: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(7)
    market = random_market(random, students=3000, options=60, inner=30, per_application=per_application)
    small = deferred_acceptance(market, draw(market)).application
    for name, reference in (("deferred_acceptance", da_reference), ("serial_dictatorship", sd_reference)):
        door = import_module(f"eastep.placement.{name}")  # the package's name for it is the function
        monkeypatch.setattr(door, "LARGE", 3000)
        monkeypatch.setattr(reference, name, None)
    assert deferred_acceptance(market, draw(market)).application.tolist() == small.tolist()
    if not per_application:
        assert serial_dictatorship(market, draw(market)).application.tolist() == small.tolist()


@settings(max_examples=300, deadline=None)
@given(seed=SEEDS, per_application=st.booleans())
def test_row_order_does_not_matter(seed: int, per_application: bool) -> None:
    """Students, options and nodes are listed in another order; everybody gets the same by name."""
    random = Random(seed)
    options, students = [f"option {i}" for i in range(6)], [f"student {i}" for i in range(12)]
    quotas = ["country", "host", "faculty"]
    places = {name: random.randint(0, 5) for name in [*options, *quotas]}
    within = {name: random.choice(quotas) for name in options if random.random() < 0.8}
    within |= {inner: outer for outer, inner in pairwise(quotas) if random.random() < 0.8}
    wishes = {student: random.sample(options, random.randint(0, 6)) for student in students}
    draws = {} if per_application else {"year": ["option 0", "option 1"], "fair": ["option 2", "faculty"]}
    for student in students:
        wishes[student] = random.sample([*wishes[student], *draws], len(wishes[student]))
    score = {student: {name: random.randrange(3) for name in options} for student in students}
    one_score = {student: own["option 0"] for student, own in score.items()}

    def placed() -> dict[str, str | None]:
        market = Market.from_mappings(
            wishes=_shuffled(wishes, random),
            score=score if per_application else one_score,
            places=_shuffled(places, random),
            within=_shuffled(within, random),
            draws=_shuffled(draws, random),
        )
        assert market.student_ids is not None
        return deferred_acceptance(market, Lottery.draw(seed, market.student_ids)).by_name()

    first = placed()
    assert [placed() for _ in range(3)] == [first, first, first]


def _shuffled[T](mapping: Mapping[str, T], random: Random) -> dict[str, T]:
    return dict(random.sample(list(mapping.items()), len(mapping)))


@settings(max_examples=300, deadline=None)
@given(seed=SEEDS, kind=st.sampled_from([(False, False), (False, True), (True, False)]))
def test_no_quota_is_exceeded_and_the_load_is_what_the_options_add_up_to(
    seed: int, kind: tuple[bool, bool]
) -> None:
    market = market_from(seed, per_application=kind[0], crossing=kind[1])
    placement = deferred_acceptance(market, draw(market))
    load = [0] * market.nodes
    for option in placement.option.tolist():
        for node in ancestors(market, option) if option >= 0 else []:
            load[node] += 1
    assert placement.load.tolist() == load
    assert (placement.load <= market.capacity).all()


def test_a_year_takes_a_place_in_both_terms() -> None:
    """By hand: 1 (90) takes the year, so spring has 1 place left and autumn 0; 0 (80) asks for the year in
    vain and takes spring; 2 (70) finds neither."""
    market = make_market([[2, 0], [2], [1, 0]], [80, 90, 70], capacity=[2, 1], draws=[[0], [1], [0, 1]])
    assert deferred_acceptance(market, draw(market)).option.tolist() == [0, 2, -1]


def test_a_shared_ancestor_counts_twice() -> None:
    """The host has 3 places in all. 0 takes the year (2 of them), 1 a term (the third), 2 gets nothing."""
    market = make_market(
        [[2], [0], [0]], [9, 8, 7], capacity=[5, 5, 3], parent=[2, 2, -1], draws=[[0], [1], [0, 1]]
    )
    placement = deferred_acceptance(market, draw(market))
    assert placement.option.tolist() == [2, 0, -1]
    assert placement.load.tolist() == [2, 1, 3]


def test_the_lottery_decides_between_equal_scores() -> None:
    market = make_market([[0], [0], [0]], [5, 5, 5], capacity=[1])
    lottery = draw(market)
    winner = min(range(3), key=lambda student: int(lottery.number[student]))
    assert np.flatnonzero(deferred_acceptance(market, lottery).is_placed).tolist() == [winner]


def test_scores_at_the_ends_of_int32() -> None:
    low, high = -(2**31), 2**31 - 1
    market = make_market([[0], [0], [0]], [low, high, low], capacity=[1])
    for each in (market, by_application(market)):
        assert deferred_acceptance(each, draw(market)).option.tolist() == [-1, 0, -1]
    assert sd_kernel.serial_dictatorship(market, draw(market)).tolist() == [-1, 1, -1]
    assert da_kernel.deferred_acceptance(by_application(market), draw(market)).tolist() == [-1, 1, -1]


def test_a_market_without_anybody_or_anything() -> None:
    market = make_market([], [], capacity=[])
    assert deferred_acceptance(market, draw(market)).by_name() == {}
    assert sd_kernel.serial_dictatorship(market, draw(market)).tolist() == []
    assert da_kernel.deferred_acceptance(by_application(market), draw(market)).tolist() == []


def test_serial_dictatorship_needs_one_score_per_student() -> None:
    market = make_market([[0]], [[5]], capacity=[1])
    with pytest.raises(ValueError, match="serial dictatorship needs one score per student"):
        serial_dictatorship(market, draw(market))


def test_serial_dictatorship_says_who_made_it_and_for_whom_the_lottery_was() -> None:
    market = make_market([[0], [0]], [5, 6], capacity=[1])
    placement = serial_dictatorship(market, draw(market))
    assert (placement.mechanism, placement.option.tolist()) == ("serial_dictatorship", [-1, 0])
    with pytest.raises(ValueError, match="the lottery has 1 numbers for 2 students"):
        serial_dictatorship(market, Lottery.draw("", ["a"]))


def test_scores_far_apart_are_sorted_by_both_their_digits() -> None:
    """The kernel sorts scores by 16 bits at a time: here the lower bits alone would say the opposite."""
    score = [1 << 16, 0xFFFF, (1 << 31) - 1, -(1 << 31), 0]
    market = make_market([[0]] * 5, score, capacity=[1])
    order = sd_kernel.in_turn(market.score, draw(market).rank)
    assert order.tolist() == [2, 0, 1, 4, 3]


def test_scores_by_application_need_one_node_per_option() -> None:
    market = make_market([[0]], [[5]], capacity=[1, 1], draws=[[0, 1]])
    with pytest.raises(
        ValueError, match="option 0 draws on several nodes, which needs one score per student"
    ):
        deferred_acceptance(market, draw(market))


def test_the_lottery_must_be_drawn_for_these_students() -> None:
    market = Market.from_mappings(wishes={"a": [], "b": []}, score={"a": 1, "b": 2}, places={})
    with pytest.raises(ValueError, match="student 0 is 'a', but the lottery was drawn for 'b'"):
        deferred_acceptance(market, Lottery.draw("", ["b", "a"]))
    with pytest.raises(ValueError, match="the lottery has 1 numbers for 2 students"):
        deferred_acceptance(market, Lottery.draw("", ["a"]))


def test_scores_as_far_apart_as_can_be_in_a_long_list() -> None:
    """Student 1 has the best claim to option 0, which has one place; student 0 lists everything with the worst."""
    students, options = 49_999, 90_000
    score = np.full(options + students - 1, -(2**31), np.int32)
    score[options] = 2**31 - 1
    market = Market(
        pref_ptr=np.cumsum([0, options] + [1] * (students - 1), dtype=np.int64),
        pref_option=np.concatenate((np.arange(options), np.zeros(students - 1))).astype(np.int32),
        score=score,
        parent=np.array([options] * options + [-1], np.int32),
        capacity=np.array([1] + [0] * (options - 1) + [5], np.int32),
        option_ptr=np.arange(options + 1, dtype=np.int64),
        option_node=np.arange(options, dtype=np.int32),
        score_per_application=True,
    )
    assert np.flatnonzero(da_reference.deferred_acceptance(market, draw(market)) >= 0).tolist() == [1]
