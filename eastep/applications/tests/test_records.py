import io
import random
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eastep.applications.records import (
    applicant_record,
    canonical,
    inputs_hash,
    key_of,
    place_record,
    to_applicant,
    to_place,
)
from eastep.applications.report import write_inputs
from eastep.applications.sheets import read_applicants, read_places
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
    make_place,
)
from eastep.imports.cells import read_text
from eastep.institutions.register import Register
from eastep.standards.gpa import Gpa
from eastep.standards.languages import LanguageMinimum, LanguageRequirement, LanguageResult

TESTS = list(STANDARDS.tests)
REGISTER = Register.shipped()


def values(test):
    """The values that a result of a test can have."""
    if test.kind == "levels":
        return st.sampled_from([level[0] for level in test.levels])
    if test.kind == "statement":
        return st.just("")
    steps = int((test.maximum - test.minimum) / (test.step or 1))
    first = 7 if test.code == "TOEFL iBT" else 0  # "TOEFL iBT 4" is a band of 2026, not 4 points of 120
    return st.integers(first, steps).map(lambda n: test.minimum + n * (test.step or 1))


def days(test):
    first, last = test.valid_from or date(2015, 1, 1), test.valid_to or date(2029, 12, 31)
    return st.dates(first, last)


results = st.sampled_from(TESTS).flatmap(
    lambda test: st.builds(LanguageResult, st.just(test.code), values(test), days(test))
)
minima = st.sampled_from(TESTS).flatmap(
    lambda test: st.builds(LanguageMinimum, st.just(test.code), values(test))
)
gpas = st.none() | st.sampled_from(STANDARDS.scales).flatmap(
    lambda scale: st.builds(
        Gpa, st.decimals(0, scale.maximum, places=2, allow_nan=False), st.just(scale.code)
    )
)
fields = st.lists(st.sampled_from([one.code for one in STANDARDS.fields]), max_size=3, unique=True)
choices = st.builds(
    lambda host, start, length: make_choice(host=host, start=start, length=length),
    st.sampled_from([YONSEI, KOREA]),
    st.sampled_from([SPRING, AUTUMN]),
    st.sampled_from(["term", "year"]),
)
names = st.text(
    st.characters(codec="utf-8", categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=12
) | st.sampled_from(["=1+1", "'quoted", "@SUM(A1)", "髙﨑 花", 'Nguyễn, Thị "Minh"'])
places = st.builds(
    lambda home, host, f, levels, start, length, count, gpa, language: make_place(
        home=home, host=host, fields=tuple(sorted(f)), levels=tuple(sorted(levels)), start=start, length=length,
        places=count, minimum_gpa=gpa, language=LanguageRequirement(tuple(dict.fromkeys(language))),
    ),
    st.sampled_from([WASEDA, KYOTO]), st.sampled_from([YONSEI, KOREA]), fields, st.sets(st.sampled_from([6, 7, 8])),
    st.sampled_from([SPRING, AUTUMN]), st.sampled_from(["term", "year"]), st.integers(0, 1000), gpas,
    st.lists(minima, max_size=4),
)  # fmt: skip
applicants = st.builds(
    lambda name, level, f, gpa, own, score, wishes, language: make_applicant(
        name=read_text(name), level=level, field=f, gpa=gpa, languages=tuple(dict.fromkeys(own)), score=score,
        choices=tuple(dict.fromkeys(wishes)), language=language,
    ),
    names, st.sampled_from([6, 7, 8]), st.sampled_from([one.code for one in STANDARDS.fields]), gpas,
    st.lists(results, max_size=4), st.decimals(-100, 1000, places=3, allow_nan=False), st.lists(choices, max_size=6),
    st.sampled_from(["", "en", "ja", "ko"]),
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(places)
def test_a_place_is_its_record(place):
    assert to_place(place_record(place), row=place.row, standards=STANDARDS) == place


@settings(max_examples=50, deadline=None)
@given(applicants)
def test_an_applicant_is_the_own_record(applicant):
    assert to_applicant(applicant_record(applicant), row=applicant.row, standards=STANDARDS) == applicant


@settings(max_examples=20, deadline=None)
@given(st.lists(places, max_size=8, unique_by=lambda place: key_of("places", place_record(place), STANDARDS)))
def test_places_come_back_from_the_canonical_sheet(rows):
    records = [place_record(place) for place in rows]
    taken = read_places(written("places", records), "places.csv", register=REGISTER, standards=STANDARDS)
    assert (list(map(place_record, taken.rows)), taken.errors) == (records, 0 if records else taken.errors)


@settings(max_examples=25, deadline=None)
@given(st.lists(applicants, min_size=1, max_size=8))
def test_applicants_come_back_from_the_canonical_sheet(rows):
    records = [{**applicant_record(one), "id": f"A{number}"} for number, one in enumerate(rows)]
    taken = read_applicants(
        written("applicants", records), "applicants.csv", register=REGISTER, standards=STANDARDS
    )
    assert [problem.sentence for problem in taken.problems if problem.severity == "error"] == []
    assert list(map(applicant_record, taken.rows)) == records


def written(kind, records):
    to = io.BytesIO()
    write_inputs(kind, records, to)
    return to.getvalue()


def test_a_record_is_plain_and_says_what_a_cell_would_say():
    applicant = make_applicant(
        "A1",
        gpa=Gpa(Decimal("3.80"), "4.5"),
        languages="JLPT N2 2025-12-07; TOEIC 850 2026-01-11",
        language="ja",
    )
    assert applicant_record(applicant) == {
        "id": "A1",
        "name": "佐藤 花",
        "home": WASEDA,
        "field": "0311",
        "level": 6,
        "gpa": "3.80/4.5",
        "languages": "JLPT N2 2025-12-07; TOEIC 850 2026-01-11",
        "score": "80",
        "choices": [{"host": YONSEI, "start": "2027-spring", "length": "term"}],
        "language": "ja",
    }


def test_results_of_language_records_stand_behind_the_own_ones_each_once():
    record = applicant_record(make_applicant(languages="TOPIK 4 2026-04-12"))
    merged = to_applicant(
        record, row=2, standards=STANDARDS, extra_results=["TOEIC 850 2026-01-11", "TOPIK 4 2026-04-12"]
    )
    assert applicant_record(merged)["languages"] == "TOPIK 4 2026-04-12; TOEIC 850 2026-01-11"


@pytest.mark.parametrize(
    ("result", "key"),
    [
        ("TOEIC 850 2026-01-11", "A1|TOEIC"),
        ("Native Japanese", "A1|Native Japanese"),
        ("TOEFL iBT band 5.5 2026-02-01", "A1|TOEFL iBT band"),
        ("Teacher's certificate 2026-02-01", "A1|Teacher's certificate"),
    ],
)
def test_the_key_of_a_language_record_is_the_applicant_and_the_test(result, key):
    assert key_of("languages", {"applicant": "A1", "result": result}, STANDARDS) == key


def test_the_hash_of_the_inputs_knows_no_order_but_every_value():
    records = [applicant_record(make_applicant(f"a{number}")) for number in range(20)]
    shuffled = random.Random(1).sample(records, 20)
    assert inputs_hash(shuffled) == inputs_hash(records)
    assert inputs_hash(records[1:]) != inputs_hash(records)
    assert inputs_hash([{**records[0], "score": "80.0"}, *records[1:]]) != inputs_hash(records)
    alone = {"b": "é", "a": 1, "id": "x"}
    assert inputs_hash([alone]) == sha256('[{"a":1,"b":"é","id":"x"}]'.encode()).hexdigest()
    assert canonical([]) == "[]"
