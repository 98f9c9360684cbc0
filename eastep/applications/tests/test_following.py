"""What a frozen round leaves: by hand, and against a plain recount over random small rounds."""

from collections import Counter
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eastep.applications.following import Left, left_by_row, places_left, rule_after
from eastep.applications.tests.factories import (
    AUTUMN,
    KOREA,
    SPRING,
    WASEDA,
    YONSEI,
    make_applicant,
    make_choice,
    make_place,
    placed,
    random_round,
)


def test_what_is_left_counts_a_year_in_both_terms():
    """Hand-calculated: 3 + 1 in the spring, 2 in the autumn, 2 years. Two in spring and one for the year stay."""
    places = [
        make_place(row=2, places=3, carried=1),
        make_place(row=3, start=AUTUMN, places=2),
        make_place(row=4, length="year", places=2),
    ]
    assert left_by_row(places, [2, 2, 4]) == {2: Left(1, 1), 3: Left(1, 1), 4: Left(1, 1)}
    assert left_by_row(places, [2, 2, 2, 4]) == {2: Left(0, 0), 3: Left(1, 1), 4: Left(1, 0)}
    assert [(one.row, one.places, one.carried) for one in places_left(places, [2, 2, 4])] == [
        (2, 1, 0),
        (3, 1, 0),
        (4, 1, 0),
    ]


def test_where_no_row_names_a_term_the_year_rows_leave_what_they_bring():
    """Two rows of year stays meet in the autumn of 2027, which has no row: 2 + 1 may be there."""
    places = [
        make_place(row=2, length="year", places=2),
        make_place(row=3, start=AUTUMN, length="year", places=1),
    ]
    left = places_left(places, [2, 3])
    assert [one.places for one in left] == [1, 0]
    assert left_by_row(left, []) == {2: Left(1, 1), 3: Left(0, 0)}


EXCHANGE = {
    "mechanism": "balanced_exchange",
    "unit": "institution",
    "tolerance": 1,
    "carried": {WASEDA: 2, YONSEI: -2},
}


@pytest.mark.parametrize(
    ("stays", "carried"),
    [
        ([], {WASEDA: 2, YONSEI: -2}),
        ([(WASEDA, YONSEI)], {WASEDA: 3, YONSEI: -3}),
        ([(YONSEI, WASEDA)] * 2, {}),
        ([(YONSEI, WASEDA)] * 2 + [(WASEDA, KOREA)], {KOREA: -1, WASEDA: 1}),
    ],
)
def test_the_balance_moves_on_with_the_stays_that_stand(stays, carried):
    assert rule_after(EXCHANGE, stays) == {**EXCHANGE, "carried": carried}
    assert rule_after({}, stays) == {}


# Against a plain recount

SEASONS = [SPRING, AUTUMN, AUTUMN.next]


def present(places, stays):
    """How many are at each place of a term, and how many stay the year on each row, counted one by one."""
    row = {place.row: place for place in places}
    there, years = Counter(), Counter()
    for number in stays:
        place = row[number]
        terms = [place.start, place.start.next] if place.length == "year" else [place.start]
        there.update((place.host, place.levels, term) for term in terms)
        years.update([number] if place.length == "year" else [])
    return there, years


def exceeded(places, stays):
    """Every number of the sheet that *stays* exceed, by what the sheet says (docs/sheets.md)."""
    there, years = present(places, stays)
    found = [
        place
        for place in places
        if place.length == "year" and years[place.row] > max(0, place.places + place.carried)
    ]
    for (host, levels, term), count in there.items():
        alike = [place for place in places if (place.host, place.levels) == (host, levels)]
        own = [place for place in alike if place.length == "term" and place.start == term]
        brings = [
            place for place in alike if place.length == "year" and term in (place.start, place.start.next)
        ]
        if count > sum(max(0, place.places + place.carried) for place in own or brings):
            found.append((host, levels, term))
    return found


def one_after_the_other(places, people, order, before):
    """Serve *people* in *order*, each with the first choice that fits beside those who are there *before*."""
    held, got = list(before), {}
    for number in order:
        for choice in people[number].choices:
            fits = [
                place.row
                for place in sorted(places, key=lambda place: -len(place.levels))
                if (place.host, place.start, place.length) == (choice.host, choice.start, choice.length)
                and (not place.levels or people[number].level in place.levels)
                and not exceeded(places, [*held, place.row])
            ]
            if fits:
                got[number] = fits[0]
                held.append(fits[0])
                break
    return got


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9))
def test_a_second_round_moves_nobody_who_keeps_a_place_and_serves_the_waiting_lists_in_order(seed):
    chance = Random(seed)
    places, applicants = random_round(seed, applicants=12)
    places = [
        make_place(
            row=place.row, host=place.host, start=place.start, length=place.length, levels=place.levels,
            places=place.places, carried=chance.choice([0, 0, 1, -1]),
        )
        for place in places
    ]  # fmt: skip
    first = placed(places, applicants)
    rows = {
        outcome.applicant.id: outcome.placed.row if outcome.placed else None for outcome in first.outcomes
    }
    declined = {number for number, row in rows.items() if row and chance.random() < 0.4}
    kept = [row for number, row in rows.items() if row and number not in declined]
    without = [one for one in applicants if rows[one.id] is None]
    assert exceeded(places, [row for row in rows.values() if row]) == []

    second = placed(places_left(places, kept), without)
    moved_up = {outcome.applicant.id: outcome.placed.row for outcome in second.outcomes if outcome.placed}
    # nobody who kept a place is in it, and both together fit the numbers of the first round
    assert set(moved_up) <= {one.id for one in without}
    assert exceeded(places, [*kept, *moved_up.values()]) == []
    # they are who comes first, one after the other, by score and the same lottery
    order = [outcome.applicant.id for outcome in first.outcomes if rows[outcome.applicant.id] is None]
    assert [outcome.applicant.id for outcome in second.outcomes] == order
    people = {one.id: one for one in applicants}
    assert moved_up == one_after_the_other(places, people, order, kept)
    # nobody is passed over on a waiting list, but by who got something at least as good to them
    for outcome in first.outcomes:
        if rows[outcome.applicant.id] is not None:
            continue
        got = moved_up.get(outcome.applicant.id)
        for verdict in outcome.verdicts:
            if got is not None and got in {full.row for full in verdict.full}:
                break
            later = order[order.index(outcome.applicant.id) + 1 :]
            for full in verdict.full:
                assert full.row not in {moved_up.get(one) for one in later}


def test_those_who_move_up_are_the_first_of_the_waiting_list():
    """Hand-calculated: two places, five applicants, one declines: the third by score gets it."""
    people = [
        make_applicant(name, score=Decimal(score))
        for name, score in zip("abcde", (90, 80, 70, 60, 50), strict=True)
    ]
    places = [make_place(places=2)]
    first = placed(places, people)
    assert [outcome.applicant.id for outcome in first.outcomes if outcome.placed] == ["a", "b"]
    second = placed(places_left(places, [2]), people[2:])
    assert [outcome.applicant.id for outcome in second.outcomes if outcome.placed] == ["c"]


def test_a_year_that_is_declined_frees_both_terms():
    """Hand-calculated: one place in each term and one year. The year is declined; spring and autumn go to two others."""
    places = [make_place(row=2), make_place(row=3, start=AUTUMN), make_place(row=4, length="year")]
    people = [
        make_applicant("y", score=Decimal(90), choices=(make_choice(length="year"),)),
        make_applicant("s", score=Decimal(80), choices=(make_choice(),)),
        make_applicant("t", score=Decimal(70), choices=(make_choice(start=AUTUMN),)),
    ]
    assert [bool(outcome.placed) for outcome in placed(places, people).outcomes] == [True, False, False]
    second = placed(places_left(places, []), people[1:])
    assert [outcome.placed.row for outcome in second.outcomes] == [2, 3]
