"""Seasons: how offices write them, their order and their default dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastep.institutions.seasons import (
    Calendar,
    Season,
    SeasonError,
    TermRule,
    dates_of,
    parse_season,
    start_of,
)

seasons = st.builds(Season, st.integers(1901, 2198), st.sampled_from([1, 2]))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2027-spring",
            "2027 Spring",
            "Spring 2027",
            "spring semester 2027",
            "2027-1",
            "2027-03",
            "2027-04",
            "27-1",
        ),
        *(
            "2027年度前期",
            "2027年度春学期",
            "2027年春",
            "２０２７年度　前期",
            "2027年4月",
            "令和9年度前期",
            "R9春学期",
        ),
        *("2027년 1학기", "2027학년도 1학기", "27년 1학기", "2027 봄학기", "2027년 3월", "1학기 2027"),
        *(
            "2027−1",
            "2027-03-02",
            "2027.03",
            "March 2027",
            "April 2027",
            "Semester 1, 2027",
            "1st semester 2027",
        ),
    ],
)
def test_spring(text: str) -> None:
    assert parse_season(text) == Season(2027, 1)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2027-autumn",
            "2027 Autumn",
            "Fall 2027",
            "2027 fall semester",
            "2027-2",
            "2027-09",
            "2027-10",
            "27-2",
        ),
        *("2027年度後期", "2027年度秋学期", "2027年秋", "２０２７年度後期", "2027年9月", "令和９年度後期"),
        *(
            "2027년 2학기",
            "2027학년도 2학기",
            "2027 가을학기",
            "2027년 9월",
            "2027/09/01",
            "Sept. 2027",
            "October 2027",
        ),
    ],
)
def test_autumn(text: str) -> None:
    assert parse_season(text) == Season(2027, 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            (text, "unknown_season")
            for text in ("", "2027", "spring", "2027-3", "2027-13", "2027-05", "2027年度3月")
        ),
        *(
            (text, "unknown_season")
            for text in ("202７1", "0027-1", "2027-0", "2027-spring-autumn", "46082", "第1学期")
        ),
        *(
            (text, "short_term")
            for text in ("2027 winter", "2027年度冬学期", "夏学期 2027", "2027 겨울계절학기")
        ),
        *(
            (text, "short_term")
            for text in ("2027 Q2", "2027年度第3クォーター", "Summer 2027", "2027 여름학기")
        ),
    ],
)
def test_others_are_refused(text: str, code: str) -> None:
    with pytest.raises(SeasonError) as refusal:
        parse_season(text)
    assert (refusal.value.code, refusal.value.text) == (code, text)


@given(seasons)
def test_the_code_reads_back(season: Season) -> None:
    assert parse_season(season.code) == Season.of(str(season)) == season


@given(seasons, seasons)
def test_the_order_is_the_order_of_time(one: Season, other: Season) -> None:
    assert (one < other) == (start_of_any(one) < start_of_any(other))
    assert one.previous < one < one.next
    assert one.next.previous == one


@given(st.text(max_size=12))
def test_any_text_is_a_season_or_refused(text: str) -> None:
    try:
        code = parse_season(text).kind
    except SeasonError as refusal:
        code = refusal.code
    assert code in {"spring", "autumn", "unknown_season", "short_term"}


@pytest.mark.parametrize(
    "code", ["2027", "2027-Spring", "2027-summer", "27-spring", "2027-1", "２０２７-spring", ""]
)
def test_of_takes_exact_codes_only(code: str) -> None:
    with pytest.raises(SeasonError):
        Season.of(code)


@pytest.mark.parametrize(
    ("season", "country", "dates"),
    [
        ("2027-spring", "KR", (date(2027, 3, 2), date(2027, 6, 21))),
        ("2027-autumn", "KR", (date(2027, 9, 1), date(2027, 12, 21))),
        ("2027-spring", "JP", (date(2027, 4, 1), date(2027, 8, 5))),
        ("2027-autumn", "JP", (date(2027, 9, 25), date(2028, 2, 5))),
    ],
)
def test_default_dates(season: str, country: str, dates: tuple[date, date]) -> None:
    assert dates_of(Season.of(season), country) == dates
    assert start_of(Season.of(season), f"{country}:any") == dates[0]


def test_a_university_comes_before_its_country_while_its_rule_is_valid() -> None:
    country = rule(starts=(4, 1), ends=(8, 5))
    own = rule(
        starts=(4, 10), ends=(7, 31), code="X", valid_from=date(2027, 1, 1), valid_to=date(2027, 12, 31)
    )
    calendar = Calendar([country, own])
    starts = [start_of(Season(year, 1), "JP:X", calendar) for year in (2026, 2027, 2028)]
    assert starts == [date(2026, 4, 1), date(2027, 4, 10), date(2028, 4, 1)]
    assert start_of(Season(2027, 1), "JP:Y", calendar) == date(2027, 4, 1)


def test_where_no_rule_holds_no_date_is_made_up() -> None:
    with pytest.raises(LookupError):
        start_of(Season(2019, 1), "JP")  # the shipped rules begin in 2020
    with pytest.raises(LookupError):
        start_of(Season(2027, 1), "FR")


def rule(**given: object) -> TermRule:
    values = {
        "country": "JP",
        "kind": "spring",
        "valid_from": date(2020, 1, 1),
        "valid_to": None,
        "source": "test",
    }
    return TermRule(**(values | given))  # type: ignore[arg-type]


def start_of_any(season: Season) -> date:
    return date(season.year, 3 if season.half == 1 else 9, 1)
