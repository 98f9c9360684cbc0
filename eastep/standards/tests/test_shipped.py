"""The files that come with the program: complete, consistent, with source."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from eastep.standards.cells import squeezed
from eastep.standards.facts import Standards, months_later

SHIPPED = Standards.shipped()
TESTS = {test.code: test for test in SHIPPED.tests}


def test_isced_f_has_its_220_fields() -> None:
    # UNESCO, ISCED-F 2013: broad fields 00 to 10, and 99 for unknown; each longer code lies in a shorter one
    codes = [field.code for field in SHIPPED.fields]
    assert len(set(codes)) == len(codes) == 220
    assert sorted(code for code in codes if len(code) == 2) == [f"{n:02}" for n in range(11)] + ["99"]
    assert all(code[:-1] in codes for code in codes if len(code) > 2)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("0311", ("Economics", "経済学", "경제학")),
        ("0421", ("Law", "法学", "법학")),
        ("0912", ("Medicine", "医学", "의학")),
        (
            "0410",
            (
                "Business and administration not further defined",
                "経営及び管理(細分なし)",
                "경영 및 행정(세부 구분 없음)",
            ),
        ),
    ],
)
def test_fields_are_named_in_three_languages(code: str, label: tuple[str, str, str]) -> None:
    assert next(field.label for field in SHIPPED.fields if field.code == code) == label


def test_every_fact_is_named_in_its_languages_and_has_a_source() -> None:
    for fact in (*SHIPPED.fields, *SHIPPED.tests, *SHIPPED.scales, *SHIPPED.conversions, *SHIPPED.levels):
        assert all(fact.label), fact.code
        assert fact.source, fact.code
    for field in SHIPPED.fields:
        assert not re.search("[가-힣ぁ-ん一-龠]", field.label.en)
        assert not re.search("[가-힣]", field.label.ja)
        assert re.search("[가-힣]", field.label.ko)
        assert not re.search("[ぁ-んァ-ン一-龠]", field.label.ko)


def test_a_title_means_one_field_in_every_language_alike() -> None:
    titles = [{code.code: squeezed(code.label[language]) for code in SHIPPED.fields} for language in range(3)]
    same = [{(a, b) for a in names for b in names if a < b and names[a] == names[b]} for names in titles]
    # where English titles are alike, so are the others; where they differ, so do they
    assert same[0] == same[1] == same[2]


def test_scores_and_validity_of_the_tests() -> None:
    # from the organisers: TOEIC 10-990, IELTS 0-9 in halves, JPT 10-990, EJU 400 + 50, TOEFL iBT 4 x 30
    scores: dict[str, Any] = {
        t.code: (t.minimum, t.maximum, t.step) for t in SHIPPED.tests if t.kind == "score"
    }
    assert scores == {
        "BJT": (0, 800, None),
        "Duolingo": (10, 160, 5),
        "EJU": (0, 450, None),
        "IELTS": (0, 9, Decimal("0.5")),
        "JPT": (10, 990, None),
        "TEPS": (0, 600, 1),
        "TOEFL iBT": (0, 120, 1),
        "TOEFL iBT band": (1, 6, Decimal("0.5")),
        "TOEFL ITP": (310, 677, 1),
        "TOEIC": (10, 990, 5),
    }
    two_years = {test.code for test in SHIPPED.tests if test.months == 24}
    assert two_years == {"TOPIK"} | set(scores) - {"BJT"}
    assert {test.months for test in SHIPPED.tests} == {None, 24}
    assert TESTS["TOPIK"].counts_from == "results"


def test_conversions_lead_between_known_scales() -> None:
    scales = {scale.code for scale in SHIPPED.scales}
    assert scales == {"4.5", "4.3", "4.0", "3.0-jasso", "100"}
    assert all({c.from_scale, c.to_scale} <= scales for c in SHIPPED.conversions)


def test_on_a_day_only_what_holds_then() -> None:
    def toefl(day: date) -> list[str]:
        return [test.code for test in SHIPPED.on(day).tests if test.code.startswith("TOEFL iBT")]

    assert toefl(date(2026, 1, 20)) == ["TOEFL iBT"]
    assert toefl(date(2026, 1, 21)) == ["TOEFL iBT", "TOEFL iBT band"]
    # the old scale is printed until 2028-01-20, and such a result is good for two years
    assert toefl(date(2030, 1, 20)) == ["TOEFL iBT", "TOEFL iBT band"]
    assert toefl(date(2030, 1, 21)) == ["TOEFL iBT band"]
    assert SHIPPED.on(date(2030, 1, 21)).fields == SHIPPED.fields


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 11, 22), 24, date(2026, 11, 22)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2024, 12, 1), 12, date(2025, 12, 1)),
        (date(9999, 6, 1), 12, date.max),
    ],
)
def test_months_later(day: date, months: int, later: Any) -> None:
    assert months_later(day, months) == later


FIELD = {"code": "0311", "label_en": "Economics", "source": "UNESCO"}
CONVERSION = {
    **{"code": "x", "label_en": "x", "source": "x", "owner": "x", "from_scale": "4.5", "to_scale": "100"},
    **{"points": "1:60 4.5:100", "decimals": "1", "rounding": "down"},
}
TEST = {
    **{
        "code": "x",
        "label_en": "x",
        "source": "x",
        "names": "",
        "language": "ja",
        "kind": "score",
        "levels": "",
    },
    **{"minimum": "10", "maximum": "990", "step": "", "months": "", "counts_from": ""},
}


@pytest.mark.parametrize(
    ("scheme", "good", "wrong"),
    [
        ("isced_f_2013", FIELD, {"code": "ABC"}),
        ("isced_f_2013", FIELD, {"label_en": ""}),
        ("isced_f_2013", FIELD, {"source": ""}),
        ("gpa_conversions", CONVERSION, {"points": "4.5:100 1:60"}),
        ("gpa_conversions", CONVERSION, {"owner": ""}),
        ("gpa_conversions", CONVERSION, {"rounding": "up"}),
        ("language_tests", TEST, {"maximum": ""}),
        ("language_tests", TEST, {"kind": "levels"}),
        ("language_tests", TEST, {"kind": "guess"}),
        ("language_tests", TEST, {"counts_from": "birth"}),
    ],
)
def test_a_row_that_says_nothing_sensible_is_not_taken(
    scheme: str, good: dict[str, str], wrong: dict[str, Any]
) -> None:
    assert Standards.from_rows({scheme: [good]}) != Standards()
    with pytest.raises(ValueError, match=r"."):
        Standards.from_rows({scheme: [{**good, **wrong}]})
