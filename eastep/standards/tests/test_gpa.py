from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastep.standards.cells import Cell
from eastep.standards.facts import GpaConversion, Standards
from eastep.standards.gpa import Gpa, at_least, convert, format_gpa, parse_gpa, parse_scale
from eastep.standards.tests.reading import code_of

SHIPPED = Standards.shipped()
CONVERSIONS = {conversion.code: conversion for conversion in SHIPPED.conversions}
HANYANG, CHUNGNAM = CONVERSIONS["hanyang-4.5-100"], CONVERSIONS["chungnam-4.5-100"]
DAY = date(2027, 4, 1)


def gpa(text: str) -> Gpa:
    return parse_gpa(text, SHIPPED)


@pytest.mark.parametrize(
    ("cell", "scale", "expected"),
    [
        ("3.8/4.5", None, Gpa(Decimal("3.8"), "4.5")),
        ("３．８／４．５", None, Gpa(Decimal("3.8"), "4.5")),
        ("3.8 / 4.50", None, Gpa(Decimal("3.8"), "4.5")),
        ("3.8 (4.5)", None, Gpa(Decimal("3.8"), "4.5")),
        ("3.8 out of 4.5", None, Gpa(Decimal("3.8"), "4.5")),
        ("3.8점/4.5점", None, Gpa(Decimal("3.8"), "4.5")),
        ("4.5만점에 3.8", None, Gpa(Decimal("3.8"), "4.5")),
        ("4.5点満点中3.8点", None, Gpa(Decimal("3.8"), "4.5")),
        ("92%", None, Gpa(Decimal(92), "100")),
        ("92/100", None, Gpa(Decimal(92), "100")),
        ("2.40/3.00", None, Gpa(Decimal("2.40"), "3.0-jasso")),
        ("3.8", "4.5", Gpa(Decimal("3.8"), "4.5")),
        (3.8, 4.5, Gpa(Decimal("3.8"), "4.5")),
        (3.8000000000000003, 4.5, Gpa(Decimal("3.8"), "4.5")),  # a formula's noise in the sixteenth digit
        (3, 4, Gpa(Decimal(3), "4.0")),
        ("3.8/4.5", "4.5 scale", Gpa(Decimal("3.8"), "4.5")),
        ("88점", "100점 만점", Gpa(Decimal(88), "100")),
        ("2.4", "JASSO", Gpa(Decimal("2.4"), "3.0-jasso")),
        ("0", "4.3", Gpa(Decimal(0), "4.3")),
    ],
)
def test_averages_as_offices_write_them(cell: Cell, scale: Cell, expected: Any) -> None:
    assert parse_gpa(cell, SHIPPED, scale=scale) == expected


@pytest.mark.parametrize(
    ("cell", "scale", "code"),
    [
        ("3.8", None, "gpa_scale_missing"),
        ("3.8/5", None, "gpa_scale_unknown"),
        ("3.8", "7", "gpa_scale_unknown"),
        ("4.6/4.5", None, "gpa_out_of_range"),
        (92, "4.5", "gpa_out_of_range"),
        ("3.8/4.5", "4.3", "gpa_conflict"),
        ("八十", "100", "gpa_unreadable"),
        ("-1/4.5", None, "gpa_unreadable"),
        ("3,8/4.5", None, "gpa_unreadable"),
        ("#VALUE!", "4.5", "gpa_unreadable"),
        ("", "4.5", "gpa_unreadable"),
        (True, "4.5", "gpa_unreadable"),
        (float("nan"), "4.5", "gpa_unreadable"),
    ],
)
def test_averages_that_cannot_be_read(cell: Cell, scale: Cell, code: str) -> None:
    assert code_of(parse_gpa, cell, SHIPPED, scale=scale) == code


def test_each_scale_is_found_by_its_names() -> None:
    for scale in SHIPPED.scales:
        for name in (scale.code, *scale.names, *scale.label):
            assert parse_scale(name, SHIPPED) == scale.code


@pytest.mark.parametrize(
    ("value", "expected"),
    # 60 + 3.5 / 3.5 * 40; 60 + 0; 60 + 2.63 / 3.5 * 40 = 90.057...
    [("4.5", "100.0"), ("1.0", "60.0"), ("3.63", "90.1")],
)
def test_hanyang(value: str, expected: Any) -> None:
    assert convert(Gpa(Decimal(value), "4.5"), HANYANG) == Gpa(Decimal(expected), "100")


@pytest.mark.parametrize(
    ("value", "expected"),
    # rows printed in the university's table; 95 - 10 * (4.25 - 3.63) = 88.8
    [("4.5", "100"), ("4.4", "98"), ("4.25", "95"), ("3.94", "91.9"), ("3.63", "88.8"), ("3.5", "87.5")],
)
def test_chungnam(value: str, expected: Any) -> None:
    assert convert(Gpa(Decimal(value), "4.5"), CHUNGNAM) == Gpa(Decimal(expected), "100")


def test_nothing_outside_the_range_of_the_source() -> None:
    assert convert(Gpa(Decimal("0.99"), "4.5"), HANYANG) is None
    assert convert(Gpa(Decimal("3.49"), "4.5"), CHUNGNAM) is None
    assert convert(Gpa(Decimal("3.8"), "4.3"), HANYANG) is None


@pytest.mark.parametrize(
    ("have", "want", "by", "answer"),
    [
        ("3.5/4.5", "3.5/4.5", (), "met"),
        ("3.49/4.5", "3.5/4.5", (), "below"),
        ("3.63/4.5", "90/100", (), "not_comparable"),
        ("3.63/4.5", "90/100", ("hanyang-4.5-100",), "met"),  # 90.1
        ("3.63/4.5", "90/100", ("KR:0000203",), "met"),  # the same, by its owner
        ("3.63/4.5", "90/100", ("KR:0000029",), "below"),  # 88.8 in Chungnam's table
        ("3.63/4.5", "90/100", ("KR:0000029", "KR:0000203"), "below"),  # the first that applies
        ("3.0/4.5", "80/100", ("KR:0000029", "KR:0000203"), "met"),  # outside the table: the second, 82.9
        ("3.63/4.5", "90/100", ("KR:0000063",), "not_comparable"),  # another university's is not used
        ("90/100", "3.5/4.5", ("hanyang-4.5-100",), "not_comparable"),  # never backwards
        ("4.0/4.0", "2.0/4.5", ("hanyang-4.5-100",), "not_comparable"),
        ("2.5/3.0", "2.3/3.0", (), "met"),
    ],
)
def test_at_least(have: Any, want: Any, by: tuple[str, ...], answer: Any) -> None:
    assert at_least(gpa(have), gpa(want), SHIPPED, on=DAY, by=by) == answer


def test_a_conversion_counts_only_while_it_holds() -> None:
    row = {
        **{
            "code": "x",
            "label_en": "x",
            "source": "x",
            "owner": "KR:1",
            "from_scale": "4.5",
            "to_scale": "100",
        },
        **{"points": "0:0 4.5:90", "decimals": "0", "rounding": "down", "valid_from": "2027-03-01"},
    }
    standards = Standards.from_rows({"gpa_conversions": [row]})
    have, want = Gpa(Decimal("4.5"), "4.5"), Gpa(Decimal(90), "100")
    assert at_least(have, want, standards, on=date(2027, 2, 28), by=["x"]) == "not_comparable"
    assert at_least(have, want, standards, on=date(2027, 3, 1), by=["x"]) == "met"


def test_half_is_rounded_up_and_down_cuts() -> None:
    row = {
        **{
            "code": "x",
            "label_en": "x",
            "source": "x",
            "owner": "KR:1",
            "from_scale": "4.5",
            "to_scale": "100",
        },
        **{"points": "0:0 4:1", "decimals": "0"},
    }
    for rounding, expected in (("half_up", 1), ("down", 0)):
        [conversion] = Standards.from_rows({"gpa_conversions": [{**row, "rounding": rounding}]}).conversions
        assert convert(Gpa(Decimal(2), "4.5"), conversion) == Gpa(Decimal(expected), "100")  # exactly 1/2


@given(st.sampled_from(SHIPPED.scales).flatmap(lambda s: st.builds(
    Gpa, st.decimals(0, s.maximum, places=2), st.just(s.code))))  # fmt: skip
def test_averages_survive_writing_and_reading(average: Gpa) -> None:
    assert gpa(format_gpa(average)) == average


@given(st.sampled_from(SHIPPED.conversions), st.integers(0, 450), st.integers(0, 450))
def test_a_conversion_keeps_the_order(conversion: GpaConversion, a: int, b: int) -> None:
    lower, higher = (convert(Gpa(Decimal(v) / 100, "4.5"), conversion) for v in sorted((a, b)))
    if lower and higher:
        assert lower.value <= higher.value


@given(st.integers(100, 450))
def test_hanyang_by_its_formula(hundredths: int) -> None:
    exact = 60 + (Fraction(hundredths, 100) - 1) / Fraction(7, 2) * 40
    converted = convert(Gpa(Decimal(hundredths) / 100, "4.5"), HANYANG)
    assert converted is not None
    assert abs(Fraction(converted.value) - exact) <= Fraction(1, 20)


@given(st.text(max_size=20), st.none() | st.sampled_from(["4.5", "100"]))
def test_any_text_is_read_or_refused(text: str, scale: Cell) -> None:
    assert code_of(parse_gpa, text, SHIPPED, scale=scale).partition("_")[0] in ("", "gpa")
