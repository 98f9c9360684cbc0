"""Finding the row of headings, and which column of the sheet is which of ours."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category, normalize

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eastep.imports.numerals import number_in_words

_REQUIRED = re.compile(r"[(\[【<]\s*(?:必須|必要|required|필수)\s*[)\]】>]", re.IGNORECASE)
_TOTAL = re.compile(r"合計|小計|総計|累計|합계|소계|총계|총합|누계|total|[計계]$")


@lru_cache(maxsize=20_000)
def fold(heading: str) -> str:
    """*heading* without what people write now one way, now another: width, capitals, spaces, punctuation.

    >>> [fold(heading) for heading in ("Applicant ID", "applicant_id", "ＩＤ　", "氏名（必須）", "第３志望")]
    ['applicantid', 'applicantid', 'id', '氏名', '第3志望']
    """
    text = _REQUIRED.sub("", normalize("NFKC", heading)).casefold()
    return "".join(sign for sign in text if category(sign)[0] in "LNM")


def is_total(heading: str) -> bool:
    """Whether the column adds others up.

    >>> [is_total(heading) for heading in ("2023 合計", "派遣計", "파견 › 계", "Total sent", "計画")]
    [True, True, True, True, False]
    """
    return bool(_TOTAL.search(fold(heading)))


@dataclass(frozen=True)
class Numbers:
    """What {n} stands for in the headings of a column that a sheet has several times."""

    possible: range  # in the order in which they are offered
    pattern: str  # how one is written in a folded heading; without groups
    read: Callable[[str], int | None]  # one that is written so; None: it is none
    find: Callable[[str], tuple[int, str]]
    """The one in a heading of other words (0: there is none, -1: several), and the heading folded, with it in digits."""
    title: str | Promise  # of the columns of one number together
    offered: int = 0  # so many at least can be chosen from, whatever the file has
    are_asked_about: bool = False  # whether a heading with one in unknown words is never left out in silence


def counted(last: int) -> Numbers:
    """1 to *last*: 1st, 第一, 2."""
    return Numbers(
        possible=range(1, last + 1),
        pattern=r"(?:[0-9]{1,3}(?:st|nd|rd|th)?|[一二三四五六七八九十]{1,3})",
        read=_read_count,
        find=_find_count,
        title=_("Choice {n}"),
    )


def _read_count(written: str) -> int | None:
    digits = re.match("[0-9]*", written)
    return (int(digits[0]) if digits and digits[0] else number_in_words(written)) or None


def _find_count(heading: str) -> tuple[int, str]:
    found = re.search(r"\d{1,2}", normalize("NFKC", heading))
    return int(found[0]) if found else 0, fold(heading)


class Headings:
    """The ways to write the heading of one column. With {n} in it, it is numbered: Choice {n}, 第{n}志望."""

    def __init__(self, ways: tuple[str, ...], *, repeats: Numbers | None) -> None:
        self.repeats = repeats
        if repeats and not all("{n}" in way for way in ways):
            raise ValueError("Every heading of a repeated column must hold {n}.")
        self._known = frozenset(fold(way) for way in ways)
        pieces = [way.split("{n}") for way in ways] if repeats else []
        number = f"({repeats.pattern})" if repeats else ""
        patterns = [number.join(re.escape(fold(piece)) for piece in piece_list) for piece_list in pieces]
        self._numbered = re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None

    def number(self, folded: str) -> int | None:
        """0 if *folded* is this column's heading (its number if the column is repeated), else None."""
        if self.repeats is None or self._numbered is None:
            return 0 if folded in self._known else None
        match = self._numbered.fullmatch(folded)
        if match is None:
            return None
        return self.repeats.read(next(group for group in match.groups() if group is not None))
