"""From what stands in a cell (never an empty one) to a value. A reader that cannot raises Unreadable."""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any
from unicodedata import category, normalize

from eastep.core.sheets import Cell
from eastep.imports.headings import fold
from eastep.imports.numerals import number_in_words
from eastep.imports.problems import Wording, as_written

LONGEST_TEXT = 1_000
_COMPATIBILITY = re.compile("([豈-\ufaff\U0002f800-\U0002fa1f]+)")  # 神 and 神 are two ways to write a name
_BREAKS = re.compile(r"[\t\r\n\v\f\x85\u2028\u2029]+")
_INVISIBLE = dict.fromkeys(
    (0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF)
)  # come along when text is copied; mean nothing
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # show text in another order
_WHOLE = re.compile(
    r"([+-]?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4}))(?:\.0+)?\s*(?:名|人|席|件|명|인|개|자리)?"
)
_DECIMAL = re.compile(
    r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{1,15})?|\.[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4}\.[0-9]{1,15})"
)
_WITH_COMMA = re.compile(r"[+-]?[0-9]{1,15},[0-9]{1,15}")
_DATE = re.compile(
    r"([0-9]{4})\s*(?:[-/.]|年|년)\s*([0-9]{1,2})\s*(?:[-/.]|月|월)\s*([0-9]{1,2})\s*(?:日|일|\.)?"
)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ERA = re.compile(
    r"(令和|平成|昭和|R|H|S)\s*([0-9]{1,2}|元)\s*(?:[-/.]|年)\s*([0-9]{1,2})\s*(?:[-/.]|月)\s*([0-9]{1,2})\s*日?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\s*\([月火水木金土日월화수목금토일]\)$")
_TIME = re.compile(r"(?<=[0-9])[T ]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$")
_ERAS = {  # first and last day; the law of 1979 on era names and the cabinet orders of 1989 and 2019
    "令和": (date(2019, 5, 1), date.max),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)),
}
_ERA_LETTERS = {"R": "令和", "H": "平成", "S": "昭和"}
_DAY_ZERO = date(1899, 12, 30)  # Excel counts days from here (for dates after February 1900)
_SERIALS = range(20_000, 80_001)  # 1954 to 2119


class Unreadable(Exception):
    """The cell cannot be read as what the column holds; *code* says why, *facts* fill the sentence.

    *wording* is another sentence than ``problems.SENTENCES[code]``, with {value} and the facts as places.
    """

    def __init__(self, code: str, *, wording: Wording | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.wording = wording
        self.facts = facts


def plain_text(text: str) -> str:
    """*text* in one width, without outer white space. Variant kanji stay as they are: names have them.

    >>> plain_text("　ﾔﾏﾀﾞ ＡＢ１ 髙﨑　")
    'ヤマダ AB1 髙﨑'
    """
    if text.isascii():
        return text.strip()
    if _COMPATIBILITY.search(text):
        pieces = _COMPATIBILITY.split(text)
        text = "".join(piece if n % 2 else normalize("NFKC", piece) for n, piece in enumerate(pieces))
    else:
        text = normalize("NFKC", text)
    return text.translate(_INVISIBLE).strip()


def as_is(cell: Cell) -> Cell:
    """Whatever it is, for a column that is read together with another."""
    refuse_long(cell)
    return cell


def refuse_long(cell: Cell) -> None:
    """Refuse what nobody writes into a cell of a few words, before it costs time."""
    if isinstance(cell, str) and len(cell) > LONGEST_TEXT:
        raise Unreadable("too_long", length=len(cell), limit=LONGEST_TEXT)


def read_text(cell: Cell) -> str:
    """Text on one line. A number in a text column is its digits: 12.0 is "12"."""
    if not isinstance(cell, str):
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            raise Unreadable("not_text")
        if abs(cell) >= 10**15:
            raise Unreadable("digits_lost")
        return as_written(cell)
    text = plain_text(cell)
    if not text.isprintable():
        text = _BREAKS.sub(" ", text)
        for sign in text:
            if category(sign) == "Cc" or sign in _OVERRIDES:
                raise Unreadable("control_characters", code_point=f"{ord(sign):04X}")
    return text


def text_up_to(limit: int) -> Callable[[Cell], str]:
    """Reads text of at most *limit* characters."""

    def read(cell: Cell) -> str:
        text = read_text(cell)
        if len(text) > limit:
            raise Unreadable("too_long", length=len(text), limit=limit)
        return text

    return read


def read_whole(cell: Cell) -> int:
    """A whole number: 12, 12.0, "１２", "1,200", "12名". In words it is refused, naming the number."""
    if isinstance(cell, str):
        text = plain_text(cell)
        if match := _WHOLE.fullmatch(text):
            return int(match[1].replace(",", ""))
        _refuse_words(text)
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer():
        if abs(cell) >= 10**15:
            raise Unreadable("digits_lost")
        return int(cell)
    raise Unreadable("not_whole")


def read_decimal(cell: Cell) -> Decimal:
    """A number: 3.9, "３．９", "1,234.5". A comma that could be a decimal sign is refused."""
    if isinstance(cell, str):
        text = plain_text(cell)
        if _DECIMAL.fullmatch(text):
            return Decimal(text.replace(",", ""))
        if _WITH_COMMA.fullmatch(text):
            raise Unreadable("decimal_comma", written=text.replace(",", "."))
        _refuse_words(text)
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and isfinite(cell):
        return Decimal(f"{cell:.15g}")  # Excel's precision: 3.9 is stored as 3.8999999999999999
    raise Unreadable("not_decimal")


def _refuse_words(text: str) -> None:
    number = number_in_words(text)
    if number is not None:
        raise Unreadable("numeral", number=number)


def _between[N: (int, Decimal)](read: Callable[[Cell], N], low: int, high: int) -> Callable[[Cell], N]:
    def read_within(cell: Cell) -> N:
        number = read(cell)
        if number < low:
            raise Unreadable("too_small", limit=low)
        if number > high:
            raise Unreadable("too_large", limit=high)
        return number

    return read_within


def whole_between(low: int, high: int) -> Callable[[Cell], int]:
    """Reads a whole number from *low* to *high*."""
    return _between(read_whole, low, high)


def decimal_between(low: int, high: int) -> Callable[[Cell], Decimal]:
    """Reads a number from *low* to *high*."""
    return _between(read_decimal, low, high)


def read_date(cell: Cell) -> date:
    """A date: a date cell, Excel's day number, or year, month and day in this order, Japanese eras too."""
    match cell:
        case datetime():
            return cell.date()
        case date():
            return cell
        case bool():
            raise Unreadable("not_date")
        case int() | float() if int(cell) in _SERIALS:
            return _DAY_ZERO + timedelta(days=int(cell))
        case int() | float() if float(cell).is_integer():
            return _written_date(str(int(cell)))
        case str():
            return _written_date(plain_text(cell))
        case _:
            raise Unreadable("not_date")


def _written_date(text: str) -> date:
    text = _TIME.sub("", _WEEKDAY.sub("", text))
    if text.isdigit() and len(text) == 5 and int(text) in _SERIALS:
        return _DAY_ZERO + timedelta(days=int(text))
    if match := _DATE.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(int(match[1]), match[2], match[3])
    if match := _ERA.fullmatch(text):
        era = match[1].upper()
        first, last = _ERAS[_ERA_LETTERS.get(era, era)]
        day = _day(first.year - 1 + (1 if match[2] == "元" else int(match[2])), match[3], match[4])
        if first <= day <= last:
            return day
        raise Unreadable("no_such_date")
    raise Unreadable("not_date")


def _day(year: int, month: str, day: str) -> date:
    try:
        return date(year, int(month), int(day))
    except ValueError as error:
        raise Unreadable("no_such_date") from error


def one_of[V: Hashable](choices: Mapping[V, Iterable[str]]) -> Callable[[Cell], V]:
    """Reads one of the values of *choices*, in any of its ways; capitals, width, spaces do not matter."""
    known: dict[str, V] = {}
    for value, ways in choices.items():
        for way in ways:
            if known.setdefault(fold(way), value) != value:
                raise ValueError(f"{way!r} means two things")
    allowed = ", ".join(way for ways in choices.values() for way in list(ways)[:3])

    def read(cell: Cell) -> V:
        try:
            return known[fold(as_written(cell))]
        except KeyError:
            raise Unreadable("not_one_of", allowed=allowed) from None

    return read
