from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastep.standards.cells import Cell
from eastep.standards.facts import Standards
from eastep.standards.languages import (
    REASONS,
    LanguageMinimum,
    LanguageRequirement,
    LanguageResult,
    Value,
    format_requirement,
    format_results,
    parse_requirement,
    parse_results,
    satisfies,
)
from eastep.standards.tests.reading import code_of, problem_of

SHIPPED = Standards.shipped()
TESTS = {test.code: test for test in SHIPPED.tests}
DAY = date(2026, 11, 22)


def result(test: str, value: str | float = "", taken_on: date | None = None) -> LanguageResult:
    return LanguageResult(test, value if isinstance(value, str) else Decimal(value), taken_on)


@pytest.mark.parametrize(
    ("cell", "results"),
    [
        ("JLPT N2 2025-12-07; TOEIC 850 2026-01-11",
         [result("JLPT", "N2", date(2025, 12, 7)), result("TOEIC", 850, date(2026, 1, 11))]),
        ("ＪＬＰＴ　Ｎ２（2025年12月7日）", [result("JLPT", "N2", date(2025, 12, 7))]),
        ("JLPT N2, 2025-12-07", [result("JLPT", "N2", date(2025, 12, 7))]),
        ("N2", [result("JLPT", "N2")]),
        ("日本語能力試験N1 合格", [result("JLPT", "N1")]),
        ("日本語能力試験(JLPT)Ｎ１", [result("JLPT", "N1")]),
        ("일본어능력시험 N2, 토픽 3급", [result("JLPT", "N2"), result("TOPIK", "3")]),
        ("TOPIK4", [result("TOPIK", "4")]),
        ("TOPIK 4급 2025.11.20", [result("TOPIK", "4", date(2025, 11, 20))]),
        ("TOPIKⅡ 4급", [result("TOPIK", "4")]),
        ("TOPIK 4급(165점) 2025-11-20 발표", [result("TOPIK", "4", date(2025, 11, 20))]),
        ("JLPT N1 (135/180)", [result("JLPT", "N1")]),
        ("TOPIK level 4", [result("TOPIK", "4")]),
        ("한국어능력시험(TOPIK) 6급 2025년 11월 20일", [result("TOPIK", "6", date(2025, 11, 20))]),
        ("JLPT N2 / TOEIC 850/990", [result("JLPT", "N2"), result("TOEIC", 850)]),
        ("토익 850점(2026.1.11)", [result("TOEIC", 850, date(2026, 1, 11))]),
        ("TOEIC L&R 850 20260111", [result("TOEIC", 850, date(2026, 1, 11))]),
        ("IELTS: 6.5", [result("IELTS", 6.5)]),
        ("JPT550", [result("JPT", 550)]),
        ("ハングル検定準2級", [result("HANGUL", "準2")]),
        ("J.TEST 準B級", [result("J.TEST", "準B")]),
        ("제이테스트 준B급", [result("J.TEST", "準B")]),
        ("BJT 480点", [result("BJT", 480)]),
        ("日本留学試験（日本語）320点", [result("EJU", 320)]),
        ("CEFR B1 Japanese", [result("CEFR Japanese", "B1")]),
        ("日本語CEFR b2", [result("CEFR Japanese", "B2")]),
        ("일본어 원어민", [result("Native Japanese")]),
        ("TOEFL 90 2026-05-01", [result("TOEFL iBT", 90, date(2026, 5, 1))]),  # the comparable score
        ("TOEFL iBT 4.5 2026-05-01", [result("TOEFL iBT band", 4.5, date(2026, 5, 1))]),
        ("TOEFL iBT 5 2026-01-20", [result("TOEFL iBT", 5, date(2026, 1, 20))]),  # no band before 21 January
        ("TOEFL iBT 5 2026-01-21", [result("TOEFL iBT band", 5, date(2026, 1, 21))]),
        ("", []), (None, []), ("-", []), ("なし", []), ("없음", []),
    ],
)  # fmt: skip
def test_results_as_offices_write_them(cell: Cell, results: Any) -> None:
    assert list(parse_results(cell, SHIPPED)) == results


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("신HSK 5급", "language_test_unknown"),
        ("N6", "language_test_unknown"),
        ("850", "language_test_unknown"),
        ("JLPT 2급", "language_level_unknown"),  # the old 2級, or N2? nobody knows
        ("JLPT", "language_level_unknown"),
        ("TOPIK Speaking 4", "language_level_unknown"),  # another test
        ("TOPIK 165점", "language_level_unknown"),
        ("TOPIK 7급", "language_level_unknown"),
        ("J.TEST 600点", "language_level_unknown"),
        ("TOEIC 852", "language_score_out_of_range"),
        ("TOEIC 1000", "language_score_out_of_range"),
        ("IELTS 6.3", "language_score_out_of_range"),
        ("TOEFL 550", "language_score_out_of_range"),
        ("EJU 220/400", "language_score_out_of_range"),  # without writing: not the score of 450
        ("JLPT N2 2025-12", "language_date_unreadable"),
        ("JLPT N2 2025年12月", "language_date_unreadable"),
        ("JLPT N2 25.12.07", "language_date_unreadable"),
        ("JLPT N2 2025-02-30", "language_date_unreadable"),
        ("CEFR B1", "language_needed"),
        ("원어민", "language_needed"),
    ],
)
def test_results_that_cannot_be_read(cell: Cell, code: str) -> None:
    problem = problem_of(parse_results, cell, SHIPPED)
    assert problem is not None
    assert (problem.code, problem.value) == (code, cell)


def test_an_unknown_test_comes_with_the_known_ones() -> None:
    problem = problem_of(parse_results, "신HSK 5급", SHIPPED)
    assert problem is not None
    assert problem.facts["known"].split(", ") == [test.code for test in SHIPPED.tests]


def minima(*pairs: tuple[str, str | float]) -> LanguageRequirement:
    return LanguageRequirement(
        tuple(LanguageMinimum(t, v if isinstance(v, str) else Decimal(v)) for t, v in pairs)
    )


@pytest.mark.parametrize(
    ("cell", "requirement"),
    [
        ("JLPT N2 / JPT 550 or TOPIK 4급 또는 교사 추천",
         minima(("JLPT", "N2"), ("JPT", 550), ("TOPIK", "4"), ("Teacher's certificate", ""))),
        ("日本語能力試験Ｎ２以上または日本語能力試験N1", minima(("JLPT", "N2"), ("JLPT", "N1"))),
        ("N2又はJPT540点以上", minima(("JLPT", "N2"), ("JPT", 540))),
        ("N2 或 TOPIK4", minima(("JLPT", "N2"), ("TOPIK", "4"))),
        ("N2 or higher OR JPT 540 or above", minima(("JLPT", "N2"), ("JPT", 540))),
        ("JLPT N2\nTeacher's certificate", minima(("JLPT", "N2"), ("Teacher's certificate", ""))),
        ("N1/N2", minima(("JLPT", "N1"), ("JLPT", "N2"))),
        ("TOPIK 3급 이상", minima(("TOPIK", "3"))),
        ("JLPT ≥ N2", minima(("JLPT", "N2"))),
        ("TOEFL iBT 80 / TOEFL iBT 4.5 / IELTS 6.0",
         minima(("TOEFL iBT", 80), ("TOEFL iBT band", 4.5), ("IELTS", 6))),
        ("TOEIC Listening and Reading 700", minima(("TOEIC", 700))),
        ("N2 / Native Japanese", minima(("JLPT", "N2"), ("Native Japanese", ""))),
        ("", minima()), (None, minima()), ("무관", minima()), ("不問", minima()),
    ],
)  # fmt: skip
def test_requirements_as_offices_write_them(cell: Cell, requirement: Any) -> None:
    assert parse_requirement(cell, SHIPPED) == requirement


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("JLPT N2 / 신HSK 5급", "language_test_unknown"),
        ("N2 and TOEIC 600", "language_and"),
        ("N2, TOPIK 4", "language_and"),
        ("N2 및 TOEIC 600", "language_and"),
        ("CEFR B1", "language_needed"),
    ],
)
def test_requirements_that_cannot_be_read(cell: Cell, code: str) -> None:
    assert code_of(parse_requirement, cell, SHIPPED) == code


@pytest.mark.parametrize(
    ("results", "requirement", "answer"),
    [
        ("", "", (True, "")),
        ("N3", "", (True, "")),
        ("N2", "N2", (True, "")),
        ("N1", "N2", (True, "")),
        ("N3", "N2", (False, "language_below")),
        ("", "N2", (False, "language_missing")),
        ("TOPIK 6 2026-05-01", "N5", (False, "language_missing")),  # never another test
        ("JPT 990 2026-05-01", "N5", (False, "language_missing")),
        ("JPT 550 2026-05-01", "N2 / JPT 550", (True, "")),
        ("JPT 545 2026-05-01", "N2 / JPT 550", (False, "language_below")),
        ("N2 1999-12-05", "N2", (True, "")),  # JLPT does not expire
        ("TOPIK 4 2024-11-22", "TOPIK 4", (True, "")),  # two years to the day
        ("TOPIK 4 2024-11-21", "TOPIK 4", (False, "language_expired")),
        ("TOPIK 4", "TOPIK 4", (False, "language_undated")),
        ("TOPIK 3", "TOPIK 4", (False, "language_below")),
        ("TOPIK 4 2026-11-23", "TOPIK 4", (False, "language_not_yet")),
        ("TOPIK 3 2026-05-01; TOPIK 4 2020-05-01", "TOPIK 4", (False, "language_expired")),  # the nearest
        ("TOPIK 4 2020-05-01; TOPIK 4 2026-05-01", "TOPIK 4", (True, "")),
        ("HANGUL 準2", "HANGUL 3", (True, "")),
        ("J.TEST 準A", "J.TEST B", (True, "")),
        ("J.TEST B", "J.TEST 準A", (False, "language_below")),
        ("Teacher's certificate", "N2 / 教員の推薦書", (True, "")),
        ("Native Japanese", "N2", (True, "")),  # the usual waiver
        ("Native Japanese", "TOPIK 2", (False, "language_missing")),
        ("Native Japanese", "N2 / Native Japanese", (True, "")),
        ("CEFR C2 English", "CEFR A1 Japanese", (False, "language_missing")),
        ("TOEFL iBT 6 2026-05-01", "TOEFL iBT 10", (False, "language_missing")),  # the two scales never meet
        ("TOEFL iBT 80 2026-05-01", "TOEFL iBT 80 / TOEFL iBT 4", (True, "")),
    ],
)  # fmt: skip
def test_satisfies(results: Any, requirement: Any, answer: Any) -> None:
    assert (
        satisfies(parse_results(results, SHIPPED), parse_requirement(requirement, SHIPPED), SHIPPED, on=DAY)
        == answer
    )


def test_levels_rise_as_the_organisers_say() -> None:
    assert [level[0] for level in TESTS["JLPT"].levels] == ["N5", "N4", "N3", "N2", "N1"]
    assert [level[0] for level in TESTS["TOPIK"].levels] == ["1", "2", "3", "4", "5", "6"]
    assert [level[0] for level in TESTS["HANGUL"].levels] == ["5", "4", "3", "準2", "2", "1"]


@st.composite
def values(draw: st.DrawFn, code: str | None = None) -> tuple[str, Value]:
    """(test code, a value that the test gives)"""
    test = TESTS[code or draw(st.sampled_from(sorted(TESTS)))]
    if test.kind == "levels":
        return test.code, draw(st.sampled_from([level[0] for level in test.levels]))
    if test.minimum is not None and test.maximum is not None:
        step = test.step or Decimal(1)
        return test.code, test.minimum + step * draw(
            st.integers(0, int((test.maximum - test.minimum) / step))
        )
    return test.code, ""


# A written TOEFL score of 1 to 6 may be either scale: the day decides, and without one it is the band.
clear = values().filter(lambda v: v[0] != "TOEFL iBT" or not isinstance(v[1], Decimal) or v[1] > 6)
days = st.dates(date(2026, 1, 21), date(2027, 12, 31))


@given(st.lists(st.tuples(clear, st.none() | days), unique=True))
def test_results_survive_writing_and_reading(given_results: Any) -> None:
    results = tuple(LanguageResult(code, value, day) for (code, value), day in given_results)
    assert parse_results(format_results(results), SHIPPED) == results


@given(st.lists(clear, unique=True))
def test_requirements_survive_writing_and_reading(pairs: Any) -> None:
    requirement = LanguageRequirement(tuple(LanguageMinimum(*pair) for pair in pairs))
    assert parse_requirement(format_requirement(requirement), SHIPPED) == requirement


def enough(have: tuple[str, Value], want: tuple[str, Value]) -> bool:
    return satisfies(
        [LanguageResult(*have, DAY)], LanguageRequirement((LanguageMinimum(*want),)), SHIPPED, on=DAY
    )[0]


@given(
    st.sampled_from(sorted(TESTS)).flatmap(lambda code: st.tuples(values(code), values(code), values(code)))
)
def test_within_one_test_the_order_is_total_and_transitive(three: Any) -> None:
    a, b, c = three
    assert enough(a, a)
    assert enough(a, b) or enough(b, a)
    if enough(a, b) and enough(b, c):
        assert enough(a, c)
    if enough(a, b) and enough(b, a):
        assert a == b


@given(values(), values())
def test_different_tests_are_never_compared(have: Any, want: Any) -> None:
    """But for native speakers, of whom no test of their language is asked."""
    if have[0] != want[0] and not have[0].startswith("Native "):
        assert not enough(have, want)


@given(st.lists(st.tuples(values(), days), max_size=4), st.lists(values(), max_size=4), st.integers(0, 1500))
def test_a_further_result_or_alternative_never_hurts(held: Any, asked: Any, later: Any) -> None:
    results = [LanguageResult(test, value, day) for (test, value), day in held]
    alternatives = tuple(LanguageMinimum(*value) for value in asked)
    on = date(2026, 1, 21) + timedelta(days=later)
    fine, code = satisfies(results, LanguageRequirement(alternatives), SHIPPED, on=on)
    assert code == "" if fine else code in REASONS
    if results and satisfies(results[:-1], LanguageRequirement(alternatives), SHIPPED, on=on)[0]:
        assert fine
    if (
        len(alternatives) > 1
        and satisfies(results, LanguageRequirement(alternatives[:-1]), SHIPPED, on=on)[0]
    ):
        assert fine


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_results, parse_requirement):
        assert code_of(parse, text, SHIPPED).partition("_")[0] in ("", "language")
