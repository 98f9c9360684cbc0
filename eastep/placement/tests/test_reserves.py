"""Reserved places: a minimum for members of a group, counted by hand and against a choice of our own."""

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from eastep.placement import Lottery, Market, deferred_acceptance, lottery_number

FIRST = "first generation"


def shown(market: Market) -> dict[str, tuple[str, bool] | None]:
    """The option of each student and whether the place is a reserved one."""
    placement = deferred_acceptance(market, Lottery.draw(1, market.student_ids or ()))
    names, option_of = market.option_names or (), market.option_of
    assert option_of is not None
    return {
        student: (names[option_of[option]], bool(option_of[option] != option)) if option >= 0 else None
        for student, option in zip(market.student_ids or (), placement.option.tolist(), strict=True)
    }


def one_option(places: int, reserved: int, members: str, change: Mapping[str, Any] | None = None) -> Market:
    """Six students from a, the best, to f, the last."""
    given: dict[str, Any] = {
        "wishes": {name: ["yonsei"] for name in "abcdef"},
        "score": dict(zip("abcdef", range(90, 30, -10), strict=True)),
        "places": {"yonsei": places},
        "reserved": {"yonsei": {FIRST: reserved}},
        "groups": {name: [FIRST] for name in members},
    }
    return Market.from_mappings(**(given | dict(change or {})))


OPEN, KEPT = ("yonsei", False), ("yonsei", True)


@pytest.mark.parametrize(
    ("places", "reserved", "members", "expected"),
    [
        (3, 1, "f", [OPEN, OPEN, None, None, None, KEPT]),  # f is lifted over c, d and e
        (
            3,
            1,
            "bf",
            [OPEN, KEPT, OPEN, None, None, None],
        ),  # b would have got in anyhow and uses the reserve up
        (3, 2, "bf", [OPEN, KEPT, None, None, None, KEPT]),
        (3, 2, "abcf", [KEPT, KEPT, OPEN, None, None, None]),
        (3, 2, "", [OPEN, None, None, None, None, None]),  # nobody else gets the reserved places
        (3, 3, "e", [None, None, None, None, KEPT, None]),
        (3, 0, "f", [OPEN, OPEN, OPEN, None, None, None]),
    ],
)
def test_counted_by_hand(
    places: int, reserved: int, members: str, expected: list[tuple[str, bool] | None]
) -> None:
    assert list(shown(one_option(places, reserved, members)).values()) == expected


def test_a_reserved_place_goes_by_the_name_of_its_option_and_is_the_same_choice() -> None:
    market = one_option(3, 1, "f")
    placement = deferred_acceptance(market, Lottery.draw(1, market.student_ids or ()))
    assert placement.by_name() == dict.fromkeys("abf", "yonsei") | dict.fromkeys("cde")
    assert placement.rank.tolist() == [1, 1, 0, 0, 0, 1]


def test_how_the_market_shows_it() -> None:
    market = Market.from_mappings(
        wishes={"a": ["yonsei", "korea"], "b": ["korea", "yonsei"]},
        score={"a": {"yonsei": 1, "korea": 2}, "b": {"yonsei": 3, "korea": 4}},
        places={"yonsei": 2, "korea": 1, "seoul": 2},
        within={"yonsei": "seoul", "korea": "seoul"},
        home={"a": "waseda", "b": "waseda"},
        host={"yonsei": "Yonsei", "korea": "Korea"},
        country={"waseda": "JP", "Yonsei": "KR", "Korea": "KR"},
        reserved={"yonsei": {FIRST: 1}},
        groups={"a": [FIRST, "another"]},
    )
    assert market.option_names == ("yonsei", "korea", f"yonsei ({FIRST})")
    assert market.node_names == ("yonsei", "korea", "seoul", f"yonsei ({FIRST})", "yonsei (open)")
    assert market.capacity.tolist() == [2, 1, 2, 1, 1]
    assert market.parent.tolist() == [2, 2, -1, 0, 0]
    assert market.option_node.tolist() == [4, 1, 3]
    assert market.pref_ptr.tolist() == [0, 3, 5]
    assert market.pref_option.tolist() == [2, 0, 1, 1, 0]
    assert market.score.tolist() == [1, 1, 2, 4, 3]
    assert market.pref_rank.tolist() == [1, 1, 2, 1, 2]
    assert market.option_of is not None
    assert market.option_of.tolist() == [0, 1, 0]
    assert market.host is not None
    assert market.host.tolist() == [1, 2, 1]


def chosen_by_hand(
    wishes: Mapping[str, list[str]],
    claim: Mapping[tuple[str, str], tuple[int, int]],
    places: Mapping[str, int],
    reserved: Mapping[str, int],
    members: set[str],
) -> dict[str, tuple[str, bool] | None]:
    """Deferred acceptance where each option chooses among its applicants, the reserve first."""
    refused: set[tuple[str, str]] = set()
    while True:
        held: dict[str, tuple[str, bool] | None] = dict.fromkeys(wishes)
        fresh = set()
        asks = {
            student: next((o for o in own if (student, o) not in refused), None)
            for student, own in wishes.items()
        }
        for option, count in places.items():
            line = sorted((s for s in wishes if asks[s] == option), key=lambda s: claim[s, option])
            kept = [student for student in line if student in members][: reserved.get(option, 0)]
            rest = [student for student in line if student not in kept]
            free = count - reserved.get(option, 0)
            held |= dict.fromkeys(kept, (option, True)) | dict.fromkeys(rest[:free], (option, False))
            fresh |= {(student, option) for student in rest[free:]}
        if not fresh:
            return held
        refused |= fresh


@pytest.mark.parametrize("per_application", [False, True])
def test_against_options_that_choose_for_themselves(per_application: bool) -> None:
    """No reserved place goes to others, either way of scoring; at one option nobody of the group loses."""
    random = Random(5)
    hurt = 0
    for _ in range(400):
        options = [f"o{number}" for number in range(random.randint(1, 3))]
        students = [f"s{number}" for number in range(random.randint(0, 7))]
        wishes = {student: random.sample(options, random.randint(0, len(options))) for student in students}
        own = {student: {option: random.randrange(4) for option in options} for student in students}
        score: Any = own if per_application else {student: own[student][options[0]] for student in students}
        places = {option: random.randint(0, 4) for option in options}
        reserved = {
            option: random.randint(0, count) for option, count in places.items() if random.random() < 0.7
        }
        members = {student for student in students if random.random() < 0.5}
        market = Market.from_mappings(
            wishes=wishes,
            score=score,
            places=places,
            reserved={option: {FIRST: count} for option, count in reserved.items()} or {options[0]: {}},
            groups={student: [FIRST] for student in members},
        )
        claim = {
            (student, option): (
                -(own[student][option] if per_application else own[student][options[0]]),
                lottery_number(1, student),
            )
            for student in students
            for option in options
        }
        got = shown(market)
        assert got == chosen_by_hand(wishes, claim, places, reserved, members)
        assert {student for student, place in got.items() if place and place[1]} <= members
        without = chosen_by_hand(wishes, claim, places, {}, set())
        rank = {
            student: [
                own.index(place[0]) if (place := found[student]) else len(own) for found in (got, without)
            ]
            for student, own in wishes.items()
        }
        losers = {student for student in members if rank[student][0] > rank[student][1]}
        hurt += bool(losers)
        assert not (losers and len(options) == 1)
    assert hurt > 0  # across options it can happen, as the docstring says


def test_a_member_can_lose_across_options() -> None:
    """b, pushed out of yonsei by d, takes the place at korea that c, a member too, would have had."""
    given: dict[str, Any] = {
        "wishes": {"b": ["yonsei", "korea"], "c": ["korea"], "d": ["yonsei"]},
        "score": {"b": 80, "c": 70, "d": 60},
        "places": {"yonsei": 1, "korea": 1},
    }
    kept = Market.from_mappings(**given, reserved={"yonsei": {FIRST: 1}}, groups={"c": [FIRST], "d": [FIRST]})
    assert shown(kept) == {"b": ("korea", False), "c": None, "d": KEPT}
    market = Market.from_mappings(**given)
    plain = deferred_acceptance(market, Lottery.draw(1, "bcd"))
    assert plain.by_name() == {"b": "yonsei", "c": "korea", "d": None}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reserved": {"korea": {FIRST: 1}}}, "places of 'korea' are reserved, which is not an option"),
        ({"reserved": {"yonsei": {FIRST: 4}}}, "4 places of 'yonsei' are reserved, but it has 3"),
        (
            {"reserved": {"yonsei": {FIRST: -1}}},
            f"'yonsei' has -1 places for '{FIRST}'; a whole number from 0",
        ),
        ({"reserved": {"yonsei": {FIRST: 1.5}}}, f"'yonsei' has 1.5 places for '{FIRST}'"),
        ({"groups": {"x": [FIRST]}}, "student 'x' has groups but no list of wishes"),
        ({"groups": {"a": FIRST}}, "the groups of student 'a' are 'first generation'; give a list of groups"),
        ({"draws": {"year": ["yonsei"]}}, "'yonsei' are reserved, but it does not have its places to itself"),
        ({"places": {"yonsei": 3, "yonsei (open)": 1}}, "node_names holds 'yonsei \\(open\\)' twice"),
    ],
)
def test_what_cannot_be_reserved(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        one_option(3, 1, "f", change)
