"""What people ask about a result."""

from decimal import Decimal
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eastep.placement import (
    Balance,
    Cutoff,
    Explanation,
    FullNode,
    Lottery,
    Market,
    Placement,
    Refusal,
    Score,
    balanced_deferred_acceptance,
    balanced_exchange,
    deferred_acceptance,
    lottery_number,
    maximum_balanced,
)
from eastep.placement.tests.balanced import balanced_market, imbalances, random_carried
from eastep.placement.tests.factories import ancestors, draw, make_market, random_market, wishes_of


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


def test_explain_has_the_result_and_why_not_the_better_choices(placement: Placement) -> None:
    assert placement.explain("a") == Explanation(0, 2, 0, placement.why_not("a"))
    assert placement.explain("b") == Explanation(1, 0, -1, placement.why_not("b"))
    assert placement.explain(3) == Explanation(3, 0, -1, ())


@pytest.mark.parametrize("number", [-1, 99, "nobody"])
def test_numbers_and_names_that_are_none(placement: Placement, number: int | str) -> None:
    """-1 does not count from the end: nobody means that."""
    for question, kind in (
        (placement.explain, "student"),
        (placement.why_not, "student"),
        (placement.waiting, "option"),
        (placement.cutoff, "node"),
    ):
        with pytest.raises(ValueError, match=f"there is no {kind} {number!r}"):
            question(number)


def test_rank_distribution(placement: Placement) -> None:
    assert placement.rank_distribution().tolist() == [2, 1, 1]
    nobody = deferred_acceptance(make_market([], [], capacity=[1]), Lottery.draw(1, []))
    assert nobody.rank_distribution().tolist() == [0]


def test_waiting_goes_by_score_then_by_lottery(placement: Placement) -> None:
    assert {name: placement.waiting(name).tolist() for name in ("spring", "autumn", "law", "year")} == {
        "spring": [1],
        "autumn": [],
        "law": [1],
        "year": [0],
    }
    with pytest.raises(ValueError, match="there is no option 'x'"):
        placement.waiting("x")
    market = make_market([[0]] * 6, [1, 2, 1, 2, 1, 2], capacity=[1])
    lottery = draw(market)
    by_number = sorted(range(6), key=lambda row: (-market.score[row], lottery.number[row]))
    assert deferred_acceptance(market, lottery).waiting(0).tolist() == by_number[1:]


def test_binding(placement: Placement) -> None:
    spring, autumn, years, law = True, True, True, True
    assert placement.binding().tolist() == [spring, autumn, years, law]
    market = make_market([[0], [0], [1]], [3, 2, 1], capacity=[2, 1, 2], parent=[2, -1, -1])
    assert deferred_acceptance(market, draw(market)).binding().tolist() == [False, False, False]
    market = make_market([[0], [0], [0]], [3, 2, 1], capacity=[3, 1, 2], parent=[2, -1, -1])
    assert deferred_acceptance(market, draw(market)).binding().tolist() == [False, False, True]


@pytest.fixture
def abroad() -> Market:
    """Three Japanese want to go to Korea, one Korean to Japan; Korea University has no place."""
    return Market.from_mappings(
        wishes={"aoi": ["yonsei"], "ren": ["yonsei"], "yui": ["korea", "yonsei"], "jiho": ["waseda"]},
        score={"aoi": 70, "ren": 90, "yui": 80, "jiho": 75},
        places={"yonsei": 2, "korea": 0, "waseda": 3},
        home={"aoi": "Waseda", "ren": "Waseda", "yui": "Keio", "jiho": "Yonsei"},
        host={"yonsei": "Yonsei", "korea": "Korea", "waseda": "Waseda"},
        country={"Waseda": "JP", "Keio": "JP", "Yonsei": "KR", "Korea": "KR"},
    )


def lottery_of(market: Market) -> Lottery:
    assert market.student_ids is not None
    return Lottery.draw("2027", market.student_ids)


def test_flows_and_imbalance(abroad: Market) -> None:
    placement = deferred_acceptance(abroad, lottery_of(abroad))
    assert placement.by_name() == {"aoi": None, "ren": "yonsei", "yui": "yonsei", "jiho": "waseda"}
    flows = placement.flows("institution")
    names = abroad.unit_of("institution").names
    assert [
        (names[s], names[r], stays) for s, r, stays in zip(*map(np.ndarray.tolist, flows), strict=True)
    ] == [
        ("Waseda", "Yonsei", 1),
        ("Keio", "Yonsei", 1),
        ("Yonsei", "Waseda", 1),
    ]
    assert placement.imbalance("institution").tolist() == [0, 1, -1, 0]
    assert [column.tolist() for column in placement.flows("country")] == [[0, 1], [1, 0], [2, 1]]
    assert placement.imbalance("country").tolist() == [1, -1]


@pytest.mark.parametrize("carried", [{"JP": 2, "KR": -2}, {"JP": 2}, {"KR": -2}])
def test_of_two_countries_one_that_is_named_will_do(abroad: Market, carried: dict[str, int]) -> None:
    balance = Balance(tolerance=1, carried=carried)
    placement = balanced_deferred_acceptance(abroad, lottery_of(abroad), balance)
    assert placement.by_name() == {"aoi": None, "ren": None, "yui": None, "jiho": "waseda"}
    assert placement.carried("country").tolist() == [2, -2]
    assert placement.imbalance("country").tolist() == [1, -1]
    assert placement.imbalance("institution").tolist() == [-1, 0, 1, 0]  # what is carried is not of this unit


def test_the_direction_is_a_reason_like_any_full_node(abroad: Market) -> None:
    placement = balanced_deferred_acceptance(abroad, lottery_of(abroad), Balance())
    assert placement.by_name() == {"aoi": None, "ren": "yonsei", "yui": None, "jiho": "waseda"}
    ren = Cutoff(1, 90, lottery_number("2027", "ren"))
    direction, korea, yonsei = 3, 1, 0
    assert placement.why_not("aoi") == (Refusal(1, yonsei, (FullNode(direction, ren),), "full"),)
    assert placement.why_not("yui") == (
        Refusal(1, korea, (FullNode(korea, None), FullNode(direction, ren)), "full"),
        Refusal(2, yonsei, (FullNode(direction, ren),), "full"),
    )
    assert placement.binding().tolist() == [False, True, False, True, False]


def test_exchange_is_a_reason_of_its_own(abroad: Market) -> None:
    placement = balanced_exchange(abroad, lottery_of(abroad), Balance(unit="institution"))
    assert placement.by_name() == {"aoi": None, "ren": "yonsei", "yui": None, "jiho": "waseda"}
    assert placement.why_not("aoi") == (Refusal(1, 0, (), "exchange"),)
    assert placement.why_not("yui") == (
        Refusal(1, 1, (FullNode(1, None),), "full"),
        Refusal(2, 0, (), "exchange"),
    )
    assert placement.binding().tolist() == [False, True, False]


def test_of_a_plan_only_the_whole_is_the_reason(abroad: Market) -> None:
    pytest.importorskip("ortools")
    placement = maximum_balanced(abroad, lottery_of(abroad), Balance(unit="country"))
    assert int(placement.is_placed.sum()) == 2
    refused = [refusal for row in range(4) for refusal in placement.why_not(row)]
    assert {(refusal.reason, refusal.full) for refusal in refused} == {("plan", ())}


def test_the_market_that_was_given(abroad: Market) -> None:
    placement = balanced_deferred_acceptance(abroad, lottery_of(abroad), Balance())
    assert (placement.market.nodes, placement.given.nodes) == (5, 3)
    assert placement.given.parent.tolist() == [-1, -1, -1]
    assert placement.given.node_names == abroad.node_names
    plain = deferred_acceptance(abroad, lottery_of(abroad))
    assert plain.given is abroad


@pytest.mark.parametrize(("per_application", "crossing"), [(False, False), (False, True), (True, False)])
def test_binding_nodes_are_those_that_refusals_name(per_application: bool, crossing: bool) -> None:
    for seed in range(100):
        market = random_market(
            Random(seed), students=12, options=5, inner=3, per_application=per_application, crossing=crossing
        )
        placement = deferred_acceptance(market, draw(market))
        refusals = [refusal for row in range(12) for refusal in placement.why_not(row)]
        named = {full.node for refusal in refusals for full in refusal.full}
        assert np.flatnonzero(placement.binding()).tolist() == sorted(named)
        for option in range(5):
            waiting = [row for row in range(12) if option in [one.option for one in placement.why_not(row)]]
            assert sorted(placement.waiting(option).tolist()) == waiting


def test_exchange_reasons_by_counting() -> None:
    """Full: a node had no place left even without the own one. Otherwise the host's unit could receive no more."""
    reasons = set()
    for seed in range(200):
        random = Random(seed)
        market = balanced_market(random, students=8, units=3, options=5, several=True)
        balance = Balance(unit="institution", tolerance=seed % 2, carried=random_carried(random, 3, 2))
        placement = balanced_exchange(market, draw(market), balance)
        options = [None if option < 0 else option for option in placement.option.tolist()]
        assert placement.imbalance("institution").tolist() == imbalances(market, balance, tuple(options))
        binding = set()
        for row in range(market.students):
            others = [
                node
                for s, o in enumerate(options)
                if o is not None and s != row
                for node in ancestors(market, o)
            ]
            for refusal in placement.why_not(row):
                need = ancestors(market, refusal.option)
                full = {
                    node for node in need if others.count(node) + need.count(node) > market.capacity[node]
                }
                assert {one.node for one in refusal.full} == full
                assert refusal.reason == ("full" if full else "exchange")
                reasons.add(refusal.reason)
                binding |= full
        assert set(np.flatnonzero(placement.binding()).tolist()) == binding
    assert reasons == {"full", "exchange"}


def test_reserved_and_open_places_of_one_option_are_one_choice() -> None:
    """yonsei has one reserved place, for b and c, and no open one: b gets it, c the second choice, a the second."""
    market = Market.from_mappings(
        wishes={"a": ["yonsei", "korea"], "b": ["yonsei"], "c": ["yonsei", "korea"]},
        score={"a": 3, "b": 2, "c": 1},
        places={"yonsei": 1, "korea": 2},
        reserved={"yonsei": {"first generation": 1}},
        groups={"b": ["first generation"], "c": ["first generation"]},
    )
    placement = deferred_acceptance(market, Lottery.draw("s", "abc"))
    assert placement.rank.tolist() == [2, 1, 2]
    assert placement.rank_distribution().tolist() == [0, 1, 2]
    assert [refusal.rank for refusal in placement.why_not("a")] == [1]
    assert [refusal.rank for refusal in placement.why_not("c")] == [1, 1]
    assert placement.explain("c").rank == 2
