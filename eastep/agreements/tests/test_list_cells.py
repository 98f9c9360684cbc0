"""What stands in the cells of an office's own list: each way to write it, and what is refused instead of guessed."""

from datetime import date

import pytest

from eastep.agreements.sheets.cells import (
    Places,
    levels,
    read_direction,
    read_kind,
    read_mobility,
    read_months,
    read_places,
    read_terms,
    whole_months,
)
from eastep.agreements.sheets.days import End, Span, first_day, last_day, period, read_renewal, read_year
from eastep.imports import Unreadable
from eastep.standards.facts import Standards

APRIL = date(2022, 4, 1)


@pytest.mark.parametrize(
    "cell",
    [*("令和4年4月1日", "2022.4.1", "２０２２年４月１日", "2022-04-01", "R4.4.1", "2022년 4월 1일", "2022/4/1 (金)", "2022. 4. 1."),
     *("1 April 2022", "April 1, 2022", "1-Apr-2022", "1st April 2022", "20220401", APRIL, 44652, "2022年4月", "令和4年4月")],
)  # fmt: skip
def test_first_days(cell):
    assert first_day(cell) == APRIL


@pytest.mark.parametrize("cell", ["01/04/2022", "22.4.1", "2022", "昨年", "2022年度", 2022.4, True])
def test_days_that_can_mean_two_things_are_refused(cell):
    with pytest.raises(Unreadable):
        first_day(cell)


def test_a_day_that_does_not_exist_is_told_as_such():
    for cell in ("2022年2月30日", "31 April 2022", "2022年13月", "0202年4月1日", "2222-04-01"):
        with pytest.raises(Unreadable) as error:
            first_day(cell)
        assert error.value.code == "no_such_date"


@pytest.mark.parametrize(
    ("cell", "end"),
    [
        ("2027.3.31", End(date(2027, 3, 31))),
        ("令和9年3月31日まで", End(date(2027, 3, 31))),
        ("2027年3月", End(date(2027, 3, 31))),
        ("2028.2", End(date(2028, 2, 29))),  # a leap year
        ("期限なし", End(None)),
        ("indefinite", End(None)),
        ("기한 없음", End(None)),
        ("-", End(None)),
        ("9999-12-31", End(None)),
        ("자동연장", End(None, renews=True)),
        ("自動更新", End(None, renews=True)),
        ("2027-03-31（自動更新）", End(date(2027, 3, 31), renews=True)),
        ("2027-03-31, automatically renewed", End(date(2027, 3, 31), renews=True)),
    ],
)
def test_last_days(cell, end):
    assert last_day(cell) == end


@pytest.mark.parametrize(
    ("cell", "span"),
    [
        ("2022.4.1~2027.3.31", Span(first=APRIL, last=date(2027, 3, 31))),
        ("2022年4月1日〜2027年3月31日", Span(first=APRIL, last=date(2027, 3, 31))),
        ("2022年4月 から 2027年3月 まで", Span(first=APRIL, last=date(2027, 3, 31))),
        ("2022.4.1부터 2027.3.31까지", Span(first=APRIL, last=date(2027, 3, 31))),
        ("1 April 2022 to 31 March 2027", Span(first=APRIL, last=date(2027, 3, 31))),
        ("2022-04-01 - 2027-03-31", Span(first=APRIL, last=date(2027, 3, 31))),
        ("2022.4.1~", Span(first=APRIL)),
        ("5年間", Span(years=5)),
        ("５년", Span(years=5)),
        (5.0, Span(years=5)),
        ("5年（自動更新）", Span(years=5, renews=True)),
        ("無期限", Span()),
    ],
)
def test_periods(cell, span):
    assert period(cell) == span


def test_five_years_end_on_the_day_before_the_fifth_anniversary():
    assert Span(years=5).end(APRIL) == date(2027, 3, 31)
    assert Span(years=1).end(date(2024, 2, 29)) == date(2025, 2, 27)  # one year later is 28 February


@pytest.mark.parametrize(
    ("cell", "places"),
    [
        (3, Places(3)),
        (3.0, Places(3)),
        ("３名", Places(3)),
        ("3명", Places(3)),
        ("年間3名", Places(3)),
        ("各3名", Places(3, each=True)),
        ("3名ずつ", Places(3, each=True)),
        ("각 3명", Places(3, each=True)),
        ("3名（授業料不徴収）", Places(3, note="授業料不徴収")),
        ("3 students per year", Places(3)),
        ("若干名", Places(None)),
        ("약간명", Places(None)),
        ("0", Places(0)),
    ],
)
def test_places(cell, places):
    assert read_places(cell) == places


@pytest.mark.parametrize("cell", ["三名", "2~3名", "5名（学部3、大学院2）", "4学期分", 2.5, -1, "いくらか"])
def test_places_that_are_no_number_are_refused(cell):
    with pytest.raises(Unreadable):
        read_places(cell)


def test_the_other_columns():
    assert [read_months(cell) for cell in (6, "6ヶ月", "半年", "1年", "1年以内", "10개월", 4.5)] == [
        *("6", "6", "6", "12", "12", "10", "4.5")
    ]
    assert [whole_months(cell) for cell in ("6ヶ月前", "6개월 전", "12 months")] == [6, 6, 12]
    assert [read_terms(cell) for cell in ("通年", "前期", "가을학기", "Spring/Fall", "3월, 9월")] == [
        *(("spring", "autumn"), ("spring",), ("autumn",), ("spring", "autumn"), ("spring", "autumn"))
    ]
    read = levels(Standards.shipped())
    assert [read(cell) for cell in ("学部・大学院", "修士、博士", "학부", "全課程", "bachelor/master")] == [
        *((6, 7, 8), (7, 8), (6,), (), (6, 7))
    ]
    assert [read_direction(cell) for cell in ("派遣", "초청", "受け入れ", "双方")] == [
        "out",
        "in",
        "in",
        "both",
    ]
    assert [read_kind(cell) for cell in ("大学間協定", "部局間", "覚書", "대학간")] == [
        *("university", "faculty", "memorandum", "university")
    ]
    assert [read_mobility(cell) for cell in ("交換留学", "교환학생", "インターンシップ", "職員交流")] == [
        *("study", "study", "traineeship", "training")
    ]
    assert [read_renewal(cell) for cell in ("有", "○", "自動更新", "無", "5年ごとに協議")] == [
        *(True, True, True, False, "5年ごとに協議")
    ]
    assert [
        read_year(cell) for cell in (2023, "2023年度", "令和5年度", "FY2023", "2023-24", "2023학년도")
    ] == [2023] * 6


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (read_months, "1学期"),
        (read_terms, "随時"),
        (read_year, "23"),
        (read_direction, "左"),
        (whole_months, "4.5"),
    ],
)
def test_what_is_not_clear_is_refused(read, cell):
    with pytest.raises(Unreadable):
        read(cell)
