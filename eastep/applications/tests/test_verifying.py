"""A result is computed again and compared: whatever is planted in it, or in a sheet, comes out in words."""

import copy
import random
from dataclasses import replace
from decimal import Decimal

import pytest

from eastep.applications.eligibility import Waiver
from eastep.applications.placing import Move
from eastep.applications.records import inputs_hash, place_record
from eastep.applications.tests.factories import (
    KOREA,
    STANDARDS,
    make_applicant,
    make_choice,
    make_document,
    make_place,
    random_round,
    start_of,
)
from eastep.applications.verifying import NotAResult, is_same, verify

BOTH = (make_choice(), make_choice(host=KOREA))
PLACES = [
    make_place(places=2),
    make_place(row=3, host=KOREA, language="TOPIK 5"),
    make_place(row=4, host=KOREA, levels=(8,)),
]
APPLICANTS = [make_applicant(f"a{n}", score=Decimal(90 - n // 2), choices=BOTH) for n in range(6)]
SETTINGS = {
    "waivers": [Waiver(applicant="a4", choice=BOTH[1], code="language_below", reason="Taught in English.")],
    "moves": [Move(applicant="a5", row=2, reason="Kin.")],
    "changes": {"places": {"3": {"places": 2}}, "withdrawn": ["a0"]},
}


def result():
    return make_document(PLACES, APPLICANTS, **SETTINGS)


def differences(said, places=PLACES, applicants=APPLICANTS, standards=STANDARDS):
    return verify(said, places, applicants, standards=standards, start_of=start_of)


def codes(said, **given):
    return {one.code for one in differences(said, **given)}


def test_a_result_with_changes_waivers_and_moves_is_the_same():
    assert differences(result()) == []


@pytest.mark.parametrize("seed", range(15))
def test_neither_the_order_of_the_rows_nor_their_numbers_matter(seed):
    chance = random.Random(seed)
    places, applicants = random_round(seed)
    row = next((p.row for p in places if p.places and p.length == "term"), None)
    moves = [Move(applicant="a0", row=row, reason="x")]
    said = make_document(places, applicants, moves=moves, changes={"withdrawn": ["a1"]})
    turned = [
        replace(place, row=number) for number, place in enumerate(chance.sample(places, len(places)), 100)
    ]
    assert differences(said, turned, chance.sample(applicants, len(applicants))) == []


def planted(change):
    said = copy.deepcopy(result())
    change(said)
    return said


def of(said, number):
    return next(own for own in said["applicants"] if own["id"] == number)


def swap(said):
    order = said["applicants"]
    order[0], order[1] = order[1], order[0]


FAULTS = {
    "another seed": lambda said: said.update(seed="2028"),
    "another hash of places": lambda said: said["inputs"].update(places="0" * 64),
    "another hash of applicants": lambda said: said["inputs"].update(applicants="0" * 64),
    "a lottery number": lambda said: of(said, "a1").update(lottery="1"),
    "a position": lambda said: of(said, "a1").update(position=9),
    "a score": lambda said: of(said, "a1").update(score="99"),
    "a name": lambda said: of(said, "a1").update(name="somebody else"),
    "an outcome": lambda said: of(said, "a1").update(placed=2),
    "a row": lambda said: of(said, "a1").update(placed_row=3),
    "what the rule gave": lambda said: of(said, "a5").update(computed=None) or of(said, "a4").update(touched="gains"),
    "a verdict": lambda said: of(said, "a1")["choices"][0].update(code="full"),
    "an objection": lambda said: of(said, "a2")["choices"][1]["objections"].clear(),
    "what was waived": lambda said: of(said, "a4")["choices"][1]["waived"].clear(),
    "the reason of a waiver": lambda said: of(said, "a4")["choices"][1]["waived"][0].update(reason="?"),
    "what would be enough": lambda said: of(said, "a4")["choices"][0].update(enough="1"),
    "a full quota": lambda said: of(said, "a4")["choices"][0]["full"][0].update(places=9),
    "a choice too many": lambda said: of(said, "a1")["choices"].append(of(said, "a1")["choices"][0]),
    "an applicant left out": lambda said: said["applicants"].pop(),
    "an applicant twice": lambda said: said["applicants"].append(said["applicants"][0]),
    "the order": swap,
    "places taken": lambda said: said["places"][0].update(taken=1),
    "a cut-off": lambda said: said["places"][0].update(cutoff="1"),
    "whether it binds": lambda said: said["places"][0].update(binds=False),
    "the number of places": lambda said: said["places"][0].update(places=7),
    "what was changed": lambda said: said["places"][1]["was"].update(places=7),
    "a row of places left out": lambda said: said["places"].pop(),
    "a figure": lambda said: said["summary"].update(placed=99),
    "the balance": lambda said: said["summary"]["balance"]["countries"][0].update(there=99),
    "a change left out": lambda said: said["settings"]["changes"].pop("places"),
    "another change": lambda said: said["settings"]["changes"]["places"].update({"2": {"places": 9}}),
    "an impossible change": lambda said: said["settings"]["changes"]["places"].update({"77": {"places": 9}}),
    "somebody withdrawn": lambda said: said["settings"]["changes"]["withdrawn"].append("a1"),
    "a waiver left out": lambda said: said["settings"]["waivers"].clear(),
    "a move left out": lambda said: said["settings"]["moves"].clear(),
    "a move elsewhere": lambda said: said["settings"]["moves"][0].update(row=3),
    "an impossible move": lambda said: said["settings"]["moves"][0].update(row=99),
    "something unknown": lambda said: said.update(extra=1),
    "something unknown of an applicant": lambda said: of(said, "a1").update(extra=1),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_result_is_found_and_told(fault):
    found = differences(planted(FAULTS[fault]))
    assert found
    assert all(str(one) for one in found)


@pytest.mark.parametrize(
    ("places", "code"),
    [
        (PLACES[:2], "place_missing"),
        ([*PLACES, make_place(row=9, host=KOREA, fields=("01",))], "place_extra"),
        ([replace(PLACES[0], places=3), *PLACES[1:]], "place_changed"),
        ([PLACES[0], replace(PLACES[1], places=3), PLACES[2]], "place_changed"),  # which was changed, too
    ],
)
def test_another_sheet_of_places_is_told_with_its_rows(places, code):
    assert {"other_places", code} <= codes(result(), places=places)


@pytest.mark.parametrize(
    ("applicants", "code"),
    [
        (APPLICANTS[:5], "applicant_missing"),
        ([*APPLICANTS, make_applicant("zz")], "applicant_extra"),
        ([replace(APPLICANTS[1], score=Decimal(1)), *APPLICANTS[2:]], "applicant_changed"),
        ([replace(APPLICANTS[1], choices=BOTH[:1]), *APPLICANTS[2:]], "applicant_changed"),
    ],
)
def test_another_sheet_of_applicants_is_told_with_its_rows(applicants, code):
    assert {"other_applicants", code} <= codes(result(), applicants=applicants)


def test_a_withdrawn_applicant_of_another_score_is_told_by_the_hash():
    other = [replace(APPLICANTS[0], score=Decimal(1)), *APPLICANTS[1:]]
    assert codes(result(), applicants=other) == {"other_applicants"}


def test_a_result_that_agrees_with_itself_but_not_with_the_sheets_is_found():
    """Whoever changes a score and computes everything anew, hashes included, is caught by the sheet."""
    forged = make_document(PLACES, [replace(APPLICANTS[5], score=Decimal(99)), *APPLICANTS[:5]], **SETTINGS)
    assert {"other_applicants", "applicant_changed", "order"} <= codes(forged)


def test_other_standards_that_decide_otherwise_are_told_first():
    stricter = replace(STANDARDS, tests=tuple(replace(one, months=1) for one in STANDARDS.tests))
    places, renamed = [make_place(language="TOPIK 4")], [replace(APPLICANTS[0], name="x"), *APPLICANTS[1:]]
    found = differences(make_document(places, APPLICANTS), places, renamed, stricter)
    assert found[0].code == "other_standards"
    assert {"other_applicants", "choice"} <= {one.code for one in found}
    assert not is_same(found)


def test_a_test_that_nobody_has_taken_makes_other_standards_and_the_same_result():
    """As on the server of an office that has added one."""
    added = replace(STANDARDS.tests[0], code="LOCAL", names=("local",))
    found = differences(result(), standards=replace(STANDARDS, tests=(*STANDARDS.tests, added)))
    assert ([one.code for one in found], is_same(found)) == (["other_standards"], True)
    said = planted(lambda said: said.update(extra=1))
    found = differences(said, standards=replace(STANDARDS, tests=(*STANDARDS.tests, added)))
    assert ([one.code for one in found], is_same(found)) == (["other_standards", "other"], False)


def test_how_the_score_is_made_may_be_worded_otherwise():
    assert differences(planted(lambda said: said.update(scoring="GPA 60"))) == []
    assert differences(planted(lambda said: said.pop("scoring"))) == []


def test_the_sentences_name_what_differs():
    [difference] = differences(planted(lambda said: of(said, "a1").update(lottery="1")))
    assert str(difference).startswith(
        "The applicant a1: the lottery number is 1 in the result; the seed gives "
    )
    difference = differences(result(), places=[PLACES[0], replace(PLACES[1], places=3), PLACES[2]])[1]
    assert str(difference).startswith(
        "Row 3 of places: places is “3” in the sheet and “1” in the result (JP:"
    )


@pytest.mark.parametrize("said", [{}, [], {"format": 1}, {"format": 2}, {"format": 2, "inputs": {}}])
def test_what_is_no_result_is_refused(said):
    with pytest.raises(NotAResult):
        differences(said)


@pytest.mark.parametrize("name", ["code", "start"])
def test_a_waiver_that_nobody_can_give_is_no_result(name):
    values = {"code": "not_offered", "start": "soon"}
    said = planted(lambda said: said["settings"]["waivers"][0].update({name: values[name]}))
    with pytest.raises(NotAResult):
        differences(said)


def test_the_hash_is_the_one_of_the_records():
    assert result()["inputs"]["places"] == inputs_hash(map(place_record, PLACES))
