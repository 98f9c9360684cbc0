"""A market refuses arrays that contradict each other, and names the row."""

import dataclasses
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, chain
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eastep.placement import Lottery, Market, deferred_acceptance, market_digest, validation
from eastep.placement.kernels.validation import row_with_a_repeated_value


def good() -> dict[str, Any]:
    """Two students, two options under one node."""
    return {
        "pref_ptr": np.array([0, 2, 3], np.int64),
        "pref_option": np.array([0, 1, 1], np.int32),
        "score": np.array([5, 6], np.int32),
        "parent": np.array([2, 2, -1], np.int32),
        "capacity": np.array([1, 1, 2], np.int32),
        "option_ptr": np.array([0, 1, 2], np.int64),
        "option_node": np.array([0, 1], np.int32),
    }


def ints(*values: int) -> "np.ndarray[tuple[int], np.dtype[np.int32]]":
    return np.array(values, np.int32)


def rows(*values: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.array(values, np.int64)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pref_ptr": ints(0, 2, 3)}, r"pref_ptr must be a one-dimensional array of int64, not int32\[3\]"),
        (
            {"score": np.array([5.0, 6.0])},
            r"score must be a one-dimensional array of int32, not float64\[2\]",
        ),
        ({"parent": [2, 2, -1]}, "parent must be a one-dimensional array of int32, not list"),
        ({"capacity": np.ones((3, 1), np.int32)}, r"capacity must be .*, not int32\[3, 1\]"),
        ({"pref_ptr": rows()}, "pref_ptr must begin with 0 and end with 3, the length of pref_option"),
        ({"pref_ptr": rows(1, 2, 3)}, "pref_ptr must begin with 0"),
        ({"pref_ptr": rows(0, 2, 4)}, "pref_ptr must begin with 0 and end with 3"),
        ({"pref_ptr": rows(0, 4, 3)}, "pref_ptr falls from 4 to 3 after row 1"),
        ({"option_ptr": rows(0, 1, 3)}, "option_ptr must begin with 0 and end with 2"),
        ({"pref_option": ints(0, 1, 2)}, r"student 1 \('b'\) lists option 2, which does not exist"),
        ({"pref_option": ints(0, -1, 1)}, r"student 0 \('a'\) lists option -1, which does not exist"),
        ({"pref_option": ints(1, 1, 1)}, r"student 0 \('a'\) lists option 1 \('y'\) twice"),
        ({"score": ints(5, 6, 7)}, "score holds 3 values where one per student makes 2"),
        ({"score_per_application": True}, "score holds 2 values where one per application makes 3"),
        ({"capacity": ints(1, 1)}, "capacity holds 2 values where parent holds 3"),
        ({"capacity": ints(1, -4, 2)}, r"node 1 \('why'\) has a negative capacity, -4"),
        ({"parent": ints(2, 3, -1)}, r"node 1 \('why'\) has the parent 3, which is no node"),
        ({"parent": ints(-2, 2, -1)}, r"node 0 \('ex'\) has the parent -2, which is no node"),
        ({"parent": ints(0, 2, -1)}, r"node 0 \('ex'\) lies within itself"),
        ({"parent": ints(1, 2, 1)}, r"node [12] \('(why|zed)'\) lies within itself: parent holds a cycle"),
        ({"option_ptr": rows(0, 0, 2)}, r"option 0 \('x'\) draws on no node"),
        ({"option_node": ints(0, 3)}, r"option 1 \('y'\) draws on node 3, which does not exist"),
        (
            {"option_ptr": rows(0, 1, 3), "option_node": ints(0, 1, 1)},
            r"option 1 \('y'\) draws on node 1 \('why'\) twice",
        ),
        ({"student_ids": ("a",)}, "student_ids holds 1 names where 2 are needed"),
        ({"node_names": ("a", "b", "a")}, "node_names holds 'a' twice"),
        ({"score_values": tuple(range(6))}, "student 1 has the score 6, which score_values lacks"),
        ({"score_values": (1, 1, *range(2, 9))}, "score_values must ascend, but 1 follows 1"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], message: str) -> None:
    names: dict[str, Any] = {
        "student_ids": ("a", "b"),
        "option_names": ("x", "y"),
        "node_names": ("ex", "why", "zed"),
    }
    assert Market(**good(), **names).options == 2
    with pytest.raises(ValueError, match=message):
        Market(**{**good(), **names, **change})


def test_a_large_market_is_checked_by_the_kernel_with_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {**good(), "pref_ptr": rows(0, 0, 5), "pref_option": ints(0, 1, 1, 0, 1)}
    for large in (1, 1000):
        monkeypatch.setattr(validation, "LARGE", large)
        with pytest.raises(ValueError, match=r"^student 1 lists option 0 twice$"):
            Market(**given)
        assert Market(**good()).students == 2


@settings(deadline=None)  # the kernel may have to be compiled
@given(st.integers(0, 2**32))
def test_the_kernel_finds_the_same_row_with_a_repeated_value(seed: int) -> None:
    """By sets, row by row."""
    random = Random(seed)
    lists = [[random.randrange(9) for _ in range(random.randint(0, 4))] for _ in range(random.randint(0, 9))]
    ptr, values = rows(0, *accumulate(map(len, lists))), ints(*chain.from_iterable(lists))
    expected = next((row for row, found in enumerate(lists) if len(set(found)) < len(found)), -1)
    assert row_with_a_repeated_value(ptr, values, 9) == expected
    here = validation.row_with_a_repeated_value(ptr, values, 9)
    assert here == (None if expected < 0 else expected)


def test_without_names_the_number_is_said() -> None:
    with pytest.raises(ValueError, match=r"^student 0 lists option 1 twice$"):
        Market(**{**good(), "pref_option": ints(1, 1, 1)})


def test_a_market_cannot_be_changed() -> None:
    given = good()
    market = Market(**given)
    with pytest.raises(dataclasses.FrozenInstanceError):
        market.score = ints(1, 2)  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        market.score[0] = 9
    assert given["score"].flags.writeable


def test_needs_count_a_shared_ancestor_twice_and_begin_with_the_deepest_node() -> None:
    """Nodes 0 and 1 lie within 2, which lies within 3; option 0 draws on 0 and 1, option 1 on 2."""
    market = Market(
        pref_ptr=rows(0),
        pref_option=ints(),
        score=ints(),
        parent=ints(2, 2, 3, -1),
        capacity=ints(1, 1, 2, 9),
        option_ptr=rows(0, 2, 3),
        option_node=ints(1, 0, 2),
    )
    assert [column.tolist() for column in market.needs] == [[0, 4, 6], [0, 1, 2, 3, 2, 3], [1, 1, 2, 2, 1, 1]]


def test_from_mappings() -> None:
    market = Market.from_mappings(
        wishes={"a": ["year", "x"], "b": ["y"]},
        score={"a": 81, "b": 70},
        places={"x": 1, "y": 2, "yonsei": 3},
        within={"x": "yonsei", "y": "yonsei"},
        draws={"year": ["x", "y"]},
    )
    assert market.student_ids == ("a", "b")
    assert market.option_names == ("x", "y", "year")
    assert market.node_names == ("x", "y", "yonsei")
    assert market.pref_ptr.tolist() == [0, 2, 3]
    assert market.pref_option.tolist() == [2, 0, 1]
    assert market.score.tolist() == [81, 70]
    assert market.score_values is None
    assert market.parent.tolist() == [2, 2, -1]
    assert market.capacity.tolist() == [1, 2, 3]
    assert market.option_ptr.tolist() == [0, 1, 2, 4]
    assert market.option_node.tolist() == [0, 1, 0, 1]


def test_scores_by_option() -> None:
    market = Market.from_mappings(
        wishes={"a": ["y", "x"]}, score={"a": {"x": 1, "y": 2, "z": 3}}, places={"x": 1, "y": 1}
    )
    assert market.score_per_application
    assert market.score.tolist() == [2, 1]


def test_scores_of_any_kind_keep_their_exact_order() -> None:
    """0.1 is a little more than 1/10, and 1/3 lies between 0.3333 and 0.3334; 2**53 + 1 is no float."""
    given: list[int | float | Decimal | Fraction] = [
        Fraction(1, 10),
        0.1,
        Decimal("0.3333"),
        Fraction(1, 3),
        Decimal("0.3334"),
        float(2**53),
        2**53 + 1,
        Decimal("1e400"),
    ]
    ids = list("hgfedcba")
    market = Market.from_mappings(
        wishes=dict.fromkeys(ids, ()), score=dict(zip(ids, given, strict=True)), places={}
    )
    assert market.score.tolist() == list(range(8))
    assert market.score_values == tuple(given)


@given(st.lists(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.fractions())))
def test_ranks_compare_as_the_scores_do(given: list[int | float | Fraction]) -> None:
    ids = [str(row) for row in range(len(given))]
    market = Market.from_mappings(
        wishes=dict.fromkeys(ids, ()), score=dict(zip(ids, given, strict=True)), places={}
    )
    ranks = market.score.tolist()
    for one, first in zip(ranks, given, strict=True):
        for other, second in zip(ranks, given, strict=True):
            assert (one < other) == (first < second)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"wishes": {"a": ["z"]}}, "student 'a' wishes for 'z', which is not an option"),
        ({"wishes": {"a": ["inner"]}}, "student 'a' wishes for 'inner', which is not an option"),
        ({"wishes": {"a": ["x", "x"]}}, r"student 0 \('a'\) lists option 0 \('x'\) twice"),
        ({"score": {}}, "student 'a' has no score"),
        ({"score": {"a": 1, "b": 2}}, "student 'b' has a score but no list of wishes"),
        ({"score": {"a": float("nan")}}, "the score of student 'a' is nan, not a finite number"),
        ({"score": {"a": float("inf")}}, "the score of student 'a' is inf, not a finite number"),
        ({"score": {"a": Decimal("sNaN")}}, r"the score of student 'a' is Decimal\('sNaN'\), not a"),
        ({"score": {"a": "81"}}, "the score of student 'a' is '81', not a finite number"),
        ({"score": {"a": {"y": 1}}}, "student 'a' has no score for 'x'"),
        ({"score": {"a": {"x": "-"}}}, "the score of student 'a' for 'x' is '-', not a finite number"),
        ({"wishes": {"a": ["x"], "b": []}, "score": {"a": 1, "b": {}}}, "not a mixture"),
        (
            {"wishes": {"a": ["x", "x"]}, "score": {"a": {"x": 1}}},
            r"student 0 \('a'\) lists option 0 \('x'\) twice",
        ),
        ({"places": {"x": -1, "inner": 1}}, "node 'x' has -1 places; a whole number from 0 is needed"),
        ({"places": {"x": 1.5, "inner": 1}}, "node 'x' has 1.5 places"),
        ({"within": {"x": "outer"}}, "'x' is within 'outer', but the places of 'outer' are not given"),
        ({"within": {"z": "inner"}}, "'z' is within 'inner', but the places of 'z' are not given"),
        ({"within": {"x": "inner", "inner": "x"}}, "lies within itself: take one of them out of within"),
        ({"wishes": {"a": "x"}}, "student 'a' has 'x' where a list of names is needed"),
        ({"wishes": {"a": None}}, "student 'a' has None where a list of names is needed"),
        ({"draws": {"z": "x"}}, "option 'z' has 'x' where a list of names is needed"),
        ({"score": {"a": 10**500}}, "the score of student 'a' has more than 400 digits"),
        ({"score": {"a": Decimal("1e5000")}}, "more than 400 digits"),
        ({"draws": {"year": ["x", "t2"]}}, "option 'year' draws on 't2', whose places are not given"),
        ({"draws": {"year": []}}, r"option 1 \('year'\) draws on no node"),
    ],
)
def test_what_is_wrong_in_the_mappings_is_named(change: dict[str, Any], message: str) -> None:
    base: dict[str, Any] = {
        "wishes": {"a": ["x"]},
        "score": {"a": 1},
        "places": {"x": 1, "inner": 1},
        "within": {"x": "inner"},
    }
    assert Market.from_mappings(**base).students == 1
    with pytest.raises(ValueError, match=message):
        Market.from_mappings(**{**base, **change})


def test_names_given_as_a_list_are_those_of_the_tuple() -> None:
    market = Market.from_mappings(wishes={"a": ["x"], "b": ["x"]}, score={"a": 1, "b": 2}, places={"x": 1})
    ids, names = ["a", "b"], ["x"]
    listed = dataclasses.replace(market, student_ids=ids, option_names=names, node_names=names)  # type: ignore[arg-type]
    ids[0] = "c"
    assert deferred_acceptance(listed, Lottery.draw(1, ["a", "b"])).by_name() == {"a": None, "b": "x"}
    assert market_digest(listed) == market_digest(market)
