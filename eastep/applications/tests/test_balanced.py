"""Rounds of two directions by the balanced rules: who goes, why somebody does not, and what moves by hand change."""

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from itertools import product

import pytest

from eastep.applications.placing import (
    CannotPlace,
    Direction,
    Eligible,
    Full,
    Limit,
    Move,
    applicable,
    country_of,
    market_of,
)
from eastep.applications.tests.factories import (
    AUTUMN,
    KOREA,
    KYOTO,
    SPRING,
    STANDARDS,
    WASEDA,
    YONSEI,
    make_applicant,
    make_choice,
    make_document,
    make_place,
    placed,
    start_of,
)
from eastep.placement import Balance, Rule

HALF = Decimal("0.5")
TO_KOREA, TO_JAPAN = Direction("JP", "KR"), Direction("KR", "JP")
AT_YONSEI, AT_KOREA, AT_WASEDA = make_choice(), make_choice(host=KOREA), make_choice(host=WASEDA)
PLACES = [
    make_place(row=2, places=3),
    make_place(row=3, host=KOREA),
    make_place(row=4, home=YONSEI, host=WASEDA, places=3),
]
PEOPLE = [
    make_applicant("a", score=Decimal(90), choices=(AT_YONSEI,)),
    make_applicant("b", score=Decimal(80), choices=(AT_YONSEI, AT_KOREA)),
    make_applicant("c", score=Decimal(70), choices=(AT_YONSEI,)),
    make_applicant("d", score=Decimal(60), choices=(AT_YONSEI,)),
    make_applicant("k", home=YONSEI, score=Decimal(85), choices=(AT_WASEDA,)),
]


def capped(tolerance=0, **carried):
    return Rule(
        mechanism="balanced_deferred_acceptance", balance=Balance(tolerance=tolerance, carried=carried)
    )


def exchange(tolerance=0, unit="country", **carried):
    balance = Balance(unit=unit, tolerance=tolerance, carried=carried)
    return Rule(mechanism="balanced_exchange", balance=balance)


def rows(result):
    return {
        outcome.applicant.id: outcome.placed.row if outcome.placed else None for outcome in result.outcomes
    }


def verdicts(result, number):
    return next(outcome for outcome in result.outcomes if outcome.applicant.id == number).verdicts


def told(result, number):
    return [(verdict.code, verdict.row) for verdict in verdicts(result, number)]


# Each direction limited


@pytest.mark.parametrize(
    ("rule", "going", "limit"),
    [
        # without balance a, b and c would go there (Yonsei has 3 places), k would come
        (capped(), "a", 1),  # as many there as back: 1
        (capped(1), "ab", 2),  # one more
        (capped(2), "abc", 3),
        (capped(KR=1), "ab", 2),  # Korea has sent one more than it received, so it may receive one more
        (capped(JP=-1), "ab", 2),  # the same, said of Japan
        (capped(JP=1), "", 0),  # Japan has sent one more already: 1 come, 1 + 0 + 0 go
        (capped(JP=9), "", 0),  # what k comes for is not enough: as near as possible
        (capped(1, JP=1), "a", 1),
    ],
)
def test_a_direction_is_limited_by_the_other_one(rule, going, limit):
    result = placed(PLACES, PEOPLE, rule=rule)
    assert rows(result) == {one: 2 if one in going else None for one in "abcd"} | {"k": 4}
    assert result.limits[0] == Limit(
        direction=TO_KOREA, places=limit, taken=len(going), by_hand=0, binds=True
    )
    assert result.limits[1].direction == TO_JAPAN
    assert not result.limits[1].binds


def test_why_balance_kept_somebody_out_and_what_would_have_been_enough():
    result = placed(PLACES, PEOPLE, rule=capped())
    is_before = sha256(b"2027:b").digest() < sha256(b"2027:a").digest()
    for verdict in verdicts(result, "b"):
        assert (verdict.code, verdict.enough, verdict.enough_equal) == ("full", Decimal(90), is_before)
        [full] = verdict.full
        assert full == replace(
            Full(row=0, term="", places=1, score=Decimal(90), lottery=full.lottery, direction=TO_KOREA),
            row=full.row,
        )
    used = {one.place.row: one for one in result.used}
    # rows 2 and 3 have room, but whoever comes new needs to come before a
    assert [(used[row].is_full, used[row].cutoff, used[row].binds) for row in (2, 3, 4)] == [
        (True, Decimal(90), False),
        (True, Decimal(90), False),
        (False, None, False),
    ]
    assert (used[2].taken, used[2].refused, used[2].highest_refused) == (1, 3, Decimal(80))


def test_a_row_and_the_direction_may_both_be_full():
    result = placed([make_place(row=2, places=1), *PLACES[1:]], PEOPLE, rule=capped())
    assert [(one.direction, one.term) for one in verdicts(result, "c")[0].full] == [
        (TO_KOREA, ""),
        (None, "2027-spring"),
    ]


def test_a_year_is_one_stay_in_the_balance():
    places = [
        make_place(row=2, places=2),
        make_place(row=3, start=AUTUMN, places=2),
        make_place(row=4, length="year", places=2),
        make_place(row=5, home=YONSEI, host=WASEDA, places=2),
    ]
    people = [
        make_applicant("a", score=Decimal(90), choices=(make_choice(length="year"),)),
        make_applicant("b", score=Decimal(80), choices=(AT_YONSEI,)),
        make_applicant("k", home=YONSEI, choices=(AT_WASEDA,)),
        make_applicant("l", home=YONSEI, choices=(AT_WASEDA,)),
    ]
    assert rows(placed(places, people, rule=capped())) == {"a": 4, "b": 2, "k": 5, "l": 5}
    assert rows(placed(places, people[:3], rule=capped())) == {"a": 4, "b": None, "k": 5}


def two_ways(seed, applicants=10):
    """A small round of two directions: terms, few places, equal scores."""
    chance = random.Random(f"two ways {seed}")
    ways = [(WASEDA, YONSEI), (WASEDA, KOREA), (YONSEI, WASEDA), (YONSEI, KYOTO)]
    places = [
        make_place(row=row, home=home, host=host, start=start, places=chance.randint(0, 3))
        for row, ((home, host), start) in enumerate(product(ways, (SPRING, AUTUMN)), 2)
    ]
    people = []
    for number in range(applicants):
        home = chance.choice([WASEDA, WASEDA, YONSEI])
        wishes = [make_choice(host=one.host, start=one.start) for one in places if one.home == home]
        choices = tuple(chance.sample(wishes, chance.randint(1, 3)))
        score = Decimal(chance.randint(1, 6))
        people.append(make_applicant(f"a{number}", home=home, score=score, choices=choices))
    rule = capped(chance.randint(0, 2), JP=chance.choice([0, 0, -2, 1, 3]))
    return places, people, rule, chance


def served(places, people, allowed, moved):
    """One after the other, as long as the direction has stays left."""
    left = {(p.home, p.host, p.start): p.places for p in places}
    row = {(p.home, p.host, p.start): p.row for p in places}
    for number in moved.values():
        if number:
            left[next(key for key, one in row.items() if one == number)] -= 1
    found, allowed = dict(moved), dict(allowed)
    for one in people:
        if one.id in moved:
            continue
        found[one.id] = None
        for choice in one.choices:
            key = one.home, choice.host, choice.start
            way = Direction(country_of(one.home), country_of(choice.host))
            if left[key] > 0 and allowed[way] > 0:
                left[key] -= 1
                allowed[way] -= 1
                found[one.id] = row[key]
                break
    return found


@pytest.mark.parametrize("seed", range(40))
def test_moves_by_hand_count_in_the_balance(seed):
    """Brute force: of all limits of both directions, those by which the balance ends nearest to the tolerance, and
    of these the ones by which most are placed."""
    places, people, rule, chance = two_ways(seed)
    left = {place.row: place.places for place in places}
    moved = {}
    for one in chance.sample(people, 3):
        own = [place.row for place in places if place.home == one.home and left[place.row]]
        moved[one.id] = chance.choice([None, *own])
        if moved[one.id]:
            left[moved[one.id]] -= 1
    moves = [Move(applicant=one, row=row, reason="x") for one, row in moved.items()]
    result = placed(places, people, rule=rule, moves=moves)
    host = {place.row: place.host for place in places}
    home = {one.id: one.home for one in people}
    in_order = [outcome.applicant for outcome in result.outcomes]
    best = None
    for there, back in product(range(len(people) + 1), repeat=2):
        found = served(places, in_order, {TO_KOREA: there, TO_JAPAN: back}, moved)
        ways = Counter(
            Direction(country_of(home[one]), country_of(host[row])) for one, row in found.items() if row
        )
        imbalance = rule.balance.carried["JP"] + ways[TO_KOREA] - ways[TO_JAPAN]
        outside = max(0, abs(imbalance) - rule.balance.tolerance)
        rating = (-outside, ways.total())
        if best is None or rating > best[0]:
            best = rating, found
    assert rows(result) == best[1]


@pytest.mark.parametrize("seed", range(12))
def test_what_would_have_been_enough_is_enough_in_balance_too(seed):
    """Brute force: the round is placed again with every other score that could make a difference."""
    places, people, rule, _chance = two_ways(seed, applicants=8)
    result = placed(places, people, rule=rule)
    possible = [Decimal(step) / 2 for step in range(14)]
    for index, one in enumerate(people):
        for verdict in verdicts(result, one.id):
            if verdict.code != "full":
                continue
            got_in = []
            for score in possible:
                alone = replace(one, score=score, choices=(verdict.choice,))
                others = [*people[:index], alone, *people[index + 1 :]]
                got_in.append(rows(placed(places, others, rule=rule))[one.id] is not None)
            enough = verdict.enough
            if enough is not None and not verdict.enough_equal:
                enough += HALF
            assert enough == (possible[got_in.index(True)] if any(got_in) else None)


# Places in exchange for places


def test_one_goes_where_another_one_comes_from():
    # a and k change places; then nobody is left who comes from Yonsei, and nobody ever came from Korea University
    result = placed(PLACES, PEOPLE, rule=exchange(unit="institution"))
    assert rows(result) == {"a": 2, "b": None, "c": None, "d": None, "k": 4}
    assert told(result, "b") == [("no_exchange", None), ("no_exchange", None)]
    assert result.limits == ()
    used = {one.place.row: one for one in result.used}
    assert (used[2].taken, used[2].is_full, used[2].cutoff, used[2].refused, used[2].binds) == (
        1,
        False,
        None,
        3,
        False,
    )


@pytest.mark.parametrize(
    ("rule", "going"),
    [
        (exchange(), "a"),  # between countries: k comes, one goes
        (exchange(1), "ab"),  # and one more, because a difference of one may be left
        (exchange(KR=1), "ab"),  # Korea has sent one more: Japan sends one more now
        (exchange(KR=1, JP=-1), "ab"),
        (exchange(JP=1), ""),  # Japan has sent one more: k comes, and nobody goes
    ],
)
def test_exchange_between_countries(rule, going):
    assert rows(placed(PLACES, PEOPLE, rule=rule)) == {one: 2 if one in going else None for one in "abcd"} | {
        "k": 4
    }


def test_what_is_full_in_an_exchange_is_told_without_a_score():
    places = [make_place(row=2, places=1), *PLACES[1:]]
    result = placed(places, PEOPLE, rule=exchange(unit="institution"))
    assert told(result, "b") == [("full", None), ("no_exchange", None)]
    [verdict, _other] = verdicts(result, "b")
    assert verdict.full == (Full(row=2, term="2027-spring", places=1, score=None, lottery=None),)
    assert (verdict.enough, verdict.enough_equal) == (None, False)
    used = {one.place.row: one for one in result.used}
    assert (used[2].is_full, used[2].cutoff, used[2].among, used[2].binds) == (True, None, 0, True)


def test_a_move_by_hand_counts_in_an_exchange():
    # b goes by hand, so Japan has sent one more: k comes in return, and a has nobody to change with
    result = placed(PLACES, PEOPLE, rule=exchange(), moves=[Move(applicant="b", row=3, reason="Kin.")])
    assert rows(result) == {"a": None, "b": 3, "c": None, "d": None, "k": 4}
    assert told(result, "a") == [("no_exchange", None)]
    assert told(result, "b") == [("not_needed", None), ("moved", 3)]


def test_a_ring_of_three():
    # Waseda → Yonsei → Kyoto → Korea University has nobody who comes; with m from there to Waseda it closes
    places = [
        make_place(row=2, home=WASEDA, host=YONSEI),
        make_place(row=3, home=YONSEI, host=KYOTO),
        make_place(row=4, home=KYOTO, host=KOREA),
        make_place(row=5, home=KOREA, host=WASEDA),
    ]
    people = [
        make_applicant("a", home=WASEDA, choices=(AT_YONSEI,)),
        make_applicant("b", home=YONSEI, choices=(make_choice(host=KYOTO),)),
        make_applicant("c", home=KYOTO, choices=(AT_KOREA,)),
        make_applicant("m", home=KOREA, choices=(AT_WASEDA,)),
    ]
    assert set(rows(placed(places, people[:3], rule=exchange(unit="institution"))).values()) == {None}
    assert rows(placed(places, people, rule=exchange(unit="institution"))) == {"a": 2, "b": 3, "c": 4, "m": 5}


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("unit", ["country", "institution"])
def test_neither_the_order_of_the_rows_nor_their_numbers_matter(seed, unit):
    places, people, rule, chance = two_ways(seed)
    for one in (rule, exchange(seed % 3, unit)):
        expected = placed(places, people, rule=one)
        turned = placed(chance.sample(places, len(places)), chance.sample(people, len(people)), rule=one)
        assert turned.outcomes == expected.outcomes


# What cannot be


def test_what_a_rule_cannot_place():
    within = [*PLACES, make_place(row=9, host=KYOTO)]
    with pytest.raises(CannotPlace) as error:
        placed(within, PEOPLE, rule=capped())
    assert (error.value.code, error.value.facts) == ("within_one_country", {"row": 9})
    third = [*PEOPLE, make_applicant("t", home="TW:1")]
    with pytest.raises(CannotPlace) as error:
        placed(PLACES, third, rule=capped())
    assert (error.value.code, error.value.facts) == ("not_two_countries", {"countries": ["JP", "KR", "TW"]})
    with pytest.raises(CannotPlace) as error:
        placed(PLACES, PEOPLE, rule=Rule(mechanism="maximum_balanced"))
    assert error.value.code == "planning_mechanism"


@pytest.mark.parametrize("rule", [capped(), exchange(), exchange(unit="institution")])
def test_nobody_and_nothing_are_in_balance(rule):
    assert placed([], [], rule=rule).outcomes == ()
    assert rows(placed(PLACES, [], rule=rule)) == {}
    assert rows(placed([], PEOPLE, rule=rule)) == dict.fromkeys("akbcd")
    assert rows(placed(PLACES[:2], PEOPLE, rule=rule)) == dict.fromkeys("akbcd")  # one direction only


def test_units_that_the_round_does_not_have_carry_nothing():
    rule = exchange(**{"TW": 5})
    assert rows(placed(PLACES, PEOPLE, rule=rule)) == rows(placed(PLACES, PEOPLE, rule=exchange()))


# The result


def test_the_document_says_the_rule_and_how_far_it_kept_the_balance():
    made = make_document(PLACES, PEOPLE, rule=capped(1, KR=-1, JP=1))
    assert (made["format"], made["settings"]["rule"]) == (
        3,
        {
            "mechanism": "balanced_deferred_acceptance",
            "unit": "country",
            "tolerance": 1,
            "carried": {"JP": 1, "KR": -1},
        },
    )
    assert made["summary"]["imbalance"] == {
        "unit": "country",
        "tolerance": 1,
        "units": [
            {"unit": "JP", "carried": 1, "sent": 1, "received": 1, "imbalance": 1, "in_band": True},
            {"unit": "KR", "carried": -1, "sent": 1, "received": 1, "imbalance": -1, "in_band": True},
        ],
        "limits": [
            {"from": "JP", "to": "KR", "places": 1, "taken": 1, "by_hand": 0, "binds": True},
            {"from": "KR", "to": "JP", "places": 5, "taken": 1, "by_hand": 0, "binds": False},  # 3 + 1 + 1
        ],
    }


def test_more_than_one_round_can_make_good_is_told_as_outside():
    made = make_document(PLACES, PEOPLE, rule=exchange(JP=3))
    [japan, korea] = made["summary"]["imbalance"]["units"]
    assert (japan["imbalance"], japan["in_band"]) == (2, False)  # 3 + 0 - 1
    assert (korea["unit"], korea["sent"], made["summary"]["imbalance"]["limits"]) == ("KR", 1, [])


def test_without_balance_there_is_no_imbalance_to_tell():
    made = make_document(PLACES, PEOPLE)
    assert (made["settings"]["rule"], made["summary"]["imbalance"]) == ({}, None)


def test_what_a_country_carries_that_is_not_here_is_not_put_upon_another():
    """Korea has sent two more than it received from Japan, of which nobody takes part: Taiwan owes nothing for that."""
    ntu = "TW:0001"
    places = [make_place(row=2, home=ntu, host=YONSEI, places=3)]
    people = [make_applicant(name, home=ntu, choices=(AT_YONSEI,)) for name in "tu"]
    rule = applicable(exchange(JP=-2, KR=2), market_of(places, people, eligible_for(places)))
    assert rule.balance.carried == {"KR": 2}
    one_named = applicable(exchange(KR=2), market_of(places, people, eligible_for(places)))
    assert one_named.balance.carried == {"KR": 2, "TW": -2}


def eligible_for(places):
    return Eligible(places, STANDARDS, start_of, ())
