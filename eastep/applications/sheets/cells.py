"""What stands in the cells of the sheets of a round alone: terms, lengths, choices, scores."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _

from eastep.applications import headings as said
from eastep.applications.eligibility import MOST_PLACES
from eastep.core.sheets import Cell
from eastep.imports import Unreadable
from eastep.imports.cells import (
    decimal_between,
    one_of,
    plain_text,
    read_whole,
    refuse_long,
    whole_between,
)
from eastep.imports.headings import Headings, counted, fold
from eastep.imports.standard_cells import standard
from eastep.institutions.seasons import Season, SeasonError, parse_season
from eastep.standards.facts import Standards
from eastep.standards.fields import parse_field

CHOICES = 20  # ranked choices that an applicant may have
SCORE_STEP = Decimal("0.0001")  # the lists keep and sort scores with four decimals
EARLIEST, LATEST = Season(2020, 1), Season(2099, 2)  # the dates of terms are known from 2020
NOT_A_TERM = _("“{value}” is not a term. Write it like 2027-spring, 2027年度前期 or 2027년 1학기.")
TERM_FAR_AWAY = _("“{value}” is not between {earliest} and {latest}. Check the year.")
SEVERAL_FIELDS = _("An applicant has one field. Write the one of the degree, such as 0311.")
TOO_PRECISE = _("“{value}” has more than four decimals. Round it to four, such as {rounded}.")
NOT_A_RANK = _("“{value}” is not the number of a choice. Write 1 for the first choice, 2 for the second.")


read_length = one_of({"term": said.TERM_WORDS, "year": said.YEAR_WORDS})
read_language = one_of(said.LANGUAGE_WORDS)

_RANKS = Headings(said.RANK_WORDS, repeats=counted(CHOICES))


def read_rank(cell: Cell) -> int:
    """The number of a choice: 1, 第1志望, 1지망, Choice 1."""
    refuse_long(cell)
    number = _RANKS.number(fold(cell)) if isinstance(cell, str) else read_whole(cell)
    if number is None or not 1 <= number <= CHOICES:
        raise Unreadable("not_a_rank", wording=NOT_A_RANK)
    return number


_read_carried = whole_between(-MOST_PLACES, MOST_PLACES)
_MINUS = str.maketrans(dict.fromkeys("−–—△▲", "-"))  # a triangle is the minus of Japanese accounts


def read_carried(cell: Cell) -> int:
    """Places carried over from earlier years, more or (with a minus or a triangle) fewer: +2, −1, ▲3名."""
    return _read_carried(plain_text(cell).translate(_MINUS) if isinstance(cell, str) else cell)


_read_score = decimal_between(-1_000_000, 1_000_000)


def read_score(cell: Cell) -> Decimal:
    """A score, of at most four decimals: rounding it is the office's to do, for it can make two scores equal."""
    score = _read_score(cell)
    if score != (rounded := score.quantize(SCORE_STEP, ROUND_HALF_UP)):
        raise Unreadable("too_precise", wording=TOO_PRECISE, rounded=rounded)
    return score


def read_season(cell: Cell) -> Season:
    refuse_long(cell)
    try:
        season = parse_season(str(cell))
    except SeasonError as error:
        raise Unreadable("not_a_term", wording=NOT_A_TERM) from error
    if not EARLIEST <= season <= LATEST:
        raise Unreadable("term_far_away", wording=TERM_FAR_AWAY, earliest=EARLIEST, latest=LATEST)
    return season


def one_field(standards: Standards) -> Callable[[Cell], tuple[str, ...]]:
    parse = standard(parse_field, standards)

    def read(cell: Cell) -> tuple[str, ...]:
        fields = parse(cell)
        if len(fields) != 1:
            raise Unreadable("one_field", wording=SEVERAL_FIELDS)
        return fields

    return read
