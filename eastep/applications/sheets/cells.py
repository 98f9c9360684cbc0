"""What stands in the cells of the sheets: universities, terms, lengths, and what the standards read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from eastep.applications import headings as said
from eastep.applications.eligibility import MOST_PLACES
from eastep.core.sheets import Cell
from eastep.imports import Row, Table, Unreadable
from eastep.imports.cells import decimal_between, one_of, plain_text, read_whole, whole_between
from eastep.imports.headings import Headings, fold
from eastep.institutions.folding import plain
from eastep.institutions.register import Register
from eastep.institutions.seasons import Season, SeasonError, parse_season
from eastep.standards import sentences
from eastep.standards.cells import Unreadable as NotStandard
from eastep.standards.cells import says_nothing, text_of
from eastep.standards.facts import Standards
from eastep.standards.fields import parse_field
from eastep.standards.gpa import Gpa, parse_gpa, parse_scale
from eastep.standards.levels import parse_level

CHOICES = 20  # ranked choices that an applicant may have
LONGEST_TEXT = 1_000
SCORE_STEP = Decimal("0.0001")  # the lists keep and sort scores with four decimals
EARLIEST, LATEST = Season(2020, 1), Season(2099, 2)  # the dates of terms are known from 2020
CANDIDATES = 5  # institutions that a name that is not known may mean
_MOST_SEARCHED = 1_000  # different names for which candidates are looked for: nobody confirms more

UNKNOWN_UNIVERSITY = _(
    "“{value}” is not a known institution. Write its full name in Japanese, Korean or English, or its code."
)
UNKNOWN_UNIVERSITY_BUT = _("“{value}” is not a known institution. Is one of these meant? {candidates}")
AMBIGUOUS_UNIVERSITY = _("“{value}” can be more than one institution: {candidates}. Write the full name.")
NOT_A_TERM = _("“{value}” is not a term. Write it like 2027-spring, 2027年度前期 or 2027년 1학기.")
TERM_FAR_AWAY = _("“{value}” is not between {earliest} and {latest}. Check the year.")
SEVERAL_FIELDS = _("An applicant has one field. Write the one of the degree, such as 0311.")
TOO_PRECISE = _("“{value}” has more than four decimals. Round it to four, such as {rounded}.")
NOT_A_RANK = _("“{value}” is not the number of a choice. Write 1 for the first choice, 2 for the second.")


def as_is(cell: Cell) -> Cell:
    _short(cell)
    return cell


def _short(cell: Cell) -> None:
    """Refuse what nobody writes into such a cell, before it costs time."""
    if isinstance(cell, str) and len(cell) > LONGEST_TEXT:
        raise Unreadable("too_long", length=len(cell), limit=LONGEST_TEXT)


read_length = one_of({"term": said.TERM_WORDS, "year": said.YEAR_WORDS})
read_language = one_of(said.LANGUAGE_WORDS)

_RANKS = Headings(said.RANK_WORDS, repeats=CHOICES)


def read_rank(cell: Cell) -> int:
    """The number of a choice: 1, 第1志望, 1지망, Choice 1."""
    _short(cell)
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
    _short(cell)
    try:
        season = parse_season(str(cell))
    except SeasonError as error:
        raise Unreadable("not_a_term", wording=NOT_A_TERM) from error
    if not EARLIEST <= season <= LATEST:
        raise Unreadable("term_far_away", wording=TERM_FAR_AWAY, earliest=EARLIEST, latest=LATEST)
    return season


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
                lambda: ", ".join(one.name((get_language() or "en")[:2]) for one in candidates[:CANDIDATES]),
                str,
            )(),
            written=text,
            keys=tuple(one.key for one in candidates[:CANDIDATES]),
        )

    def read(cell: Cell) -> str:
        _short(cell)
        key = key_of(str(cell))
        if isinstance(key, Unreadable):
            raise key.with_traceback(None)
        return key

    return read


def standard[T](parse: Callable[[Any, Standards], T], standards: Standards) -> Callable[[Cell], T]:
    def read(cell: Cell) -> T:
        _short(cell)
        try:
            return parse(cell, standards)
        except NotStandard as error:
            raise Unreadable(error.code, wording=worded(error)) from error

    return read


def worded(error: NotStandard) -> Any:
    """The standards' own sentence, made when it is read; braces in it are not places to fill."""
    return lazy(lambda: sentences.sentence(error).replace("{", "{{").replace("}", "}}"), str)()


def one_field(standards: Standards) -> Callable[[Cell], tuple[str, ...]]:
    parse = standard(parse_field, standards)

    def read(cell: Cell) -> tuple[str, ...]:
        fields = parse(cell)
        if len(fields) != 1:
            raise Unreadable("one_field", wording=SEVERAL_FIELDS)
        return fields

    return read


def scale(standards: Standards) -> Callable[[Cell], str | None]:
    """Reads the code of a GPA scale; nothing, where it is said that there is none."""
    parse = standard(parse_scale, standards)
    return lambda cell: None if says_nothing(text_of(cell)) else parse(cell)  # type: ignore[arg-type]


def several_levels(standards: Standards) -> Callable[[Cell], tuple[int, ...]]:
    parse = standard(parse_level, standards)

    def read(cell: Cell) -> tuple[int, ...]:
        if isinstance(cell, str) and says_nothing(cell):
            return ()
        parts = str(cell).replace("、", ";").replace(",", ";").replace("/", ";").split(";")
        return tuple(dict.fromkeys(parse(part if len(parts) > 1 else cell) for part in parts))

    return read


def gpa_of(table: Table, row: Row, standards: Standards) -> Gpa | None:
    """The grade point average with its scale, in one cell (3.8/4.5) or in two."""
    if row["gpa"] is None or says_nothing(text_of(row["gpa"])):
        return None
    try:
        return parse_gpa(row["gpa"], standards, scale=row["scale"])
    except NotStandard as error:
        column = "scale" if error.code == "gpa_scale_unknown" and row["scale"] is not None else "gpa"
        table.problem(row, column, error.code, wording=worded(error))
        return None


# What tells a column by what stands in it


def tells_university(register: Register, names: Mapping[str, str]) -> Callable[[str], bool]:
    return lambda text: bool(key_of_name(text, names) or register.resolve(text).university)


def tells(read: Callable[[Cell], object]) -> Callable[[str], bool]:
    """Whether *read* makes something of a text that is not only a way of saying nothing."""

    def is_told(text: str) -> bool:
        try:
            return not says_nothing(plain_text(text)) and bool(read(text))
        except Unreadable:
            return False

    return is_told


def tells_gpa(standards: Standards) -> Callable[[str], bool]:
    """3.8/4.5: only with its scale, a number alone tells nothing."""
    return tells(standard(parse_gpa, standards))
