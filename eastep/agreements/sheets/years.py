"""Years in headings: sheets of past exchanges that have a column for each of them."""

from __future__ import annotations

import re

from django.utils import timezone

from eastep.agreements.sheets.days import year_of_era
from eastep.imports.headings import Numbers, fold

FIRST = 1950
_OFFERED = 30
_YEAR = r"(?:fy|ay)?(?P<year>(?:19|20)\d\d)(?P<next>(?:20)?\d\d)?(?:学?年度|年|학?년도|연도|년)?"  # 2023年度, 2023-24
_ERA = r"(?P<era>令和?|平成?|r|h)(?P<count>\d{1,2}|元)(?:年度?)?"  # 令和5年度, R5
_WAYS = [re.compile(way) for way in (rf"{_YEAR}(?:{_ERA})?", rf"{_ERA}(?:{_YEAR})?")]  # R5 (2023)
_PATTERN = "|".join(re.sub(r"\?P<\w+>", "?:", way.pattern) for way in _WAYS)
_WITHIN = re.compile(rf"(?:(?<!\d)(?=\d)|(?<![0-9a-z]))(?:{_PATTERN})(?!\d)")
_TWO_DIGITS = re.compile(r"(?<!\d)(\d\d)(?:年度?|학?년도?)?(?!\d)")


def years() -> Numbers:
    """The years for which there can be past exchanges, the newest first; a year of two digits is only guessed."""
    this = timezone.localdate().year
    possible = range(this, FIRST - 1, -1)

    def read(written: str) -> int | None:
        year = _year(written)
        return year if year in possible else None

    def find(heading: str) -> tuple[int, str]:
        folded = fold(heading)
        if found := _WITHIN.search(folded):
            year = _year(found[0]) or -1
        elif found := _TWO_DIGITS.search(folded):
            year = 2000 + int(found[1])
        else:
            return 0, folded
        return year, f"{folded[: found.start()]}{year}{folded[found.end() :]}"

    return Numbers(
        possible=possible,
        pattern=f"(?:{_PATTERN})",
        read=read,
        find=find,
        title="{n}",
        offered=_OFFERED,
        are_asked_about=True,
    )


def by_year(words: tuple[str, ...]) -> tuple[str, ...]:
    """Headings with the year before or after the words: 2023 派遣, Sent in 2023."""
    found = [way for word in words for way in (f"{{n}} {word}", f"{word} {{n}}")]
    return (*found, *(f"{word} in {{n}}" for word in words if word.isascii()))


def _year(written: str) -> int | None:
    """The one year that all parts say; None where they say several: 2020-2024.

    >>> [_year(written) for written in ("202324", "r52023", "2023r5年度", "h30", "20202024", "r62023")]
    [2023, 2023, 2023, 2018, None, None]
    """
    found = next(filter(None, (way.fullmatch(written) for way in _WAYS)))
    year, following = found["year"], found["next"]
    if following and (int(year) + 1) % 100 != int(following) % 100:
        return None
    said = {int(year)} if year else set()
    if found["era"]:
        said.add(year_of_era(found["era"], found["count"]))
    return said.pop() if len(said) == 1 else None
