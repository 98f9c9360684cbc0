"""What a name in a sheet may mean when the register does not say it alone: candidates, for a person to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from eastep.institutions.folding import fold, grams
from eastep.institutions.register import Register, University

_CANDIDATES = 5
_CLEAR = 0.6  # share of common pairs of characters from which a name may be clearly meant
_LEAD = 0.2  # by so much it must be ahead of the next institution


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """What *written* may mean, best first; *best* is the key of the one that is clearly ahead, or ""."""

    written: str
    universities: tuple[University, ...]
    best: str


def candidates_for(written: str, register: Register) -> Candidates:
    """The institutions that are called nearly so.

    >>> candidates_for("Wasda Univ", Register.shipped()).best == Register.shipped().resolve("早大").university.key
    True
    """
    found = register.resolve(written).candidates[:_CANDIDATES] or tuple(register.search(written, _CANDIDATES))
    is_ambiguous = len(register.resolve(written).candidates) > 1
    likeness = [_likeness(written, university) for university in found]
    is_clear = bool(found) and not is_ambiguous and likeness[0] >= _CLEAR
    is_ahead = is_clear and all(likeness[0] >= other + _LEAD for other in likeness[1:])
    return Candidates(written=written, universities=found, best=found[0].key if is_ahead else "")


def _likeness(written: str, university: University) -> float:
    """How alike the name and the best form of the university are, from 0 to 1."""
    wanted = grams(fold(written))
    forms = [grams(fold(form)) for form in university.forms()]
    return max((2 * len(wanted & form) / (len(wanted) + len(form) or 1) for form in forms), default=0.0)
