"""Days and periods in the office's own sheets: in every way that can mean only one thing."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from eastep.agreements.content import later
from eastep.core.sheets import Cell
from eastep.imports import Unreadable
from eastep.imports.cells import plain_text, read_date, read_text, refuse_long
from eastep.standards.cells import squeezed

NOT_A_DAY = _(
    "“{value}” is not a day that can be read. Write year, month and day, such as 2027-04-01 or 令和9年4月1日."
)
NOT_AN_END = _(
    "“{value}” is not a last day. Write year, month and day, such as 2032-03-31, or “none” where there is no end."
)
NOT_A_PERIOD = _(
    "“{value}” is not a period that can be read. Write it like 2027-04-01 ~ 2032-03-31, like “5 years”, or “none” "
    "where there is no end."
)
NOT_A_YEAR = _("“{value}” is not a year. Write it like 2026, 2026年度 or 令和8年度.")

_RENEWS = re.compile(
    r"自動(?:的に)?(?:更新|延長)|자동\s*(?:갱신|연장)|auto(?:matic(?:ally)?)?[\s-]*(?:renew(?:al|ed|s)?|extend(?:ed|s)?|extension)"
    r"|renew(?:ed|s)? automatically|automatic renewal",
    re.IGNORECASE,
)
_ENDLESS = frozenset(
    map(
        squeezed,
        [
            *("none", "no end", "indefinite", "indefinitely", "unlimited", "open", "open-ended", "permanent"),
            *("until terminated", "until notice", "no expiry", "no expiration", "n/a", "nil", "perpetual"),
            *(
                "なし",
                "無し",
                "無",
                "期限なし",
                "期限無し",
                "無期限",
                "定めなし",
                "期間の定めなし",
                "期限の定めなし",
                "永久",
                "無期",
            ),
            *(
                "없음",
                "무기한",
                "기한없음",
                "기한 없음",
                "기간 없음",
                "영구",
                "무기",
                "정함 없음",
                "기한의 정함이 없음",
            ),
        ],
    )
)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s-]*([a-z]{3,9})\.?,?[\s-]*(\d{4})", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s*(\d{4})", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})\s*(?:[-/.]|年|년)\s*(\d{1,2})\s*(?:月|월)?(?:末日?|말일?)?")
_MONTH_OF_ERA = re.compile(
    r"(令和|平成|R|H)\s*(\d{1,2}|元)\s*(?:[-/.]|年)\s*(\d{1,2})\s*月?(?:末日?)?", re.IGNORECASE
)
_YEARS = re.compile(r"(?:満|만)?\s*(\d{1,2})\s*(?:年|년|years?|yrs?)\s*(?:間|간|from.*)?", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:~|～|〜|–|—|から|부터|\bto\b|\buntil\b|(?<=\d)\s-\s(?=\d))\s*", re.IGNORECASE)
_UP_TO = re.compile(r"(?:まで|까지)$")
_BRACKETS = re.compile(r"[(\[（【]\s*([^()\[\]（）【】]*)\s*[)\]）】]")


@dataclass(frozen=True)
class End:
    """The last day, None where there is none; whether it renews itself after it."""

    day: date | None
    renews: bool = False


@dataclass(frozen=True)
class Span:
    """A period: from a day to a day, or so many years; whether it has an end, and whether it renews itself."""

    first: date | None = None
    last: date | None = None
    years: int = 0
    renews: bool = False

    def end(self, starts_on: date) -> date | None:
        """The last day of a period that begins on that day."""
        return later(starts_on, 12 * self.years) - timedelta(days=1) if self.years else self.last


def first_day(cell: Cell) -> date:
    """A day; of a month alone its first."""
    return _near(_day(cell, of_month=lambda year, month: date(year, month, 1), wording=NOT_A_DAY))


def last_day(cell: Cell) -> End:
    """The last day; of a month alone its last; none for “期限なし”, “indefinite”, and for what renews itself."""
    refuse_long(cell)
    if not isinstance(cell, str):
        return _end(_day(cell, of_month=_end_of_month, wording=NOT_AN_END))
    text, renews = _without_renewal(plain_text(cell))
    if not squeezed(text) or squeezed(text) in _ENDLESS:
        return End(None, renews)
    return _end(_day(_UP_TO.sub("", text), of_month=_end_of_month, wording=NOT_AN_END), renews=renews)


def period(cell: Cell) -> Span:
    """2022.4.1~2027.3.31, 5年間, 無期限, 5年（自動更新）."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 1 <= cell <= 50 and cell == int(cell):
        return Span(years=int(cell))
    if not isinstance(cell, str):
        raise Unreadable("not_a_period", wording=NOT_A_PERIOD)
    refuse_long(cell)
    text, renews = _without_renewal(plain_text(cell))
    if not squeezed(text) or squeezed(text) in _ENDLESS:
        return Span(renews=renews)
    if found := _YEARS.fullmatch(text):
        return Span(years=int(found[1]), renews=renews)
    halves = _BETWEEN.split(text)
    try:
        if len(halves) == 2:
            first = first_day(halves[0]) if halves[0].strip() else None
            return Span(first=first, last=last_day(halves[1]).day, renews=renews)
    except Unreadable as error:
        raise Unreadable("not_a_period", wording=NOT_A_PERIOD) from error
    raise Unreadable("not_a_period", wording=NOT_A_PERIOD)


def _without_renewal(text: str) -> tuple[str, bool]:
    """The text without what it says of automatic renewal, and whether it says so."""
    renews = bool(_RENEWS.search(text))
    if renews:
        text = _BRACKETS.sub(lambda found: "" if _RENEWS.search(found[0]) else found[0], text)
        text = _RENEWS.split(text)[0]
    return text.strip(" 、,;・/。()（）"), renews


def _end(day: date, *, renews: bool = False) -> End:
    """Databases say “no end” by their last day, 9999-12-31."""
    return End(None if day.year == date.max.year else _near(day), renews)


def _near(day: date) -> date:
    if not 1900 <= day.year < 2200:  # as in checking.py
        raise Unreadable("no_such_date")
    return day


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _day(cell: Cell, *, of_month: Any, wording: Any) -> date:
    try:
        return read_date(cell)
    except Unreadable as error:
        if error.code == "no_such_date" or not isinstance(cell, str):
            raise
    refuse_long(cell)
    text = plain_text(cell)
    try:
        if found := _DAY_FIRST.fullmatch(text):
            return date(int(found[3]), _month_named(found[2]), int(found[1]))
        if found := _MONTH_FIRST.fullmatch(text):
            return date(int(found[3]), _month_named(found[1]), int(found[2]))
        if found := _MONTH.fullmatch(text):
            return of_month(int(found[1]), int(found[2]))  # type: ignore[no-any-return]
        if found := _MONTH_OF_ERA.fullmatch(text):
            return of_month(year_of_era(found[1], found[2]), int(found[3]))  # type: ignore[no-any-return]
    except ValueError as error:
        raise Unreadable("no_such_date") from error
    raise Unreadable("not_date", wording=wording)


def _month_named(name: str) -> int:
    return _MONTH_NAMES.index(name[:3].lower()) + 1


def year_of_era(era: str, year: str) -> int:
    return (2018 if era in "令和Rr" else 1988) + (1 if year == "元" else int(year))


def read_year(cell: Cell) -> int:
    """An academic year by the calendar year in which it begins."""
    if isinstance(cell, datetime | date):
        return cell.year
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else plain_text(str(cell))
    text = re.sub(r"\s+", "", text)
    if found := re.fullmatch(
        r"(?:FY|AY|fy|ay)?((?:19|20)\d\d)(?:年度|学年度|年|학년도|년도|년)?(?:[-/~](?:20)?\d\d)?", text
    ):
        return int(found[1])
    if found := re.fullmatch(r"(令和|平成|R|H)(\d{1,2}|元)(?:年度|年)?", text, re.IGNORECASE):
        return year_of_era(found[1].upper() if found[1].isascii() else found[1], found[2])
    raise Unreadable("not_a_year", wording=NOT_A_YEAR)


_YES = frozenset(
    map(
        squeezed,
        ["yes", "y", "有", "あり", "有り", "○", "〇", "o", "有効", "유", "있음", "예", "1", "する", "true"],
    )
)
_NO = frozenset(
    map(squeezed, ["no", "n", "無", "なし", "無し", "×", "x", "무", "없음", "아니오", "0", "しない", "false"])
)


def read_renewal(cell: Cell) -> bool | str:
    """Whether it renews itself; else what is said about renewal."""
    if isinstance(cell, bool):
        return cell
    text = read_text(cell)
    if text in ("○", "〇", "◯", "O", "o", "✓", "●"):
        return True
    if text in ("×", "✕", "X", "x") or squeezed(text) in _NO:
        return False
    return True if squeezed(text) in _YES or _RENEWS.fullmatch(text) else text
