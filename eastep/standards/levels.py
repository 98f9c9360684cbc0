"""Levels of study: 6 bachelor, 7 master, 8 doctorate (European Qualifications Framework)."""

import re
from functools import lru_cache

from eastep.standards.cells import Cell, Unreadable, squeezed, text_of
from eastep.standards.facts import Standards

SEVERAL = frozenset(
    map(
        squeezed,
        [
            "graduate",
            "graduate school",
            "postgraduate",
            "大学院",
            "大学院生",
            "대학원",
            "대학원생",
            "博士前期・後期",
            "석박사통합",
            "석·박사통합",
            "석박통합",
        ],
    )
)
"""Words that mean master or doctorate."""


def parse_level(cell: Cell, standards: Standards) -> int:
    """The level in *cell*, by number or by name in one of the languages. Raises Unreadable.

    >>> [parse_level(cell, Standards.shipped()) for cell in ("학부", "修士課程", "Ph.D.", 6.0, "EQF 7")]
    [6, 7, 8, 6, 7]
    """
    text = text_of(cell)
    name = re.sub(r"^(?:eqf|isced)?(?:level)?(?=\d$)", "", squeezed(text))
    if name in SEVERAL:
        raise Unreadable("level_ambiguous", text)
    level = _by_name(standards).get(name)
    if level is None:
        known = ", ".join(f"{level.code} ({' / '.join(level.label)})" for level in standards.levels)
        raise Unreadable("level_unknown", text, known=known)
    return level


@lru_cache(maxsize=8)
def _by_name(standards: Standards) -> dict[str, int]:
    return {
        squeezed(name): int(level.code)
        for level in standards.levels
        for name in (level.code, *level.label, *level.names)
    }
