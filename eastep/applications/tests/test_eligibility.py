from datetime import date
from decimal import Decimal

import pytest

from eastep.applications.eligibility import WAIVABLE, Waiver, judge, objections
from eastep.applications.reasons import OBJECTIONS
from eastep.applications.tests.factories import (
    KOREA,
    STANDARDS,
    make_applicant,
    make_choice,
    make_place,
    start_of,
)
from eastep.standards.gpa import Gpa
from eastep.standards.languages import REASONS


def codes(applicant, place, on=date(2027, 3, 2)):
    return [one.code for one in objections(applicant, place, STANDARDS, starts_on=on)]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({}, []),
        ({"fields": ("03",)}, []),  # 0311 lies in 03
        ({"fields": ("04", "0311")}, []),
        ({"fields": ("04",)}, ["field"]),
        ({"levels": (6, 7)}, []),
        ({"levels": (7,)}, ["level"]),
        ({"minimum_gpa": Gpa(Decimal("3.2"), "4.0")}, []),
        ({"minimum_gpa": Gpa(Decimal("3.21"), "4.0")}, ["gpa_below"]),
        ({"minimum_gpa": Gpa(Decimal("2.0"), "4.3")}, ["gpa_not_comparable"]),
        ({"language": "TOPIK 4 / TOEFL iBT 80"}, []),
        ({"language": "TOPIK 5"}, ["language_below"]),
        ({"language": "JLPT N2"}, ["language_missing"]),
        ({"fields": ("04",), "levels": (7,), "language": "TOPIK 6"}, ["field", "level", "language_below"]),
    ],
)
def test_what_speaks_against_an_applicant(place, expected):
    assert codes(make_applicant(), make_place(**place)) == expected


def test_no_gpa_is_not_a_low_gpa():
    place = make_place(minimum_gpa=Gpa(Decimal(2), "4.0"))
    assert codes(make_applicant(gpa=None), place) == ["gpa_missing"]


def test_a_language_result_must_be_valid_on_the_first_day_of_the_term():
    applicant = make_applicant(languages="TOPIK 4 2025-04-12")  # valid for two years
    place = make_place(language="TOPIK 4")
    assert codes(applicant, place, on=date(2027, 3, 2)) == []
    assert codes(applicant, place, on=date(2027, 9, 1)) == ["language_expired"]


def test_the_row_with_the_most_specific_field_is_used_first():
    general, social, economics = (
        make_place(row=2),
        make_place(row=3, fields=("03",)),
        make_place(row=4, fields=("0311",)),
    )
    other = make_place(row=5, fields=("06",))
    offered = {(general.home, make_choice()): [general, other, social, economics]}
    judged = judge(make_applicant(), make_choice(), offered, standards=STANDARDS, start_of=start_of)
    assert ([place.row for place in judged.rows], judged.against) == ([4, 3, 2], ())


def test_the_row_that_comes_nearest_tells_what_is_missing():
    far = make_place(row=2, levels=(8,), language="TOPIK 6")
    near = make_place(row=3, language="TOPIK 5")
    offered = {(far.home, make_choice()): [far, near]}
    judged = judge(make_applicant(), make_choice(), offered, standards=STANDARDS, start_of=start_of)
    assert (judged.rows, [one.code for one in judged.against]) == ((), ["language_below"])
    assert judged.against[0].facts == {"asked": "TOPIK 5", "own": "TOPIK 4 2026-04-12", "on": "2027-03-01"}


def test_a_host_without_places_for_this_home_is_said_so():
    judged = judge(make_applicant(), make_choice(host=KOREA), {}, standards=STANDARDS, start_of=start_of)
    assert (judged.rows, [one.code for one in judged.against]) == ((), ["not_offered"])


def test_a_language_result_from_after_the_first_day_does_not_count_yet():
    applicant = make_applicant(languages="TOPIK 4 2027-05-28")
    assert codes(applicant, make_place(language="TOPIK 4")) == ["language_not_yet"]


@pytest.mark.parametrize(
    ("own", "asked", "expected"),
    [
        ("Native Japanese", "JLPT N1", []),
        ("Native Japanese", "TOPIK 4 / JPT 800", []),  # one alternative in the language is enough
        ("Native Japanese", "TOPIK 4 / TOEIC 800", ["language_missing"]),
        ("Native Korean", "TOPIK 6 / Native English", []),
        ("Native English", "Native Korean", ["language_missing"]),
        ("Native Japanese", "Teacher's certificate", ["language_missing"]),  # of which language, nobody knows
        ("Native Japanese 2027-03-05", "JLPT N1", ["language_not_yet"]),
        ("JLPT N1 2020-07-05", "Native Japanese", ["language_missing"]),
    ],
)
def test_a_native_speaker_needs_no_test_of_the_language(own, asked, expected):
    assert codes(make_applicant(languages=own), make_place(language=asked)) == expected


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("Teacher's certificate", []),
        ("Teacher's certificate 2026-10-01", []),
        ("Teacher's certificate 2027-03-02", []),  # the first day of the term itself
        ("Teacher's certificate 2027-03-03", ["language_not_yet"]),
        ("TOPIK 3 2026-04-12", ["language_below"]),
        ("TOPIK 4 2024-04-12", ["language_expired"]),
        ("TOPIK 4 2024-04-12; 교사 추천서", []),  # the test has expired, the teacher's word has not
        ("", ["language_missing"]),
    ],
)
def test_one_test_or_another_or_the_word_of_a_teacher(own, expected):
    asked = "TOPIK 4 / TOEFL iBT 80 or teacher's certificate"
    assert codes(make_applicant(languages=own), make_place(language=asked)) == expected


def judged(place, *waived, **given):
    waivers = {code: f"because of {code}" for code in waived}
    return judge(
        make_applicant(**given),
        make_choice(),
        {(place.home, make_choice()): [place]},
        standards=STANDARDS,
        start_of=start_of,
        waivers=waivers,
    )


def test_a_waived_objection_opens_the_place_and_stays_in_sight():
    found = judged(make_place(language="TOPIK 6"), "language_below")
    assert ([place.row for place in found.rows], found.against) == ([2], ())
    assert [(w.objection.code, w.reason) for w in found.waived[2]] == [
        ("language_below", "because of language_below")
    ]


def test_what_is_not_waived_still_closes():
    found = judged(make_place(language="TOPIK 6", levels=(7,)), "language_below", "gpa_below")
    assert (found.rows, [one.code for one in found.against]) == ((), ["level"])
    assert [one.objection.code for one in found.waived[2]] == ["language_below"]


def test_a_place_that_does_not_exist_cannot_be_waived_into_being():
    with pytest.raises(ValueError, match="not_offered cannot be waived"):
        Waiver(applicant="a", choice=make_choice(), code="not_offered", reason="please")


def test_every_objection_has_its_sentence():
    ours = {"not_offered", "field", "level", "gpa_missing", "gpa_below", "gpa_not_comparable"}
    assert set(OBJECTIONS) == ours | set(REASONS)
    assert {"not_offered"} == set(OBJECTIONS) - WAIVABLE
