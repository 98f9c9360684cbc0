"""What a student sees: the scores of others never come out where few enough got in that it could be told whose."""

from dataclasses import replace
from decimal import Decimal

import pytest

from eastep.applications import reasons
from eastep.applications.eligibility import Waiver
from eastep.applications.placing import Move
from eastep.applications.showing import shown
from eastep.applications.tests.factories import (
    KOREA,
    make_applicant,
    make_choice,
    make_document,
    make_place,
    random_round,
)

BOTH = (make_choice(), make_choice(host=KOREA))


def seen_by(result, number, students_see="cutoffs", minimum_cell=3):
    own = next(one for one in result["applicants"] if one["id"] == number)
    options = {row["row"]: row for row in result["places"]}
    return shown(own, options, students_see=students_see, minimum_cell=minimum_cell)


def told(seen):
    return [reasons.for_student(choice) for choice in seen["choices"]]


def crowd(places=3, last="81.5"):
    """Four applicants for *places*, the last of whom to get in has the score *last*."""
    scores = ["95", "90", last, "70"]
    applicants = [make_applicant(f"a{n}", score=Decimal(score)) for n, score in enumerate(scores)]
    return make_document([make_place(places=places)], applicants)


def test_a_cutoff_is_shown_where_enough_got_in():
    seen = seen_by(crowd(), "a3")
    assert [(one["cutoff"], one["enough"]) for one in seen["choices"]] == [("81.5", False)]
    assert told(seen) == [
        ["All places are taken. The last one went to the score 81.5; the applicant's score is 70."]
    ]


@pytest.mark.parametrize(
    ("students_see", "minimum_cell"), [("enough", 1), ("enough", 3), ("cutoffs", 4), ("cutoffs", 100)]
)
def test_below_the_cell_or_without_the_switch_only_that_it_was_not_enough(students_see, minimum_cell):
    seen = seen_by(crowd(), "a3", students_see, minimum_cell)
    assert [(one["cutoff"], one["enough"]) for one in seen["choices"]] == [(None, False)]
    assert told(seen) == [
        ["All places are taken. The applicant's score, 70, was not enough for this choice."]
    ]
    assert "81.5" not in str(seen)


def test_equal_scores_are_said_to_be_decided_by_the_lottery_only_where_the_cutoff_is_shown():
    result = make_document([make_place(places=3)], [make_applicant(f"a{n}") for n in range(4)])
    last = result["applicants"][-1]["id"]
    assert told(seen_by(result, last)) == [
        [
            "All places are taken. The last one went to the score 80, which is the applicant's too; the lottery decided."
        ]
    ]
    assert told(seen_by(result, last, minimum_cell=4)) == [
        ["All places are taken. The applicant's score, 80, was not enough for this choice."]
    ]


def test_who_got_in_by_hand_does_not_count_for_the_cell():
    applicants = [make_applicant(f"a{n}", score=Decimal(90 - n)) for n in range(4)]
    result = make_document(
        [make_place(places=3)], applicants, moves=[Move(applicant="a3", row=2, reason="kin")]
    )
    assert seen_by(result, "a2", minimum_cell=2)["choices"][0]["cutoff"] == "89"
    assert seen_by(result, "a2", minimum_cell=3)["choices"][0]["cutoff"] is None


def test_the_reasons_of_officers_are_not_shown():
    waiver = Waiver(applicant="a", choice=BOTH[0], code="language_below", reason="secret one")
    result = make_document(
        [make_place(language="TOPIK 5"), make_place(row=3, host=KOREA)],
        [make_applicant("a", choices=BOTH), make_applicant("b")],
        waivers=[waiver],
        moves=[Move(applicant="b", row=3, reason="secret two")],
    )
    assert "secret" not in str(seen_by(result, "a")) + str(seen_by(result, "b"))
    assert told(seen_by(result, "a")) == [
        [
            "The applicant is placed here.",
            "The office does not insist on this: Asked is TOPIK 5; the results do not reach it (TOPIK 4 2026-04-12).",
        ],
        ["Not looked at, because a better choice was met."],
    ]
    assert told(seen_by(result, "b")) == [
        ["Asked is TOPIK 5; the results do not reach it (TOPIK 4 2026-04-12)."],
        ["The applicant is placed here by decision of the office."],
    ]


def test_there_may_be_no_places_at_all():
    assert told(seen_by(make_document([make_place(places=0)], [make_applicant()]), "a")) == [
        ["There are no places."]
    ]


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("students_see", ["enough", "cutoffs"])
def test_no_score_of_another_and_no_lottery_number_comes_out_of_a_small_round(seed, students_see):
    """Every applicant gets a score that tells who it is; fewer get in anywhere than the cell asks for."""
    places, applicants = random_round(seed, applicants=12)
    applicants = [replace(one, score=Decimal(7_000_001 + 13 * n)) for n, one in enumerate(applicants)]
    result = make_document(places, applicants)
    secrets = {own["id"]: {own["score"], own["lottery"]} for own in result["applicants"]}
    for own in result["applicants"]:
        text = str(seen_by(result, own["id"], students_see, minimum_cell=7))
        assert not [
            number
            for number, hidden in secrets.items()
            if number != own["id"] and any(one in text for one in hidden)
        ]
