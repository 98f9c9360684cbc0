from decimal import Decimal

import pytest

from eastep.applications.placing import Move
from eastep.applications.report import About, document, stays
from eastep.applications.simulating import Impossible, check_changes, effects, simulate, touched
from eastep.applications.tests.factories import (
    KOREA,
    YONSEI,
    make_applicant,
    make_basis,
    make_choice,
    make_document,
    make_place,
    random_round,
)

BOTH = (make_choice(), make_choice(host=KOREA))


def basis():
    return make_basis(
        [make_place(places=1), make_place(row=3, host=KOREA, places=1)],
        [
            make_applicant(name, score=Decimal(score), choices=BOTH)
            for name, score in (("a", 90), ("b", 80), ("c", 70))
        ],
    )


def rows(result):
    return {outcome.applicant.id: outcome.placed and outcome.placed.row for outcome in result.outcomes}


def stay(row, choice, host=YONSEI):
    return {"row": row, "host": host, "start": "2027-spring", "length": "term", "choice": choice}


def test_without_changes_and_moves_it_is_the_placement_itself():
    done = simulate(basis(), seed="2027")
    assert done.adjusted is done.computed
    assert rows(done.computed) == {"a": 2, "b": 3, "c": None}


def test_more_places_for_one_row():
    done = simulate(basis(), seed="2027", changes={"places": {"2": {"places": 3}}})
    assert rows(done.computed) == {"a": 2, "b": 2, "c": 2}


def test_higher_requirements_for_one_row():
    asked = {"places": {"2": {"minimum_gpa": "3.5/4.0", "language": ""}, "3": {"language": "TOPIK 6"}}}
    done = simulate(basis(), seed="2027", changes=asked)
    assert rows(done.computed) == {"a": None, "b": None, "c": None}
    assert [[one.code for one in verdict.objections] for verdict in done.computed.outcomes[0].verdicts] == [
        ["gpa_below"],
        ["language_below"],
    ]


def test_withdrawn_applicants_are_not_there():
    done = simulate(basis(), seed="2027", changes={"withdrawn": ["a"]})
    assert rows(done.computed) == {"b": 2, "c": 3}


def test_moves_stand_beside_what_the_rule_gives():
    done = simulate(basis(), seed="2027", moves=[Move(applicant="c", row=2, reason="x")])
    assert (rows(done.computed), rows(done.adjusted)) == (
        {"a": 2, "b": 3, "c": None},
        {"a": 3, "b": None, "c": 2},
    )
    own = {one["id"]: (one["touched"], one["computed"]) for one in document(done, About())["applicants"]}
    assert own == {
        "a": ("loses", stay(2, 1)),
        "b": ("loses", stay(3, 2, KOREA)),
        "c": ("moved", None),
    }


@pytest.mark.parametrize(
    ("given", "checked"),
    [
        ({}, {}),
        ({"places": {}, "withdrawn": []}, {}),
        ({"places": {"2": {"places": 1}}}, {}),  # as it is
        ({"places": {"2": {"language": "토픽 4급"}}}, {"places": {"2": {"language": "TOPIK 4"}}}),
        ({"places": {"2": {"minimum_gpa": "２．８／４．０"}}}, {"places": {"2": {"minimum_gpa": "2.8/4.0"}}}),
        ({"withdrawn": ["b", "a", "b"]}, {"withdrawn": ["a", "b"]}),
    ],
)
def test_changes_have_one_spelling(given, checked):
    assert check_changes(given, basis()) == checked


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"seed": "1"}, "unknown_change", "“seed”"),
        ({"places": {"9": {"places": 1}}}, "no_such_row", "no row 9"),
        ({"places": {"2": {"host": YONSEI}}}, "unknown_field", "“host” of row 2"),
        ({"places": {"2": {"places": -1}}}, "not_a_number_of_places", "Row 2: “-1”"),
        ({"places": {"2": {"places": "3"}}}, "not_a_number_of_places", "Row 2: “3”"),
        ({"places": {"2": {"places": True}}}, "not_a_number_of_places", "Row 2: “True”"),
        ({"places": {"2": {"minimum_gpa": "good"}}}, "unreadable_minimum_gpa", "Row 2, minimum GPA: “good”"),
        ({"places": {"2": {"language": "JLPT N9"}}}, "unreadable_language", "Row 2, language requirement: "),
        ({"withdrawn": ["nobody"]}, "no_such_applicant", "no applicant nobody"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_row_and_field(given, code, words):
    with pytest.raises(Impossible) as refused:
        check_changes(given, basis())
    assert (refused.value.code, words in refused.value.sentence) == (code, True)


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        (
            [("a", 2), ("b", 2)],
            "More applicants were put by hand on row 2 than there are places in Spring 2027",
        ),
        ([("nobody", 2)], "The applicant nobody, who was moved by hand"),
        ([("a", 7)], "There is no row 7"),
        ([("a", 2), ("a", 3)], "The applicant a was moved twice"),
    ],
)
def test_moves_that_cannot_be_are_refused_with_a_sentence(moves, words):
    with pytest.raises(Impossible) as refused:
        simulate(basis(), seed="1", moves=[Move(applicant=one, row=row, reason="x") for one, row in moves])
    assert refused.value.sentence.startswith(words)


def test_who_is_withdrawn_in_the_simulation_cannot_be_moved_in_it():
    with pytest.raises(Impossible, match="unknown_applicant"):
        simulate(
            basis(), seed="1", changes={"withdrawn": ["a"]}, moves=[Move(applicant="a", row=2, reason="x")]
        )


def test_effects_are_who_goes_elsewhere():
    before = {"a": stay(2, 1), "b": stay(3, 2, KOREA), "c": None, "gone": stay(2, 1)}
    after = {"a": stay(2, 1), "b": None, "c": stay(3, 2, KOREA), "new": None}
    assert effects(before, after) == [
        {"applicant": "b", "from": stay(3, 2, KOREA), "to": None},
        {"applicant": "c", "from": None, "to": stay(3, 2, KOREA)},
        {"applicant": "gone", "from": stay(2, 1), "to": None},
    ]


@pytest.mark.parametrize(
    ("computed", "adjusted", "expected"),
    [
        (None, None, ""),
        (stay(2, 1), stay(2, 1), ""),
        (None, stay(2, 3), "gains"),
        (stay(2, 3), None, "loses"),
        (stay(3, 2), stay(2, 1), "gains"),
        (stay(2, 1), stay(3, 2), "loses"),
        (stay(2, 1), stay(4, 1), "changes"),  # another row of the same choice
    ],
)
def test_what_the_moves_of_others_did(computed, adjusted, expected):
    assert touched(computed, adjusted) == expected


@pytest.mark.parametrize("seed", range(10))
def test_touched_and_effects_tell_of_the_same_people(seed):
    places, applicants = random_round(seed)
    free = next((place.row for place in places if place.places), None)
    if free is None:
        return
    move = Move(applicant=applicants[0].id, row=free, reason="x")
    computed = make_document(places, applicants)
    adjusted = make_document(places, applicants, moves=[move])
    told = {one["applicant"] for one in effects(stays(computed), stays(adjusted))} - {move.applicant}
    assert told == {one["id"] for one in adjusted["applicants"] if one["touched"] not in ("", "moved")}
    assert {own["id"]: own["computed"] for own in adjusted["applicants"]} == stays(computed)
