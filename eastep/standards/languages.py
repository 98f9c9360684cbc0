"""Language tests: what a person has, what a host asks for, and whether the one satisfies the other.

Results of different tests are never compared with each other.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from eastep.standards.cells import Cell, Unreadable, says_nothing, squeezed, text_of
from eastep.standards.facts import LanguageTest, Standards

type Value = str | Decimal
"""A level in our spelling, a score, or "" for a statement (a teacher's certificate, a native speaker)."""


@dataclass(frozen=True)
class LanguageResult:
    """A result that a person has. *taken_on* is the day from which it counts (TOPIK: the announcement)."""

    test: str
    value: Value = ""
    taken_on: date | None = None


@dataclass(frozen=True)
class LanguageMinimum:
    """The least that a host asks for in one test."""

    test: str
    value: Value = ""


@dataclass(frozen=True)
class LanguageRequirement:
    """Any one of the alternatives is enough; without alternatives nothing is asked."""

    alternatives: tuple[LanguageMinimum, ...] = ()


# Nearest to success first: this is what the person is told.
REASONS = (
    "language_expired",
    "language_not_yet",
    "language_undated",
    "language_below",
    "language_missing",
)


def satisfies(
    results: Iterable[LanguageResult], requirement: LanguageRequirement, standards: Standards, *, on: date
) -> tuple[bool, str]:
    """Whether one of *results* is, on that day, one of the alternatives; else also why not, one of `REASONS`.

    Who grew up with a language is not asked for a test of it: a native speaker's statement is enough for every
    alternative in that language, also where the host does not say so.

    >>> jlpt = parse_requirement("JLPT N2 / JPT 550", Standards.shipped())
    >>> satisfies([LanguageResult("JLPT", "N3")], jlpt, Standards.shipped(), on=date(2027, 4, 1))
    (False, 'language_below')
    """
    if not requirement.alternatives:
        return True, ""
    tests = _tests(standards)
    found = {"language_missing"}
    for result in results:
        known = tests.get(result.test)
        native = known[-1].language if known and known[-1].kind == "statement" else ""
        for least in requirement.alternatives:
            if result.test == least.test:
                failure = _failure(result, least.value, known, on)
            elif native and native == _language(tests.get(least.test)):
                failure = _failure(result, "", known, on)
            else:
                continue
            if not failure:
                return True, ""
            found.add(failure)
    return False, next(code for code in REASONS if code in found)


def _failure(result: LanguageResult, least: Value, known: tuple[LanguageTest, ...] | None, on: date) -> str:
    if not known:
        return "language_missing"
    day = (
        result.taken_on or on
    )  # the test as it was then, or, should it not be given then, as it is known at all
    test = known[0] if len(known) == 1 else next((one for one in known if one.holds_on(day)), known[-1])
    if _rank(test, result.value) < _rank(test, least):
        return "language_below"
    if result.taken_on is None:
        return "" if test.months is None else "language_undated"
    if result.taken_on > on:
        return "language_not_yet"
    return "" if on <= test.good_until(result.taken_on) else "language_expired"


@lru_cache(maxsize=8)
def _tests(standards: Standards) -> dict[str, tuple[LanguageTest, ...]]:
    """The tests by code: several where a rule of one has changed."""
    tests: dict[str, tuple[LanguageTest, ...]] = {}
    for test in standards.tests:
        tests[test.code] = (*tests.get(test.code, ()), test)
    return tests


def _language(known: tuple[LanguageTest, ...] | None) -> str:
    """The language of a test; "" where it can be any."""
    return known[-1].language if known else ""


def _rank(test: LanguageTest, value: Value) -> Decimal | int:
    return value if isinstance(value, Decimal) else test.rank_of.get(value, -1)


def format_results(results: Iterable[LanguageResult]) -> str:
    """The results as `parse_results` reads them.

    >>> format_results([LanguageResult("TOEIC", Decimal(850), date(2026, 1, 11))])
    'TOEIC 850 2026-01-11'
    """
    return "; ".join(
        " ".join(str(part) for part in (r.test, r.value, r.taken_on or "") if part != "") for r in results
    )


def format_requirement(requirement: LanguageRequirement) -> str:
    """The requirement as `parse_requirement` reads it."""
    return " / ".join(f"{least.test} {least.value}".strip() for least in requirement.alternatives)


SLASH = r"(?<!\d)/|/(?!\d)"  # 2025/12/07 and 850/990 stay whole
BETWEEN_RESULTS = re.compile(rf"[;\n,、|]|{SLASH}")
BETWEEN_ALTERNATIVES = re.compile(
    rf"[;\n|]|\bor\b|または|又は|或いは|あるいは|もしくは|또는|혹은|或者|或|{SLASH}", re.IGNORECASE
)
OR_MORE = re.compile(r"\bor\s+(higher|above|better|more|over)\b", re.IGNORECASE)
AND = re.compile(r"\band\b|かつ|及び|および|그리고|및|[,、&]", re.IGNORECASE)
DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:\s*[-./年년]\s*(\d{1,2})\s*[-./月월]\s*(\d{1,2})\s*[日일.]?|(\d\d)(\d\d))(?!\d)"
)
DAY_TRIED = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}\s*[月월]")


def parse_results(cell: Cell, standards: Standards) -> tuple[LanguageResult, ...]:
    """The results in *cell*, each with or without its day, in the order written. Raises Unreadable.

    >>> parse_results("N2 2025年12月7日", Standards.shipped())
    (LanguageResult(test='JLPT', value='N2', taken_on=datetime.date(2025, 12, 7)),)
    """
    text = text_of(cell)
    if says_nothing(text):
        return ()
    parts: list[str] = []
    for part in BETWEEN_RESULTS.split(text):
        if parts and DAY.fullmatch(part.strip()):
            parts[-1] += part  # "JLPT N2, 2025-12-07": the day belongs to the test before the comma
        elif part.strip():
            parts.append(part)
    return tuple(dict.fromkeys(_parse_result(part.strip(), standards) for part in parts))


def _parse_result(part: str, standards: Standards) -> LanguageResult:
    found = DAY.search(part)
    day = None
    if found:
        year, month, day_of_month = (int(digits) for digits in found.groups() if digits)
        try:
            day = date(year, month, day_of_month)
        except ValueError:
            raise Unreadable("language_date_unreadable", part) from None
    rest = DAY.sub(" ", part, count=1)
    if DAY_TRIED.search(rest):
        raise Unreadable("language_date_unreadable", part)
    test, value = _read(rest, part, standards, day)
    return LanguageResult(test, value, day)


def parse_requirement(cell: Cell, standards: Standards) -> LanguageRequirement:
    """The alternatives in *cell*; an empty cell asks for nothing. Raises Unreadable.

    >>> format_requirement(parse_requirement("日本語能力試験Ｎ２ 또는 교사 추천", Standards.shipped()))
    "JLPT N2 / Teacher's certificate"
    """
    text = OR_MORE.sub("以上", text_of(cell))
    if says_nothing(text):
        return LanguageRequirement()
    parts = [part.strip() for part in BETWEEN_ALTERNATIVES.split(text) if part.strip()]
    alternatives = []
    for part in parts:
        try:
            alternatives.append(LanguageMinimum(*_read(part, part, standards, None)))
        except Unreadable as problem:
            if AND.search(part):
                raise Unreadable("language_and", part) from problem
            raise
    return LanguageRequirement(tuple(dict.fromkeys(alternatives)))


def _read(text: str, written: str, standards: Standards, day: date | None) -> tuple[str, Value]:
    """The test and the value in *text*."""
    tests, value = _named(text, standards)
    if not tests:
        known = ", ".join(dict.fromkeys(test.code for test in standards.tests))
        raise Unreadable("language_test_unknown", written, known=known)
    return _one_of(tests, value, written, day)


@lru_cache(maxsize=10_000)  # a column says few different things
def _named(text: str, standards: Standards) -> tuple[tuple[LanguageTest, ...], str]:
    """The tests of the longest known name in *text*, and what stands beside the name."""
    for pattern, tests in _patterns(standards):
        if found := pattern.search(text):
            return tests, found.group("value")
    return (), ""


def _one_of(tests: tuple[LanguageTest, ...], text: str, written: str, day: date | None) -> tuple[str, Value]:
    if len({test.language for test in tests}) > 1:
        raise Unreadable("language_needed", written, known=", ".join(test.code for test in tests))
    given = [test for test in tests if day is None or test.holds_on(day)] or list(tests)
    for test in sorted(given, key=lambda test: test.maximum or 0):  # the narrowest range that holds the score
        value = _value(test, text)
        if value is not None:
            return test.code, value
    if _score(text) and any(test.kind == "score" for test in given):
        raise Unreadable("language_score_out_of_range", written, known=_known_values(given))
    raise Unreadable("language_level_unknown", written, known=_known_values(given))


def _known_values(tests: Iterable[LanguageTest]) -> str:
    """What may be written for each of *tests*: ``JLPT N5, N4, ...; TOEIC 10-990``."""
    return "; ".join(
        " ".join(
            [test.code, ", ".join(level[0] for level in test.levels)]
            + ([f"{test.minimum}-{test.maximum}"] if test.kind == "score" else [])
            + ([f"(+{test.step})"] if test.step and test.step != 1 else [])
        )
        .replace("  ", " ")
        .strip()
        for test in tests
    )


BEFORE = r"level|grade|score|band|レベル|スコア|등급|레벨|점수|得点|第|min(?:imum)?"
AFTER = (
    r"以上|이상|合格|합격|取得|취득|受験|응시|発表|발표|passed|pass|taken"
    r"|points?|点|점|級|급|level|grade|レベル|레벨|등급"
)
# The points beside a level, "4급(165점)" or "N1 135/180": the level says it all.
SCORE_BESIDE_LEVEL = re.compile(r"[(\s]\s*\d{2,3}\s*(?:[点점]|points?|/\s*\d{2,3})+\s*\)?", re.IGNORECASE)


@lru_cache(maxsize=10_000)
def _bare(text: str) -> str:
    """What remains of a level or score without the words and signs around it."""
    bare = re.sub(rf"^(?:[\s:=>≥()\[\]-]|{BEFORE})+", "", text.casefold())
    return re.sub(rf"(?:[\s:+()\[\].-]|{AFTER})+$", "", bare)


def _score(text: str) -> tuple[Decimal, Decimal | None] | None:
    """The score and, where it is written as ``850/990``, the highest possible one."""
    found = re.fullmatch(r"(\d{1,4}(?:\.\d+)?)\s*[点점]?(?:\s*/\s*(\d+))?", _bare(text))
    return (Decimal(found.group(1)), Decimal(found.group(2)) if found.group(2) else None) if found else None


def _value(test: LanguageTest, text: str) -> Value | None:
    if test.kind == "statement":
        return "" if not _bare(text) else None
    if test.kind == "levels":
        return test.level_of.get(squeezed(_bare(SCORE_BESIDE_LEVEL.sub(" ", text))))
    read = _score(text)
    if read is None or test.minimum is None or test.maximum is None:
        return None
    score, highest = read
    in_range = test.minimum <= score <= test.maximum and highest in (None, test.maximum)
    in_step = not test.step or (score - test.minimum) % test.step == 0
    return score if in_range and in_step else None


@lru_cache(maxsize=8)
def _patterns(standards: Standards) -> tuple[tuple[re.Pattern[str], tuple[LanguageTest, ...]], ...]:
    """For each name, the longest first, what finds it and the value beside it, and the tests of that name."""
    tests: dict[str, tuple[LanguageTest, ...]] = {}
    for test in standards.tests:
        for name in (test.code, *test.names):
            pattern = _bare_level(test) if name == "*" else _pattern(name)
            if test not in tests.setdefault(pattern, ()):
                tests[pattern] += (test,)
    ordered = sorted(tests, key=lambda pattern: (pattern.startswith("(?P"), -len(pattern)))
    return tuple((re.compile(rf"^\W*{one}$", re.IGNORECASE | re.DOTALL), tests[one]) for one in ordered)


def _bare_level(test: LanguageTest) -> str:
    """What finds a level of *test* that stands without a name: N2."""
    levels = "|".join(sorted(map(re.escape, test.level_of), key=len, reverse=True))
    return f"(?P<value>(?:{levels})(?![0-9a-z]).*)"


def _pattern(name: str) -> str:
    """What finds *name* whatever stands between its letters, with the value at the ``*`` or behind it."""
    before, star, after = name.partition("*")
    value = "(?P<value>.*?)" if star else "(?P<value>.*)"
    return _letters(before) + r"[\W_]*" + value + (r"[\W_]*" + _letters(after) + r"\W*" if after else "")


def _letters(name: str) -> str:
    plain = squeezed(name)
    latin_end = r"(?![a-z])" if plain[-1:].isascii() and plain[-1:].isalpha() else ""
    return r"[\W_]*".join(map(re.escape, plain)) + latin_end
