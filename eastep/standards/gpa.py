"""Grade averages: kept as written, compared on their own scale or by a conversion that the caller names."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from eastep.standards.cells import Cell, Unreadable, squeezed, text_of
from eastep.standards.facts import GpaConversion, GpaScale, Standards

type Comparison = Literal["met", "below", "not_comparable"]


@dataclass(frozen=True)
class Gpa:
    """An average as its university wrote it, with the code of its scale."""

    value: Decimal
    scale: str


def at_least(
    gpa: Gpa, minimum: Gpa, standards: Standards, *, on: date, by: Collection[str] = ()
) -> Comparison:
    """Whether *gpa* reaches *minimum*: on the same scale, else by one of the conversions named in *by*.

    *by* holds codes of conversions or keys of their owners, best first; the first that is in force that day
    and leads from the one scale to the other decides. A university's conversion is never used unasked.

    >>> want, shipped, day = Gpa(Decimal(90), "100"), Standards.shipped(), date(2027, 4, 1)
    >>> at_least(Gpa(Decimal("3.63"), "4.5"), want, shipped, on=day)
    'not_comparable'
    >>> at_least(Gpa(Decimal("3.63"), "4.5"), want, shipped, on=day, by=["hanyang-4.5-100"])
    'met'
    """
    if gpa.scale == minimum.scale:
        return "met" if gpa.value >= minimum.value else "below"
    for name in by:
        for conversion in standards.conversions:
            if name in (conversion.code, conversion.owner) and conversion.holds_on(on):
                converted = convert(gpa, conversion)
                if converted and converted.scale == minimum.scale:
                    return "met" if converted.value >= minimum.value else "below"
    return "not_comparable"


def convert(gpa: Gpa, conversion: GpaConversion) -> Gpa | None:
    """*gpa* on the other scale; None if it is on a third scale or outside the range that the source gives."""
    if gpa.scale != conversion.from_scale:
        return None
    value = Fraction(gpa.value)
    for (x, y), (next_x, next_y) in pairwise(conversion.points):
        if x <= gpa.value <= next_x:
            exact = Fraction(y) + (value - Fraction(x)) * Fraction(next_y - y) / Fraction(next_x - x)
            return Gpa(_rounded(exact, conversion.decimals, conversion.rounding), conversion.to_scale)
    return None


def _rounded(exact: Fraction, decimals: int, rounding: str) -> Decimal:
    steps = exact * 10**decimals
    whole = int(steps)
    if rounding == "half_up" and steps - whole >= Fraction(1, 2):
        whole += 1
    return Decimal(whole).scaleb(-decimals)


def format_gpa(gpa: Gpa) -> str:
    """The average as `parse_gpa` reads it: ``3.8/4.5``."""
    return f"{gpa.value}/{gpa.scale}"


FULL_MARKS = r"(?:점\s*)?만점|点?満点"
NUMBER = r"\d+(?:\.\d+)?"
OVER = re.compile(rf"({NUMBER})\s*[点점]?\s*(?:/|\bout of\b|\()\s*(.+?)\)?", re.IGNORECASE)
OF_FULL = re.compile(rf"({NUMBER})\s*(?:{FULL_MARKS})\s*(?:中|에서|에|중)?\s*({NUMBER})\s*[点점]?")
SCALE = re.compile(rf"/?\s*({NUMBER})\s*(?:{FULL_MARKS}|[点점]|scale|points?|point scale)?", re.IGNORECASE)


def parse_gpa(cell: Cell, standards: Standards, scale: Cell = None) -> Gpa:
    """The average in *cell*, whose scale stands behind a slash or is given apart. Raises Unreadable.

    >>> parse_gpa("３．８／４．５", Standards.shipped())
    Gpa(value=Decimal('3.8'), scale='4.5')
    >>> parse_gpa(3.8, Standards.shipped(), scale="4.5만점").scale
    '4.5'
    """
    text = text_of(cell)
    value, own_scale = text, ""
    if found := OF_FULL.fullmatch(text):
        own_scale, value = found.groups()
    elif found := OVER.fullmatch(text):
        value, own_scale = found.groups()
    elif text.endswith("%"):
        value, own_scale = text[:-1].strip(), "%"
    if not re.fullmatch(rf"{NUMBER}\s*[点점]?", value):
        raise Unreadable("gpa_unreadable", text)
    code = parse_scale(own_scale, standards) if own_scale else ""
    if text_of(scale):
        given = parse_scale(scale, standards)
        if code and code != given:
            raise Unreadable("gpa_conflict", text, scale=given)
        code = given
    if not code:
        raise Unreadable("gpa_scale_missing", text, known=_known(standards))
    number = Decimal(value.rstrip("点점 "))
    maximum = _scale(code, standards).maximum
    if number > maximum:
        raise Unreadable("gpa_out_of_range", text, scale=code, maximum=str(maximum))
    return Gpa(number, code)


def parse_scale(cell: Cell, standards: Standards) -> str:
    """The code of the scale in *cell*, by name or by its highest mark. Raises Unreadable.

    >>> parse_scale("100点満点", Standards.shipped()), parse_scale(4, Standards.shipped())
    ('100', '4.0')
    """
    return _scale_named(text_of(cell), standards)


@lru_cache(maxsize=1_000)  # a column names few different scales
def _scale_named(text: str, standards: Standards) -> str:
    for scale in standards.scales:
        names = {scale.code, *scale.names, *scale.label}
        if text.casefold() in {name.casefold() for name in names} or (
            squeezed(text) and squeezed(text) in {squeezed(name) for name in names if not name[:1].isdigit()}
        ):
            return scale.code
    found = SCALE.fullmatch(text)
    reaching = {
        scale.code for scale in standards.scales if found and scale.maximum == Decimal(found.group(1))
    }
    if len(reaching) != 1:
        raise Unreadable("gpa_scale_unknown", text, known=_known(standards))
    return reaching.pop()


def _scale(code: str, standards: Standards) -> GpaScale:
    return next(scale for scale in standards.scales if scale.code == code)


def _known(standards: Standards) -> str:
    return ", ".join(dict.fromkeys(scale.code for scale in standards.scales))
