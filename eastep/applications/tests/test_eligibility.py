from datetime import date
from decimal import Decimal

import pytest

from eastep.applications.eligibility import objections, rows_for
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
    rows, against = rows_for(make_applicant(), make_choice(), offered, STANDARDS, start_of)
    assert ([row.row for row in rows], against) == ([4, 3, 2], ())


def test_the_row_that_comes_nearest_tells_what_is_missing():
    far = make_place(row=2, levels=(8,), language="TOPIK 6")
    near = make_place(row=3, language="TOPIK 5")
    offered = {(far.home, make_choice()): [far, near]}
    rows, against = rows_for(make_applicant(), make_choice(), offered, STANDARDS, start_of)
    assert (rows, [one.code for one in against]) == ([], ["language_below"])
    assert against[0].facts == {"asked": "TOPIK 5", "own": "TOPIK 4 2026-04-12", "on": "2027-03-01"}


def test_a_host_without_places_for_this_home_is_said_so():
    rows, against = rows_for(make_applicant(), make_choice(host=KOREA), {}, STANDARDS, start_of)
    assert (rows, [one.code for one in against]) == ([], ["not_offered"])


def test_a_language_result_from_after_the_first_day_does_not_count_yet():
    applicant = make_applicant(languages="TOPIK 4 2027-05-28")
    assert codes(applicant, make_place(language="TOPIK 4")) == ["language_not_yet"]


def test_every_objection_has_its_sentence():
    ours = {"not_offered", "field", "level", "gpa_missing", "gpa_below", "gpa_not_comparable"}
    assert set(OBJECTIONS) == ours | set(REASONS)
