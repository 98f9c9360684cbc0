"""Universities in cells: by any of their names or their code, and what a name may mean that is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from eastep.core.sheets import Cell
from eastep.core.text import joined
from eastep.imports.cells import Unreadable, refuse_long
from eastep.institutions.folding import plain
from eastep.institutions.register import Register

CANDIDATES = 5  # institutions that a name that is not known may mean
_MOST_SEARCHED = 1_000  # different names for which candidates are looked for: nobody confirms more

UNKNOWN_UNIVERSITY = _(
    "“{value}” is not a known institution. Write its full name in Japanese, Korean or English, or its code."
)
UNKNOWN_UNIVERSITY_BUT = _("“{value}” is not a known institution. Is one of these meant? {candidates}")
AMBIGUOUS_UNIVERSITY = _("“{value}” can be more than one institution: {candidates}. Write the full name.")


def key_of_name(text: str, names: Mapping[str, str]) -> str:
    """The key of the institution that *text* was confirmed to mean (*names* by `folding.plain`), or ""."""
    whole = plain(text)
    return names.get(whole, "") if whole else ""


def university(register: Register, names: Mapping[str, str]) -> Callable[[Cell], str]:
    """Reads a name, an alias or a code into the institution's key. A likeness is offered, never taken."""
    searched: set[str] = set()

    @cache
    def key_of(text: str) -> str | Unreadable:
        if key := key_of_name(text, names):
            return key
        found = register.resolve(text)
        if found.university:
            return found.university.key
        candidates = list(found.candidates)
        if not candidates and len(searched) < _MOST_SEARCHED:
            searched.add(text)
            candidates = register.search(text, CANDIDATES)
        wording = UNKNOWN_UNIVERSITY_BUT if candidates else UNKNOWN_UNIVERSITY
        return Unreadable(
            f"{found.code}_institution",
            wording=AMBIGUOUS_UNIVERSITY if found.code == "ambiguous" else wording,
            candidates=lazy(
                lambda: joined(one.name((get_language() or "en")[:2]) for one in candidates[:CANDIDATES]),
                str,
            )(),
            written=text,
            keys=tuple(one.key for one in candidates[:CANDIDATES]),
        )

    def read(cell: Cell) -> str:
        refuse_long(cell)
        key = key_of(str(cell))
        if isinstance(key, Unreadable):
            raise key.with_traceback(None)
        return key

    return read


def tells_university(register: Register, names: Mapping[str, str]) -> Callable[[str], bool]:
    return lambda text: bool(key_of_name(text, names) or register.resolve(text).university)
