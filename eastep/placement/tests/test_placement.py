"""What people ask about a result."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eastep.placement import (
    Cutoff,
    FullNode,
    Lottery,
    Market,
    Placement,
    Refusal,
    Score,
    deferred_acceptance,
    lottery_number,
)
from eastep.placement.tests.factories import draw, random_market, wishes_of


@pytest.fixture
def placement() -> Placement:
    """By hand: c (95) takes the year: spring 1 of 2, autumn 1 of 1, year 1 of 1. a (90.5) asks for the year
    (refused: autumn and year are full), takes spring, which is full now. b (88) finds spring full, and law
    has no place at all. d asks for nothing."""
    score: dict[str, Score] = {"a": Decimal("90.5"), "b": 88, "c": 95, "d": 99.0}
    market = Market.from_mappings(
        wishes={"a": ["year", "spring"], "b": ["law", "spring"], "c": ["year"], "d": []},
        score=score,
        places={"spring": 2, "autumn": 1, "years": 1, "law": 0},
        draws={"year": ["spring", "autumn", "years"]},
    )
    assert market.student_ids is not None
    return deferred_acceptance(market, Lottery.draw("s", market.student_ids))


def test_who_got_what(placement: Placement) -> None:
    assert placement.by_name() == {"a": "spring", "b": None, "c": "year", "d": None}
    assert placement.rank.tolist() == [2, 0, 1, 0]
    assert placement.is_placed.tolist() == [True, False, True, False]
    assert placement.load.tolist() == [2, 1, 1, 0]


def test_why_not(placement: Placement) -> None:
    first = Cutoff(2, 95, lottery_number("s", "c"))
    second = Cutoff(0, Decimal("90.5"), lottery_number("s", "a"))
    spring, autumn, years, law, year = 0, 1, 2, 3, 4
    assert placement.why_not("a") == (Refusal(1, year, (FullNode(autumn, first), FullNode(years, first))),)
    assert placement.why_not("b") == (
        Refusal(1, law, (FullNode(law, None),)),
        Refusal(2, spring, (FullNode(spring, second),)),
    )
    assert placement.why_not("c") == ()
    assert placement.why_not(3) == ()


def test_cutoff(placement: Placement) -> None:
    assert placement.cutoff("spring") == Cutoff(0, Decimal("90.5"), lottery_number("s", "a"))
    assert placement.cutoff(1) == Cutoff(2, 95, lottery_number("s", "c"))
    assert placement.cutoff("law") is None
    with pytest.raises(ValueError, match="there is no node 'x'"):
        placement.cutoff("x")
    with pytest.raises(ValueError, match="there is no student 'x'"):
        placement.why_not("x")


def test_a_node_with_places_left_has_no_cutoff() -> None:
    market = Market.from_mappings(wishes={"a": ["x"]}, score={"a": 1}, places={"x": 2})
    assert deferred_acceptance(market, Lottery.draw("s", ["a"])).cutoff("x") is None


def test_a_node_that_lacks_the_second_place_is_named_though_a_later_student_takes_the_last() -> None:
    """The host has 3 places: a takes a year (2), b wants a year too (1 left), c takes the last for a term."""
    market = Market.from_mappings(
        wishes={"a": ["year"], "b": ["year"], "c": ["spring"]},
        score={"a": 3, "b": 2, "c": 1},
        places={"spring": 9, "autumn": 9, "host": 3},
        within={"spring": "host", "autumn": "host"},
        draws={"year": ["spring", "autumn"]},
    )
    placement = deferred_acceptance(market, Lottery.draw("s", "abc"))
    assert placement.by_name() == {"a": "year", "b": None, "c": "spring"}
    host, year = 2, 2
    cutoff = Cutoff(0, 3, lottery_number("s", "a"))
    assert placement.why_not("b") == (Refusal(1, year, (FullNode(host, cutoff),)),)
    assert placement.cutoff("host") == Cutoff(2, 1, lottery_number("s", "c"))


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from([(False, False), (False, True), (True, False)]))
def test_every_refusal_has_a_reason_that_beats_the_student(seed: int, kind: tuple[bool, bool]) -> None:
    random = Random(seed)
    market = random_market(random, students=15, options=6, inner=4, per_application=kind[0], crossing=kind[1])
    placement = deferred_acceptance(market, draw(market))
    for student, wishes in enumerate(wishes_of(market)):
        refusals = placement.why_not(student)
        got = int(placement.rank[student])
        assert [refusal.option for refusal in refusals] == (wishes[: got - 1] if got else wishes)
        assert [refusal.rank for refusal in refusals] == list(range(1, len(refusals) + 1))
        for refusal in refusals:
            assert refusal.full
            row = int(market.pref_ptr[student]) + refusal.rank - 1 if kind[0] else student
            for _, cutoff in refusal.full:
                if cutoff is not None:
                    own = (int(market.score[row]), -int(placement.lottery.number[student]))
                    assert (cutoff.score, -cutoff.lottery) > own
