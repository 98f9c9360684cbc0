"""Moves by hand, what would have been enough, and the figures of an option: each against brute force."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from eastep.applications.eligibility import Waiver
from eastep.applications.placing import BY_HAND, CannotMove, Full, Move, TooManyMoved
from eastep.applications.tests.factories import (
    AUTUMN,
    KOREA,
    KYOTO,
    SPRING,
    make_applicant,
    make_choice,
    make_place,
    placed,
    random_round,
    where,
)

HALF = Decimal("0.5")
SEEDS = range(16)
BOTH = (make_choice(), make_choice(host=KOREA))


def by_id(result):
    return {outcome.applicant.id: outcome for outcome in result.outcomes}


def codes(outcome):
    return [(verdict.number, verdict.code, verdict.row) for verdict in outcome.verdicts]


def move(applicant, row, reason="A sibling studies there."):
    return Move(applicant=applicant, row=row, reason=reason)


# Waivers


def test_a_waiver_lets_one_applicant_in_at_one_choice_and_says_so():
    places = [
        make_place(language="TOPIK 5", places=2),
        make_place(row=3, host=KOREA, language="TOPIK 5", places=2),
    ]
    waiver = Waiver(applicant="a", choice=BOTH[1], code="language_below", reason="Taught in English.")
    result = placed(
        places, [make_applicant("a", choices=BOTH), make_applicant("b", choices=BOTH)], waivers=[waiver]
    )
    assert codes(by_id(result)["a"]) == [(1, "ineligible", None), (2, "placed", 3)]
    assert codes(by_id(result)["b"]) == [(1, "ineligible", None), (2, "ineligible", None)]
    [waived] = by_id(result)["a"].verdicts[1].waived
    assert (waived.objection.code, waived.objection.facts["asked"], waived.reason) == (
        "language_below",
        "TOPIK 5",
        "Taught in English.",
    )


def test_a_waiver_stays_in_sight_where_the_choice_was_full():
    waiver = Waiver(applicant="a", choice=BOTH[0], code="language_below", reason="Taught in English.")
    result = placed([make_place(language="TOPIK 5", places=0)], [make_applicant()], waivers=[waiver])
    [verdict] = result.outcomes[0].verdicts
    assert (verdict.code, [one.reason for one in verdict.waived]) == ("full", ["Taught in English."])


# Moves


def test_who_is_moved_holds_the_place_first_and_the_rule_gives_the_rest():
    places = [make_place(), make_place(row=3, host=KOREA)]
    applicants = [
        make_applicant("a", score=Decimal(90), choices=BOTH),
        make_applicant("b", score=Decimal(80), choices=BOTH),
        make_applicant("c", score=Decimal(70), choices=BOTH),
    ]
    result = placed(places, applicants, moves=[move("c", 2)])
    assert {name: met and met[0] for name, met in where(result).items()} == {
        "a": KOREA, "b": None, "c": places[0].host,
    }  # fmt: skip
    assert codes(by_id(result)["c"]) == [(1, "moved", 2), (2, "not_needed", None)]
    assert by_id(result)["c"].move == move("c", 2)
    assert by_id(result)["a"].verdicts[0].full == (
        Full(row=2, term="2027-spring", places=1, score=None, lottery=None, by_hand=1),
    )
    assert [verdict.enough for verdict in by_id(result)["b"].verdicts] == [None, Decimal(90)]


def test_a_row_that_is_not_on_the_list_is_an_entry_of_its_own_and_the_objections_are_told():
    places = [make_place(), make_place(row=3, host=KOREA, language="TOPIK 6", levels=(7,))]
    result = placed(places, [make_applicant()], moves=[move("a", 3)])
    [listed, extra] = result.outcomes[0].verdicts
    assert (listed.code, extra.number, extra.code, extra.row) == ("not_needed", BY_HAND, "moved", 3)
    assert [one.code for one in extra.objections] == ["level", "language_below"]
    assert result.outcomes[0].placed == extra


def test_places_of_another_home_can_be_given_too_and_this_is_told():
    result = placed([make_place(home=KYOTO)], [make_applicant()], moves=[move("a", 2)])
    [verdict] = result.outcomes[0].verdicts
    assert (verdict.code, [one.code for one in verdict.objections]) == ("moved", ["not_offered"])


def test_left_without_a_place_by_hand():
    result = placed(
        [make_place()], [make_applicant("a"), make_applicant("b", score=Decimal(1))], moves=[move("a", None)]
    )
    assert where(result) == {"a": None, "b": (make_choice().host, "2027-spring", "term")}
    assert codes(by_id(result)["a"]) == [(1, "not_needed", None)]


def test_a_year_by_hand_takes_both_terms():
    places = [make_place(row=2), make_place(row=3, start=AUTUMN), make_place(row=4, length="year")]
    applicants = [
        make_applicant("year"),
        make_applicant("spring", score=Decimal(99)),
        make_applicant("autumn", score=Decimal(98), choices=(make_choice(start=AUTUMN),)),
    ]
    assert where(placed(places, applicants, moves=[move("year", 4)])) == {
        "year": (make_choice().host, "2027-spring", "year"),
        "spring": None,
        "autumn": None,
    }


@pytest.mark.parametrize(
    ("moves", "code", "facts"),
    [
        ([move("nobody", 2)], "unknown_applicant", {"applicant": "nobody"}),
        ([move("a", 99)], "unknown_row", {"applicant": "a", "row": 99}),
        ([move("a", 2), move("a", None)], "moved_twice", {"applicant": "a"}),
        ([move("a", 2), move("b", 2)], "too_many_moved", {"row": 2, "places": 1, "term": "2027-spring"}),
        ([move("a", 4), move("b", 2)], "too_many_moved", {"row": 2, "places": 1, "term": "2027-spring"}),
        ([move("a", 4), move("b", 4)], "too_many_moved", {"row": 4, "places": 1, "term": "2027-spring"}),
    ],
)
def test_a_move_that_cannot_be_is_refused_with_its_facts(moves, code, facts):
    places = [make_place(row=2), make_place(row=3, start=AUTUMN, places=9), make_place(row=4, length="year")]
    with pytest.raises(CannotMove) as refused:
        placed(places, [make_applicant("a"), make_applicant("b")], moves=moves)
    assert (refused.value.code, refused.value.facts) == (code, facts)
    assert isinstance(refused.value, ValueError)
    assert isinstance(refused.value, TooManyMoved) == (code == "too_many_moved")


@pytest.mark.parametrize("seed", SEEDS)
def test_moved_applicants_apart_everybody_is_placed_as_if_these_places_did_not_exist(seed):
    """Brute force: take the moved and the terms that they stay out of the round by hand, and place the others."""
    places, applicants = random_round(seed)
    places = [place for place in places if place.length == "term"]
    if not places:
        return
    chance = random.Random(seed)
    moves, left = [], {place.row: place.places for place in places}
    for applicant in chance.sample(applicants, 4):
        row = chance.choice([None, *left])
        if row is None or left[row]:
            moves.append(move(applicant.id, row))
            left[row] = left.get(row, 1) - 1
    moved = {one.applicant: one.row for one in moves}
    adjusted = placed(places, applicants, moves=moves)
    fewer = [replace(place, places=left[place.row]) for place in places]
    others = placed(fewer, [one for one in applicants if one.id not in moved])
    rows = {o.applicant.id: o.placed.row if o.placed else None for o in adjusted.outcomes}
    assert rows == {o.applicant.id: o.placed.row if o.placed else None for o in others.outcomes} | moved


def test_moves_onto_what_the_rule_gives_anyway_change_nothing():
    for seed in SEEDS:
        places, applicants = random_round(seed)
        computed = placed(places, applicants)
        same = [move(o.applicant.id, o.placed.row) for o in computed.outcomes if o.placed]
        assert where(placed(places, applicants, moves=same)) == where(computed)


# What would have been enough


@pytest.mark.parametrize("seed", SEEDS)
def test_what_would_have_been_enough_is_enough_and_nothing_less(seed):
    """Brute force: the round is placed again with every other score that could make a difference."""
    places, applicants = random_round(seed, applicants=10, scores=5)
    moves = []
    if seed % 2 and places[0].places:
        moves = [move(applicants[-1].id, places[0].row)]
    result = placed(places, applicants, moves=moves)
    moved = {one.applicant for one in moves}
    possible = [Decimal(step) / 2 for step in range(14)]  # every whole score, and between any two
    for index, applicant in enumerate(applicants):
        for verdict in by_id(result)[applicant.id].verdicts:
            if verdict.code != "full" or applicant.id in moved:
                continue
            got_in = []
            for score in possible:
                alone = replace(applicant, score=score, choices=(verdict.choice,))
                others = [*applicants[:index], alone, *applicants[index + 1 :]]
                got_in.append(bool(by_id(placed(places, others, moves=moves))[applicant.id].placed))
            told = verdict.enough
            if told is not None and not verdict.enough_equal:
                told += HALF
            assert told == (possible[got_in.index(True)] if any(got_in) else None), (
                applicant.id,
                verdict.number,
            )


def test_no_score_is_enough_where_there_are_no_places():
    [verdict] = placed([make_place(places=0)], [make_applicant()]).outcomes[0].verdicts
    assert (verdict.code, verdict.enough, verdict.enough_equal) == ("full", None, False)


# The figures of an option


@pytest.mark.parametrize("seed", SEEDS)
def test_the_figures_of_an_option_are_what_a_new_applicant_would_meet(seed):
    """Brute force: an applicant who is eligible everywhere and wishes for one row alone tries every score."""
    places, applicants = random_round(seed)
    places = [replace(place, levels=(), row=row) for row, place in enumerate(_one_row_a_wish(places), 2)]
    result = placed(places, applicants)
    for used in result.used:
        wish = make_choice(host=used.place.host, start=used.place.start, length=used.place.length)
        got_in = []
        for step in range(15):
            other = make_applicant(
                "zz", score=Decimal(step) / 2, choices=(wish,), languages="TOPIK 6 2026-04-12"
            )
            got_in.append(bool(by_id(placed(places, [*applicants, other]))["zz"].placed))
        assert used.is_full == (not got_in[0])
        if used.cutoff is None:
            assert len(set(got_in)) == 1  # open to everybody, or to nobody at all
        else:
            least = Decimal(got_in.index(True)) / 2
            assert used.cutoff <= least <= used.cutoff + HALF
        assert used.taken == sum(
            used.place.start in seasons and used.place.host == outcome.placed.choice.host
            if used.place.length == "term"
            else used.place.row == outcome.placed.row
            for outcome in result.outcomes
            if outcome.placed
            for seasons in [_seasons(outcome.placed.choice)]
        )


def _seasons(choice):
    return [choice.start, choice.start.next][: 2 if choice.length == "year" else 1]


def _one_row_a_wish(places):
    return {(place.host, place.start, place.length): place for place in places}.values()


@pytest.mark.parametrize("seed", SEEDS)
def test_who_was_refused_at_a_row(seed):
    """A row was refused to those who could use it, wanted it more than what they got, and did not get it."""
    places, applicants = random_round(seed)
    places = [replace(place, levels=(), row=row) for row, place in enumerate(_one_row_a_wish(places), 2)]
    result = placed(places, applicants)
    for used in result.used:
        refused = [
            outcome.applicant.score
            for outcome in result.outcomes
            for verdict in outcome.verdicts
            if verdict.code == "full"
            and (verdict.choice.host, verdict.choice.start, verdict.choice.length)
            == (used.place.host, used.place.start, used.place.length)
        ]
        assert (used.refused, used.highest_refused) == (len(refused), max(refused, default=None))
        if used.cutoff is not None and refused:
            assert used.cutoff >= used.highest_refused


@pytest.mark.parametrize("seed", SEEDS)
def test_a_number_of_places_that_does_not_bind_could_be_larger_without_any_effect(seed):
    places, applicants = random_round(seed)
    result = placed(places, applicants)
    for used in result.used:
        more = [replace(place, places=50) if place is used.place else place for place in places]
        alone = [
            p for p in places if (p.host, p.levels, p.length) == (used.place.host, used.place.levels, "term")
        ]
        if not used.binds and (used.place.length == "term" or len(alone) == 2):
            assert where(placed(more, applicants)) == where(result)


def test_a_row_that_was_given_by_hand_counts_it_and_has_no_cutoff():
    [used] = placed([make_place()], [make_applicant("a"), make_applicant("b")], moves=[move("a", 2)]).used
    assert (used.taken, used.by_hand, used.is_full, used.cutoff, used.among) == (1, 1, True, None, 0)
    assert (used.refused, used.highest_refused, used.binds) == (1, Decimal(80), True)
    assert used.place.start == SPRING
