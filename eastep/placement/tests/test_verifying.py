"""What is sound passes, and every planted fault is found under its own code."""

import dataclasses
from itertools import product
from random import Random

import numpy as np
import pytest

from eastep.placement import (
    Balance,
    Lottery,
    Market,
    Placement,
    Rule,
    balanced_deferred_acceptance,
    balanced_exchange,
    deferred_acceptance,
    serial_dictatorship,
    verify,
)
from eastep.placement.tests.balanced import balanced_market, imbalances, random_carried, units_of
from eastep.placement.tests.factories import draw, make_market, random_market, wishes_of
from eastep.placement.tests.test_brute_force import Assignment, Tiny, tiny_market


@pytest.fixture
def market() -> Market:
    """x has one place, y two of which one is left, both in a house of three; years take both, and there is one."""
    return Market.from_mappings(
        wishes={"a": ["x", "y"], "b": ["x", "y"], "c": ["x", "y"], "d": ["year"], "e": ["year"]},
        score={"a": 70, "b": 90, "c": 80, "d": 60, "e": 50},
        places={"x": 1, "y": 3, "spring": 1, "autumn": 2},
        draws={"year": ["spring", "autumn"]},
    )


@pytest.fixture
def sound(market: Market) -> Placement:
    assert market.student_ids is not None
    placement = deferred_acceptance(market, Lottery.draw("2027", market.student_ids))
    assert placement.by_name() == {"a": "y", "b": "x", "c": "y", "d": "year", "e": None}
    return placement


def got(placement: Placement, **options: str | None) -> Placement:
    """The same placement, but these students got these options of their lists, or nothing."""
    market, application = placement.market, placement.application.copy()
    assert market.option_names is not None
    for student, option in options.items():
        row = market.student_named(student)
        listed = [market.option_names[number] for number in wishes_of(market)[row]]
        application[row] = -1 if option is None else market.pref_ptr[row] + listed.index(option)
    return dataclasses.replace(placement, application=application)


def told(market: Market, placement: Placement) -> list[tuple[str, str]]:
    return [(fault.code, str(fault)) for fault in verify(market, placement)]


def test_a_sound_placement_has_no_fault(market: Market, sound: Placement) -> None:
    assert verify(market, sound) == []


def test_two_students_are_swapped(market: Market, sound: Placement) -> None:
    assert told(market, got(sound, a="x", b="y")) == [
        ("envy", "Student b (row 1) wanted x more, and a (row 0) has a place with a worse claim."),
        ("envy", "Student c (row 2) wanted x more, and a (row 0) has a place with a worse claim."),
        ("other_result", "Student a (row 0) got x; computed again it is y."),
        ("other_result", "Student b (row 1) got y; computed again it is x."),
    ]


def test_a_node_is_over_its_quota(market: Market, sound: Placement) -> None:
    assert told(market, got(sound, e="year")) == [
        ("over_quota", "Node spring has 1 places, and 2 are taken."),
        ("other_result", "Student e (row 4) got year; computed again it is None."),
    ]


def test_an_option_is_not_on_the_list(market: Market, sound: Placement) -> None:
    application = sound.application.copy()
    application[4] = market.pref_ptr[0]  # x, which is on the list of a
    [fault] = verify(market, dataclasses.replace(sound, application=application))
    assert (fault.code, fault.facts) == ("off_list", {"student": "e", "row": 4, "application": 0})
    application[4] = len(market.pref_option)
    [fault] = verify(market, dataclasses.replace(sound, application=application))
    assert fault.code == "off_list"
    application[4] = -2
    [fault] = verify(market, dataclasses.replace(sound, application=application))
    assert fault.code == "off_list"


def test_a_placement_is_taken_away(market: Market, sound: Placement) -> None:
    faults = verify(market, got(sound, a=None))
    assert [(fault.code, fault.facts) for fault in faults] == [
        ("waste", {"student": "a", "row": 0, "option": "y"}),
        ("other_result", {"student": "a", "row": 0, "said": None, "found": "y"}),
    ]


def test_a_worse_choice_is_given_though_the_better_has_places(market: Market, sound: Placement) -> None:
    assert [code for code, _ in told(market, got(sound, b="y"))] == ["waste"] * 3 + ["other_result"]


def test_somebody_with_a_worse_claim_has_the_year(market: Market, sound: Placement) -> None:
    assert told(market, got(sound, d=None, e="year"))[0] == (
        "envy",
        "Student d (row 3) wanted year more, and e (row 4) has a place with a worse claim.",
    )


def test_the_lottery_is_another(market: Market, sound: Placement) -> None:
    number = sound.lottery.number.copy()
    number[2] += 1
    lottery = dataclasses.replace(sound.lottery, number=number)
    [fault] = verify(market, dataclasses.replace(sound, lottery=lottery))
    assert (fault.code, fault.facts["field"], fault.facts["student"]) == ("lottery", "number", "c")
    rank = sound.lottery.rank[::-1].copy()
    lottery = dataclasses.replace(sound.lottery, rank=rank)
    faults = verify(market, dataclasses.replace(sound, lottery=lottery))
    assert {(fault.code, fault.facts["field"]) for fault in faults} == {("lottery", "rank")}
    short = dataclasses.replace(sound.lottery, rank=rank[:2], number=number[:2])
    assert {fault.code for fault in verify(market, dataclasses.replace(sound, lottery=short))} == {"lottery"}


def test_ties_are_broken_by_another_seed() -> None:
    market = Market.from_mappings(wishes={"a": ["x"], "b": ["x"]}, score={"a": 1, "b": 1}, places={"x": 1})
    seeds = {Lottery.draw(seed, "ab").rank[0]: Lottery.draw(seed, "ab") for seed in range(9)}
    placement = dataclasses.replace(deferred_acceptance(market, seeds[0]), lottery=seeds[1])
    assert [fault.code for fault in verify(market, placement)] == ["envy", "other_result", "other_result"]


@pytest.mark.parametrize(
    ("field", "row"), [("score", 1), ("capacity", 0), ("pref_option", 2), ("parent", 1), ("option_node", 3)]
)
def test_the_market_was_another(market: Market, sound: Placement, field: str, row: int) -> None:
    changed = getattr(market, field).copy()
    changed[row] = {"pref_option": 2, "parent": 0, "option_node": 0}.get(field, changed[row] + 1)
    placement = dataclasses.replace(sound, market=dataclasses.replace(market, **{field: changed}))
    faults = verify(market, placement)
    assert [(fault.code, fault.facts["field"], fault.facts["row"]) for fault in faults] == [
        ("market", field, row)
    ]


def test_names_and_lengths_of_the_market_are_others(market: Market, sound: Placement) -> None:
    other = dataclasses.replace(
        market, student_ids=("a", "b", "c", "d", "f"), node_names=None, score_per_application=False
    )
    faults = verify(market, dataclasses.replace(sound, market=other))
    assert [fault.facts["field"] for fault in faults] == ["student_ids", "node_names"]
    assert str(faults[0]) == (
        "The placement was made for another market: student_ids differs at row 4 (f; the market has e)."
    )
    longer = Market.from_mappings(
        wishes={name: ["x"] for name in "abcdef"}, score=dict.fromkeys("abcdef", 1), places={"x": 1}
    )
    fields = {
        fault.facts["field"]: str(fault)
        for fault in verify(market, dataclasses.replace(sound, market=longer))
    }
    assert fields["pref_ptr"].endswith("pref_ptr differs at row 6 (6; the market has only 6 rows).")


def test_what_one_market_says_and_the_other_does_not(two: Market) -> None:
    """Institutions, or reserved places, of which the other market knows nothing."""
    silent = dataclasses.replace(
        two, home=None, host=None, country=None, institution_names=None, country_names=None
    )
    reserved = dataclasses.replace(two, option_of=np.arange(3, dtype=np.int32))
    lottery = lottery_of(two)
    fields = ["home", "host", "country", "institution_names", "country_names"]
    for one, other, differing in (
        (two, silent, fields),
        (silent, two, fields),
        (two, reserved, ["option_of"]),
        (reserved, two, ["option_of"]),
    ):
        faults = verify(one, deferred_acceptance(other, lottery))
        assert [(fault.code, fault.facts["field"], fault.facts["row"]) for fault in faults] == [
            ("market", field, 0) for field in differing
        ]
    [fault] = verify(silent, balanced_exchange(two, lottery, Balance()))
    assert fault.code == "impossible"


def test_the_lottery_has_an_id_twice(market: Market, sound: Placement) -> None:
    nameless = dataclasses.replace(market, student_ids=None)
    lottery = dataclasses.replace(sound.lottery, student_ids=("a", "a", "c", "d", "e"))
    [fault] = verify(nameless, dataclasses.replace(sound, market=nameless, lottery=lottery))
    assert fault.code == "impossible"
    assert "the student id 'a' is there twice" in str(fault)


def test_an_optimum_may_use_reserved_places_or_open_ones() -> None:
    """Both are the same choice: neither is the better plan."""
    pytest.importorskip("ortools")
    market = Market.from_mappings(
        wishes={"aoi": ["yonsei"], "jiho": ["waseda"]},
        score={"aoi": 70, "jiho": 75},
        places={"yonsei": 2, "waseda": 1},
        home={"aoi": "Waseda", "jiho": "Yonsei"},
        host={"yonsei": "Yonsei", "waseda": "Waseda"},
        country={"Waseda": "JP", "Yonsei": "KR"},
        reserved={"yonsei": {"first": 1}},
        groups={"aoi": ["first"]},
    )
    placement = Rule(mechanism="maximum_balanced").place(market, lottery_of(market))
    assert placement.is_placed.all()
    for place in (0, 1):
        application = np.array([place, 2])
        assert verify(market, dataclasses.replace(placement, application=application)) == []


def test_results_are_missing(market: Market, sound: Placement) -> None:
    placement = dataclasses.replace(sound, application=sound.application[:-1])
    assert told(market, placement) == [("length", "The placement has 4 results for 5 students.")]


def test_the_mechanism_is_another_or_none(market: Market, sound: Placement) -> None:
    assert told(market, dataclasses.replace(sound, mechanism="magic")) == [
        ("mechanism", "There is no mechanism 'magic'.")
    ]
    balanced = dataclasses.replace(sound, mechanism="balanced_deferred_acceptance", balance=Balance())
    [(code, sentence)] = told(market, balanced)
    assert code == "impossible"
    assert sentence.startswith("The mechanism cannot be applied to this market: balance needs the home")


def test_only_so_many_faults_of_a_code_are_told() -> None:
    wishes = {str(number): ["x"] for number in range(30)}
    market = Market.from_mappings(wishes=wishes, score=dict.fromkeys(wishes, 1), places={"x": 30})
    placement = deferred_acceptance(market, Lottery.draw(1, wishes))
    empty = dataclasses.replace(placement, application=np.full(30, -1))
    assert [fault.code for fault in verify(market, empty, most=2)] == ["waste"] * 2 + ["other_result"] * 2


def test_another_stable_placement_is_not_the_one_that_is_best_for_students() -> None:
    market = Market.from_mappings(
        wishes={"a": ["x", "y"], "b": ["y", "x"]},
        score={"a": {"x": 1, "y": 2}, "b": {"x": 2, "y": 1}},
        places={"x": 1, "y": 1},
    )
    placement = deferred_acceptance(market, Lottery.draw(1, "ab"))
    assert placement.by_name() == {"a": "x", "b": "y"}
    assert [fault.code for fault in verify(market, got(placement, a="y", b="x"))] == ["other_result"] * 2


# Balance


@pytest.fixture
def two() -> Market:
    """Three want to go to Korea and one to Japan; yui could also go to Korea University, which is never full."""
    return Market.from_mappings(
        wishes={"aoi": ["yonsei"], "ren": ["yonsei"], "yui": ["yonsei", "korea"], "jiho": ["waseda"]},
        score={"aoi": 70, "ren": 90, "yui": 80, "jiho": 75},
        places={"yonsei": 2, "korea": 2, "waseda": 3},
        home={"aoi": "Waseda", "ren": "Waseda", "yui": "Keio", "jiho": "Yonsei"},
        host={"yonsei": "Yonsei", "korea": "Korea", "waseda": "Waseda"},
        country={"Waseda": "JP", "Keio": "JP", "Yonsei": "KR", "Korea": "KR"},
    )


def lottery_of(market: Market) -> Lottery:
    assert market.student_ids is not None
    return Lottery.draw("2027", market.student_ids)


def test_the_balance_is_broken(two: Market) -> None:
    placement = balanced_deferred_acceptance(two, lottery_of(two), Balance())
    assert placement.by_name() == {"aoi": None, "ren": "yonsei", "yui": None, "jiho": "waseda"}
    assert verify(two, placement) == []
    faults = verify(two, got(placement, yui="yonsei"))
    assert [str(fault) for fault in faults if fault.code == "imbalance"] == [
        "The imbalance of JP is 1, which is not between 0 and 0.",
        "The imbalance of KR is -1, which is not between 0 and 0.",
    ]
    assert {fault.code for fault in faults} == {"imbalance", "over_quota", "other_result"}


def test_the_limits_are_others(two: Market) -> None:
    wide = balanced_deferred_acceptance(two, lottery_of(two), Balance(tolerance=1))
    placement = dataclasses.replace(wide, balance=Balance())
    codes = [fault.code for fault in verify(two, placement)]
    assert codes == ["caps", "caps", "over_quota", "imbalance", "imbalance", "other_result"]
    assert (
        str(verify(two, placement)[0])
        == "The limit of node JP→KR is 2; the other direction and the balance give 1."
    )


def test_a_natural_result_is_passed_off_as_balanced(two: Market) -> None:
    natural = deferred_acceptance(two, lottery_of(two))
    placement = dataclasses.replace(natural, mechanism="balanced_deferred_acceptance", balance=Balance())
    assert {fault.code for fault in verify(two, placement)} == {"market"}  # it lacks the two directions


def test_envy_among_students_of_one_home(two: Market) -> None:
    balance = Balance(unit="institution")
    placement = balanced_exchange(two, lottery_of(two), balance)
    assert placement.by_name() == {"aoi": None, "ren": "yonsei", "yui": None, "jiho": "waseda"}
    assert verify(two, placement) == []
    swapped = verify(two, got(placement, ren=None, aoi="yonsei"))
    assert (
        str(swapped[0])
        == "Student ren (row 1) wanted yonsei more, and aoi (row 0) of the same home has a place with a worse claim."
    )
    assert [fault.code for fault in swapped] == ["envy_at_home", "other_result", "other_result"]
    other_home = verify(two, got(placement, ren=None, yui="yonsei"))  # worse than ren, but of another home
    assert [fault.code for fault in other_home] == ["imbalance", "imbalance", "other_result", "other_result"]


def test_an_optimum_that_is_none(two: Market) -> None:
    pytest.importorskip("ortools")
    rule = Rule(mechanism="maximum_balanced", balance=Balance(tolerance=1))
    placement = rule.place(two, lottery_of(two))
    assert int(placement.is_placed.sum()) == 3
    assert verify(two, placement) == []
    codes = {}
    for aoi, ren, yui in product(["yonsei", None], ["yonsei", None], ["yonsei", "korea", None]):
        faults = verify(two, got(placement, aoi=aoi, ren=ren, yui=yui, jiho="waseda"))
        codes[aoi, ren, yui] = [fault.code for fault in faults]
    assert codes["yonsei", "yonsei", None] == codes["yonsei", None, "yonsei"] == []
    assert codes["yonsei", None, "korea"] == ["not_least_ranks"]
    assert codes["yonsei", None, None] == codes[None, None, "korea"] == ["not_most_placed"]
    assert codes["yonsei", "yonsei", "korea"] == ["imbalance", "imbalance", "not_repaid"]
    owed = Rule(mechanism="maximum_balanced", balance=Balance(carried={"JP": -2, "KR": 2}))
    repaid = owed.place(two, lottery_of(two))
    less = got(repaid, aoi=None, ren=None, yui=None, jiho=None)
    assert [fault.code for fault in verify(two, less)] == ["not_repaid"]


# Against first principles, on tiny markets


@pytest.mark.parametrize(("per_application", "crossing"), [(False, False), (False, True), (True, False)])
def test_of_all_assignments_those_without_a_fault_are_the_fair_ones(
    per_application: bool, crossing: bool
) -> None:
    """Every assignment of lists, feasible or not: over_quota, waste and envy are found exactly where they are."""
    for seed in range(60):
        market = tiny_market(seed, per_application=per_application, crossing=crossing)
        lottery = draw(market, seed)
        tiny, result = Tiny(market, lottery), deferred_acceptance(market, lottery)
        for found in product(*([*options, None] for options in tiny.wishes)):
            codes = {fault.code for fault in verify(market, as_placement(result, found))}
            assert ("over_quota" in codes) == (not tiny.fits(found))
            assert ("other_result" in codes) == (
                found != tuple(option if option >= 0 else None for option in result.option.tolist())
            )
            if not tiny.fits(found):
                continue
            if per_application:
                assert bool(codes & {"waste", "envy"}) == (not tiny.is_stable(found))
            else:
                assert ("waste" in codes) == tiny.wasted(found)
                assert bool(codes & {"waste", "envy"}) == (tiny.wasted(found) or tiny.envied(found))


def as_placement(result: Placement, found: Assignment) -> Placement:
    market = result.market
    application = [
        -1 if option is None else int(market.pref_ptr[student]) + options.index(option)
        for student, (option, options) in enumerate(zip(found, wishes_of(market), strict=True))
    ]
    return dataclasses.replace(result, application=np.array(application, np.int64))


def test_envy_at_home_is_found_exactly_where_it_is() -> None:
    """Somebody of the same home with a worse claim is at the unit that is wanted, and without all such it would fit."""
    seen = 0
    for seed in range(120):
        random = Random(seed)
        market = balanced_market(
            random,
            students=random.randint(1, 4),
            units=random.randint(1, 2),
            options=random.randint(1, 3),
            several=True,
        )
        result = balanced_exchange(market, draw(market, seed), Balance(unit="institution"))
        tiny = Tiny(market, draw(market, seed))
        home, host = (column.tolist() for column in units_of(market, "institution"))
        for found in tiny.feasible():
            envied = set()
            for student, wish in tiny.wanted(found):
                rivals = [
                    other
                    for other, option in enumerate(found)
                    if option is not None
                    and home[other] == home[student]
                    and tiny.claims[other][option][:2] < tiny.claims[student][wish][:2]
                ]
                left = [None if other in rivals else option for other, option in enumerate(found)]
                left[student] = wish
                if tiny.fits(tuple(left)) and any(host[found[other]] == host[wish] for other in rivals):
                    envied.add((student, wish))
            faults = verify(market, as_placement(result, found))
            told = {
                (fault.facts["row"], int(str(fault.facts["option"])))
                for fault in faults
                if fault.code == "envy_at_home"
            }
            assert told == envied
            broken = any(imbalances(market, Balance(unit="institution"), found))
            assert broken == any(fault.code == "imbalance" for fault in faults)
            seen += len(told)
    assert seen > 200


@pytest.mark.parametrize("tolerance", [0, 1, 3])
def test_what_the_mechanisms_make_is_sound(tolerance: int) -> None:
    for seed in range(60):
        random = Random(seed)
        students, options = random.randint(0, 12), random.randint(1, 6)
        for per_application, crossing in ((False, False), (False, True), (True, False)):
            market = random_market(
                random,
                students=students,
                options=options,
                inner=3,
                per_application=per_application,
                crossing=crossing,
            )
            assert verify(market, deferred_acceptance(market, draw(market, seed))) == []
            if not per_application:
                assert verify(market, serial_dictatorship(market, draw(market, seed))) == []
        market = balanced_market(random, students=max(students, 1), units=3, options=options, several=True)
        balance = Balance(unit="institution", tolerance=tolerance, carried=random_carried(random, 3, 4))
        assert verify(market, balanced_exchange(market, draw(market, seed), balance)) == []


def test_where_there_are_no_names_numbers_are_told() -> None:
    market = make_market([[0], [0]], [1, 2], capacity=[1])
    placement = deferred_acceptance(market, draw(market))
    assert told(market, as_placement(placement, (0, 0)))[0] == (
        "over_quota",
        "Node 0 has 1 places, and 2 are taken.",
    )
    assert told(market, as_placement(placement, (0, None)))[0] == (
        "envy",
        "Student 1 (row 1) wanted 0 more, and 0 (row 0) has a place with a worse claim.",
    )
