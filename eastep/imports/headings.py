"""Finding the row of headings, and which column of the sheet is which of ours."""

import re
from functools import lru_cache
from unicodedata import category, normalize

from eastep.imports.numerals import number_in_words

_REQUIRED = re.compile(r"[(\[【<]\s*(?:必須|必要|required|필수)\s*[)\]】>]", re.IGNORECASE)
_NUMBER = r"([0-9]{1,3}(?:st|nd|rd|th)?|[一二三四五六七八九十]{1,3})"


@lru_cache(maxsize=20_000)
def fold(heading: str) -> str:
    """*heading* without what people write now one way, now another: width, capitals, spaces, punctuation.

    >>> [fold(heading) for heading in ("Applicant ID", "applicant_id", "ＩＤ　", "氏名（必須）", "第３志望")]
    ['applicantid', 'applicantid', 'id', '氏名', '第3志望']
    """
    text = _REQUIRED.sub("", normalize("NFKC", heading)).casefold()
    return "".join(sign for sign in text if category(sign)[0] in "LNM")


class Headings:
    """The ways to write the heading of one column. With {n} in it, it is numbered: Choice {n}, 第{n}志望."""

    def __init__(self, ways: tuple[str, ...], *, repeats: int) -> None:
        self.repeats = repeats
        if repeats and not all("{n}" in way for way in ways):
            raise ValueError("Every heading of a repeated column must hold {n}.")
        self._known = frozenset(fold(way) for way in ways)
        pieces = [way.split("{n}") for way in ways] if repeats else []
        patterns = [_NUMBER.join(re.escape(fold(piece)) for piece in piece_list) for piece_list in pieces]
        self._numbered = re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None

    def number(self, folded: str) -> int | None:
        """0 if *folded* is this column's heading (its number if the column is repeated), else None."""
        if self._numbered is None:
            return 0 if folded in self._known else None
        match = self._numbered.fullmatch(folded)
        if match is None:
            return None
        written = next(group for group in match.groups() if group is not None)
        digits = re.match("[0-9]*", written)
        number = int(digits[0]) if digits and digits[0] else number_in_words(written)
        return number or None
