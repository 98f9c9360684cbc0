"""Fields of education (ISCED-F 2013): reading what an office writes, and which field contains which."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from eastep.standards.cells import Cell, Unreadable, says_nothing, squeezed, text_of
from eastep.standards.facts import Field, Standards

ALL_FIELDS = frozenset(
    map(squeezed, ["all", "all fields", "any field", "全分野", "全学", "전체", "전 분야", "모든 분야"])
)


def field_covers(wide: str, narrow: str) -> bool:
    """Whether field *narrow* lies in field *wide*; the empty field contains every field.

    >>> field_covers("03", "0311"), field_covers("", "0311"), field_covers("0311", "03")
    (True, True, False)
    """
    return narrow.startswith(wide)


def any_field_covers(wides: Iterable[str], narrow: str) -> bool:
    """Whether *narrow* lies in one of *wides*; no fields at all means any field.

    >>> any_field_covers(("04", "0311"), "0311"), any_field_covers((), "0311")
    (True, True)
    """
    several = tuple(wides)
    return not several or any(field_covers(wide, narrow) for wide in several)


def format_fields(codes: Iterable[str]) -> str:
    """The codes as `parse_field` reads them."""
    return "; ".join(codes)


def parse_field(cell: Cell, standards: Standards) -> tuple[str, ...]:
    """The codes of the fields in *cell*, in the order written; none means any field.

    A field is a code, a code with its title, or a title in one of the languages; ``;``, ``/``, ``、`` or
    ``,`` stand between fields, although titles have commas too. A number that lost its leading zero in a
    sheet is read where it can mean only one code: 311 is 0311, while 31 may be 031 or 0031.

    Raises Unreadable.

    >>> parse_field("03 Social sciences; 법학", Standards.shipped())
    ('03', '0421')
    """
    text = text_of(cell)
    if says_nothing(text) or squeezed(text) in ALL_FIELDS:
        return ()
    codes: list[str] = []
    for part in re.split(r"[;/\n]", text):
        codes.extend(_fields_between_commas(part, standards))
    return tuple(dict.fromkeys(codes))


def _fields_between_commas(part: str, standards: Standards) -> Iterator[str]:
    pieces = [piece for piece in re.split(r"[,、]", part) if squeezed(piece)]
    while pieces:
        for length in range(len(pieces), 1, -1):  # the longest run of pieces that is one whole title
            code = _whole_title(",".join(pieces[:length]), standards)
            if code:
                break
        else:
            length, code = 1, _one_field(pieces[0].strip(), standards)
        yield code
        del pieces[:length]


def _whole_title(text: str, standards: Standards) -> str | None:
    found = re.fullmatch(r"\s*(\d*)(.*)", text, re.DOTALL)
    digits, title = found.groups() if found else ("", text)
    titled = _codes_by_title(standards).get(squeezed(title), ())
    if digits:
        return next((code for code in _codes_for(digits, standards) if code in titled), None)
    return _narrowest(titled, standards)


def _one_field(text: str, standards: Standards) -> str:
    found = re.match(r"(\d+)\W*(.*)", text)
    if not found:
        titled = _codes_by_title(standards).get(squeezed(text), ())
        code = _narrowest(titled, standards)
        if code:
            return code
        if titled:
            raise Unreadable("field_ambiguous", text, known=_listed(titled, standards))
        raise Unreadable("field_unknown", text)
    digits, title = found.groups()
    codes = _codes_for(digits, standards)
    if not codes or title[:1].isdigit():
        raise Unreadable("field_unknown", text)
    titled = _codes_by_title(standards).get(squeezed(title), ())
    if titled:
        codes = tuple(code for code in codes if code in titled)
        if not codes:
            raise Unreadable("field_conflict", text, code=digits, title=title)
    if len(codes) > 1:
        raise Unreadable("field_ambiguous", text, known=_listed(codes, standards))
    return codes[0]


def _codes_for(digits: str, standards: Standards) -> tuple[str, ...]:
    """The codes that *digits* may stand for when a sheet may have dropped zeros in front."""
    known = _by_code(standards)
    if digits.startswith("0") and len(digits) > 1:
        return (digits,) if digits in known else ()
    padded = dict.fromkeys(digits.zfill(length) for length in range(len(digits), 5))
    return tuple(code for code in padded if code in known)


def _narrowest(codes: tuple[str, ...], standards: Standards) -> str | None:
    """The last of *codes* if each is all there is in the one before; None where the fields differ.

    "Law" is 042 and its only part 0421, so either will do; "ICT" is 06 and one part of it, 061.
    """
    known = _by_code(standards)
    for wide, narrow in pairwise(codes):
        if [code for code in known if code.startswith(wide) and len(code) == len(wide) + 1] != [narrow]:
            return None
    return codes[-1] if codes else None


def _listed(codes: Iterable[str], standards: Standards) -> str:
    known = _by_code(standards)
    return ", ".join(f"{code} {known[code].label.en}" for code in codes)


@lru_cache(maxsize=8)
def _by_code(standards: Standards) -> dict[str, Field]:
    return {field.code: field for field in standards.fields}


@lru_cache(maxsize=8)
def _codes_by_title(standards: Standards) -> dict[str, tuple[str, ...]]:
    """Title in any language → codes, the widest first."""
    codes: dict[str, tuple[str, ...]] = {}
    for field in sorted(standards.fields, key=lambda field: len(field.code)):
        for title in field.label:
            if field.code not in codes.setdefault(squeezed(title), ()):
                codes[squeezed(title)] += (field.code,)
    return codes
