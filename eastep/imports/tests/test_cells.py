"""What people write in cells, and what it means or why it is refused."""
# ruff: noqa: DTZ001 (a sheet knows no time zones)

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from eastep.core.sheets import Cell
from eastep.imports.cells import (
    Unreadable,
    decimal_between,
    one_of,
    read_date,
    read_decimal,
    read_text,
    read_whole,
    text_up_to,
    whole_between,
)


def refusal(read: Callable[[Cell], Any], cell: Cell) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Unreadable) as caught:
        read(cell)
    return caught.value.code, caught.value.facts


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  Kim　", "Kim"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"),
        ("ＡＢＣ１２３", "ABC123"),
        ("髙﨑", "髙﨑"),
        ("\ufa19\u795e", "\ufa19\u795e"),  # 神 in its two forms: both stay
        ("\u1100\u1161", "가"),  # hangul as a Mac decomposes it
        ("００１", "001"),
        ("two\r\nlines", "two lines"),
        ("\u200bcopied\ufeff", "copied"),
        (12.0, "12"),
        (12.5, "12.5"),
    ],
)
def test_text(cell: Cell, text: str) -> None:
    assert read_text(cell) == text


def test_text_that_is_refused() -> None:
    assert refusal(read_text, "a\x07b") == ("control_characters", {"code_point": "0007"})
    assert refusal(read_text, "a\u202eb") == ("control_characters", {"code_point": "202E"})
    assert (
        refusal(read_text, date(2026, 1, 2))[0] == "not_text"
    )  # an id such as 1-2 that Excel took for a date
    assert refusal(read_text, True)[0] == "not_text"
    assert refusal(read_text, 1.234567890123457e16)[0] == "digits_lost"
    assert refusal(text_up_to(3), "abcd") == ("too_long", {"length": 4, "limit": 3})


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12", 12),
        (12.0, 12),
        ("１２", 12),
        ("12名", 12),
        ("12 명", 12),
        (" 1,200 ", 1200),
        ("12.0", 12),
        ("-3", -3),
        ("0", 0),
    ],
)
def test_whole_number(cell: Cell, number: int) -> None:
    assert read_whole(cell) == number


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("八十", 80),
        ("二十五名", 25),
        ("十", 10),
        ("〇", 0),
        ("팔십", 80),
        ("백이십명", 120),
        ("千二百", 1200),
    ],
)
def test_numbers_in_words_are_refused_with_the_digits_to_write(cell: str, number: int) -> None:
    assert refusal(read_whole, cell) == ("numeral", {"number": number})
    assert refusal(read_decimal, cell) == ("numeral", {"number": number})


@pytest.mark.parametrize(
    "cell",
    ["約80", "80-100", "12.5", 12.5, "1,20", "eighty", True, date(2026, 1, 1), "12 14", "名", "9" * 40],
)
def test_what_is_no_whole_number(cell: Cell) -> None:
    assert refusal(read_whole, cell)[0] == "not_whole"


def test_limits() -> None:
    assert whole_between(1, 5)("5") == 5
    assert refusal(whole_between(1, 5), 6.0) == ("too_large", {"limit": 5})
    assert refusal(decimal_between(0, 5), "-0.1") == ("too_small", {"limit": 0})


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (3.9, "3.9"),
        (0.1 + 0.2, "0.3"),
        (4.0, "4"),
        ("３．９", "3.9"),
        ("1,234.5", "1234.5"),
        ("+.5", "0.5"),
        (" 88 ", "88"),
    ],
)
def test_decimal(cell: Cell, number: str) -> None:
    assert read_decimal(cell) == Decimal(number)


def test_a_decimal_comma_is_refused() -> None:
    assert refusal(read_decimal, "3,9") == ("decimal_comma", {"written": "3.9"})
    assert refusal(read_decimal, "1,234") == ("decimal_comma", {"written": "1.234"})
    assert [refusal(read_decimal, cell)[0] for cell in ("3.9/4.5", "A+", "1e3", "nan")] == ["not_decimal"] * 4


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 4, 1), datetime(2026, 4, 1, 9, 30), 46113.0, 46113, 46113.75, "46113", "2026-04-01", "2026/4/1",
        "2026.4.1", "2026. 4. 1.", "２０２６／４／１", "2026年4月1日", "2026年 4月 1日(水)", "2026년 4월 1일", "2026년4월1일(수)",
        "令和8年4月1日", "令和８年４月１日", "R8.4.1", "20260401", 20260401.0, "2026-04-01T00:00:00", "2026/4/1 0:00",
    ],
)  # fmt: skip
def test_date(cell: Cell) -> None:
    assert read_date(cell) == date(2026, 4, 1)


def test_eras() -> None:
    assert read_date("令和元年5月1日") == date(2019, 5, 1)
    assert read_date("平成31年4月30日") == date(2019, 4, 30)
    assert read_date("S64.1.7") == date(1989, 1, 7)
    for cell in ("平成31年5月1日", "昭和64年1月8日", "令和8年2月30日", "2026-02-29", "2026-13-01"):
        assert refusal(read_date, cell)[0] == "no_such_date"


@pytest.mark.parametrize(
    "cell", ["4/1/2026", "26/4/1", "April", "2026-04", 12.0, 0.5, True, time(9), timedelta(1), "", "八十"]
)
def test_what_is_no_date(cell: Cell) -> None:
    assert refusal(read_date, cell)[0] == "not_date"


def test_one_of() -> None:
    read = one_of({6: ("bachelor", "学部", "학부", "6"), 7: ("master's", "修士", "석사")})
    assert [read(cell) for cell in ("Bachelor", "学 部", "학부", 6.0, "ＭＡＳＴＥＲＳ")] == [6, 6, 6, 6, 7]
    assert refusal(read, "doctor") == (
        "not_one_of",
        {"allowed": "bachelor, 学部, 학부, master's, 修士, 석사"},
    )
    with pytest.raises(ValueError, match="two things"):
        one_of({1: ("a",), 2: ("A ",)})
