import random
from decimal import Decimal
from hashlib import sha256

import pytest

from eastep.applications.placing import Full, quotas_of
from eastep.applications.tests.factories import (
    AUTUMN,
    KOREA,
    KYOTO,
    SPRING,
    WASEDA,
    YONSEI,
    make_applicant,
    make_choice,
    make_place,
    placed,
    where,
)

TERM, YEAR = make_choice(), make_choice(length="year")
AT_YONSEI = (YONSEI, "2027-spring", "term")


def test_the_higher_score_goes_first_and_the_other_takes_the_next_choice():
    places = [make_place(row=2), make_place(row=3, host=KOREA)]
    both = (make_choice(), make_choice(host=KOREA))
    result = placed(
        places,
        [
            make_applicant("a", score=Decimal(70), choices=both),
            make_applicant("b", score=Decimal(90), choices=both),
        ],
    )
    assert where(result) == {"b": AT_YONSEI, "a": (KOREA, "2027-spring", "term")}
    refused = result.outcomes[1].verdicts[0]
    assert refused.code == "full"
    assert [(one.row, one.term, one.places, one.score) for one in refused.full] == [
        (2, "2027-spring", 1, Decimal(90))
    ]


def test_equal_scores_are_decided_by_the_lottery_that_everybody_can_check():
    applicants = [make_applicant(name) for name in ("kim", "sato", "lee")]
    numbers = {
        name: int.from_bytes(sha256(f"2027:{name}".encode()).digest()[:8]) for name in ("kim", "sato", "lee")
    }
    result = placed([make_place()], applicants)
    assert [outcome.applicant.id for outcome in result.outcomes] == sorted(
        numbers, key=lambda name: numbers[name]
    )
    assert {outcome.applicant.id: outcome.lottery for outcome in result.outcomes} == numbers
    assert [bool(outcome.placed) for outcome in result.outcomes] == [True, False, False]


def test_a_year_takes_a_place_in_both_terms():
    places = [
        make_place(row=2, start=SPRING, places=1),
        make_place(row=3, start=AUTUMN, places=1),
        make_place(row=4, length="year", places=1),
    ]
    applicants = [
        make_applicant("year", score=Decimal(90), choices=(YEAR,)),
        make_applicant("spring", score=Decimal(80), choices=(TERM,)),
        make_applicant("autumn", score=Decimal(70), choices=(make_choice(start=AUTUMN),)),
    ]
    assert where(placed(places, applicants)) == {
        "year": (YONSEI, "2027-spring", "year"),
        "spring": None,
        "autumn": None,
    }
    # without the year, both terms are free
    assert where(placed(places, applicants[1:])) == {
        "spring": AT_YONSEI,
        "autumn": (YONSEI, "2027-autumn", "term"),
    }


def test_a_year_is_refused_where_only_one_term_is_free_and_the_term_is_named():
    places = [
        make_place(row=2, places=2),
        make_place(row=3, start=AUTUMN, places=1),
        make_place(row=4, length="year", places=1),
    ]
    applicants = [
        make_applicant("autumn", score=Decimal(90), choices=(make_choice(start=AUTUMN),)),
        make_applicant("year", score=Decimal(80), choices=(YEAR, TERM)),
    ]
    result = placed(places, applicants)
    assert where(result)["year"] == AT_YONSEI
    assert [(one.term, one.places, one.score) for one in result.outcomes[1].verdicts[0].full] == [
        ("2027-autumn", 1, Decimal(90))
    ]


def test_the_row_for_the_year_says_how_many_may_stay_the_year():
    places = [
        make_place(row=2, places=5),
        make_place(row=3, start=AUTUMN, places=5),
        make_place(row=4, length="year", places=1),
    ]
    applicants = [
        make_applicant(name, score=Decimal(score), choices=(YEAR,)) for name, score in (("a", 90), ("b", 80))
    ]
    result = placed(places, applicants)
    assert [bool(outcome.placed) for outcome in result.outcomes] == [True, False]
    last = result.outcomes[1].verdicts[0].full
    assert [(one.term, one.places, one.score) for one in last] == [("", 1, Decimal(90))]


def test_a_year_that_stands_alone_brings_its_own_places():
    places = [make_place(row=2, length="year", places=2)]
    quotas = quotas_of(places)
    assert sorted(quotas.capacity.values()) == [2, 2, 2]
    applicants = [make_applicant(str(n), choices=(YEAR,)) for n in range(3)]
    assert sum(bool(outcome.placed) for outcome in placed(places, applicants).outcomes) == 2


def test_no_places_at_all_is_told_without_a_score():
    result = placed([make_place(places=0)], [make_applicant()])
    assert result.outcomes[0].verdicts[0].full == (
        Full(row=2, term="2027-spring", places=0, score=None, lottery=None),
    )


def test_places_of_another_home_are_not_touched():
    places = [make_place(row=2, home=KYOTO), make_place(row=3, home=WASEDA, places=0)]
    assert where(placed(places, [make_applicant()])) == {"a": None}


def test_a_later_choice_is_not_looked_at():
    places = [make_place(row=2), make_place(row=3, host=KOREA)]
    result = placed(places, [make_applicant(choices=(make_choice(), make_choice(host=KOREA)))])
    assert [verdict.code for verdict in result.outcomes[0].verdicts] == ["placed", "not_needed"]


def test_choices_that_are_not_open_keep_their_number():
    places = [make_place(row=2, levels=(8,)), make_place(row=3, host=KOREA)]
    result = placed(places, [make_applicant(choices=(make_choice(), make_choice(host=KOREA)))])
    assert [(v.number, v.code) for v in result.outcomes[0].verdicts] == [(1, "ineligible"), (2, "placed")]


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_the_rows_never_matters(seed):
    chance = random.Random(seed)
    places = [
        make_place(row=row, host=host, start=start, length=length, places=chance.randint(0, 3))
        for row, (host, start, length) in enumerate(
            ((h, s, x) for h in (YONSEI, KOREA) for s in (SPRING, AUTUMN) for x in ("term", "year")), 2
        )
    ]
    wishes = [make_choice(host=place.host, start=place.start, length=place.length) for place in places]
    applicants = [
        make_applicant(f"a{n}", score=Decimal(chance.randint(1, 4)), choices=tuple(chance.sample(wishes, 4)))
        for n in range(25)
    ]
    expected = placed(places, applicants)
    shuffled_places, shuffled = chance.sample(places, len(places)), chance.sample(applicants, 25)
    assert placed(shuffled_places, shuffled).outcomes == expected.outcomes
    # nobody is over a quota: count by hand who is present in each term at each host
    present = {}
    for outcome in expected.outcomes:
        if outcome.placed:
            choice = outcome.placed.choice
            for season in [choice.start, choice.start.next][: 2 if choice.length == "year" else 1]:
                present[choice.host, season] = present.get((choice.host, season), 0) + 1
    term_places = {(p.host, p.start): p.places for p in places if p.length == "term"}
    assert all(count <= term_places[key] for key, count in present.items() if key in term_places)


def test_the_taken_places_of_a_term_count_who_stays_the_year():
    places = [
        make_place(row=2, places=3),
        make_place(row=3, start=AUTUMN, places=3),
        make_place(row=4, length="year"),
    ]
    applicants = [
        make_applicant("year", score=Decimal(70), choices=(YEAR,)),
        make_applicant("spring", score=Decimal(80), choices=(TERM,)),
    ]
    used = placed(places, applicants).used
    assert [(one.place.row, one.taken, one.lowest) for one in used] == [
        (2, 2, Decimal(70)), (3, 1, Decimal(70)), (4, 1, Decimal(70)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        [{"levels": ()}, {"levels": (6,)}],  # any level, and bachelors only
        [{"fields": ("0311", "0421")}, {"fields": ("0311",)}],
    ],
)
def test_the_order_of_the_rows_of_places_decides_nothing(rows):
    # the better applicant fits both rows, the other only the wider one: both find a place
    other = {"level": 7} if "levels" in rows[0] else {"field": "0421"}
    applicants = [make_applicant("a", score=Decimal(90)), make_applicant("b", score=Decimal(80), **other)]
    for order in (rows, rows[::-1]):
        places = [make_place(row=number, **row) for number, row in enumerate(order, 2)]
        assert [bool(outcome.placed) for outcome in placed(places, applicants).outcomes] == [True, True]
