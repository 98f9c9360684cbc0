"""Names in, numbers out: the arrays of a market that was given as mappings."""

import math
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from functools import partial
from graphlib import CycleError, TopologicalSorter
from itertools import chain, islice
from numbers import Rational
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Score = int | float | Decimal | Fraction
type Scores = Mapping[str, Score] | Mapping[str, Mapping[str, Score]]

INT32 = np.iinfo(np.int32)
MOST_DIGITS = 400  # floats have exponents up to 324; exact fractions of 1e999999999 would fill the memory


def arrays_from_mappings(
    wishes: Mapping[str, Sequence[str]],
    score: Scores,
    places: Mapping[str, int],
    within: Mapping[str, str],
    draws: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """The arguments of `Market`; see `Market.from_mappings`."""
    _check_lists("student", wishes)
    _check_lists("option", draws)
    node_number = dict(zip(places, range(len(places)), strict=True))
    _check_quotas(places, within, draws)
    inner = set(within.values())
    drawn = {name: [name] for name in places if name not in inner} | dict(draws)
    wished = _wished(wishes, dict(zip(drawn, range(len(drawn)), strict=True)))
    values, per_application = _scores(wishes, score)
    ranks, score_values = _ranked(values, partial(_score_words, wishes, per_application))
    return {
        "pref_ptr": _ptr(wishes.values()),
        "pref_option": wished,
        "score": ranks,
        "parent": np.array([node_number.get(within.get(name, ""), -1) for name in places], np.int32),
        "capacity": np.array(list(places.values()), np.int32),
        "option_ptr": _ptr(drawn.values()),
        "option_node": np.array(
            list(map(node_number.__getitem__, chain.from_iterable(drawn.values()))), np.int32
        ),
        "score_per_application": per_application,
        "student_ids": tuple(wishes),
        "option_names": tuple(drawn),
        "node_names": tuple(places),
        "score_values": score_values,
    }


def arrays_of_institutions(
    students: Iterable[str],
    options: Iterable[str],
    home: Mapping[str, str] | None,
    host: Mapping[str, str] | None,
    country: Mapping[str, str] | None,
) -> dict[str, Any]:
    """The arguments of `Market` that balance needs; none where nothing is given."""
    if home is None and host is None and country is None:
        return {}
    if home is None or host is None or country is None:
        raise ValueError("give home, host and country together, or none of them")
    number = {name: index for index, name in enumerate(country)}
    countries = {name: index for index, name in enumerate(dict.fromkeys(country.values()))}
    return {
        "home": _institutions("student", students, home, number),
        "host": _institutions("option", options, host, number),
        "country": np.array([countries[name] for name in country.values()], np.int32),
        "institution_names": tuple(country),
        "country_names": tuple(countries),
    }


def _institutions(
    kind: str, names: Iterable[str], at: Mapping[str, str], number: Mapping[str, int]
) -> NDArray[np.int32]:
    found = []
    for name in names:
        if name not in at:
            raise ValueError(f"{kind} {name!r} has no institution")
        if at[name] not in number:
            raise ValueError(f"{kind} {name!r} is at {at[name]!r}, whose country is not given")
        found.append(number[at[name]])
    return np.array(found, np.int32)


def _check_lists(kind: str, rows: Mapping[str, object]) -> None:
    """A text would be read letter by letter."""
    wrong = [one for one in set(map(type, rows.values())) if one is str or not issubclass(one, Collection)]
    for name, given in rows.items() if wrong else ():
        if type(given) in wrong:
            raise ValueError(f"{kind} {name!r} has {given!r} where a list of names is needed")


def _ptr(rows: Collection[Sequence[str]]) -> NDArray[np.int64]:
    return np.cumsum([0, *map(len, rows)], dtype=np.int64)


def _wished(wishes: Mapping[str, Sequence[str]], number: Mapping[str, int]) -> NDArray[np.int32]:
    try:
        return np.array([number[name] for names in wishes.values() for name in names], np.int32)
    except KeyError:
        student, name = next(
            (student, name) for student, names in wishes.items() for name in names if name not in number
        )
        raise ValueError(f"student {student!r} wishes for {name!r}, which is not an option") from None


def is_places(count: object) -> bool:
    """Whether it can be a number of places."""
    return isinstance(count, int | np.integer) and 0 <= int(count) <= INT32.max


def _check_quotas(
    places: Mapping[str, int], within: Mapping[str, str], draws: Mapping[str, Sequence[str]]
) -> None:
    for name, count in places.items():
        if not is_places(count):
            raise ValueError(f"node {name!r} has {count!r} places; a whole number from 0 is needed")
    for name, larger in within.items():
        for node in (name, larger):
            if node not in places:
                raise ValueError(f"{name!r} is within {larger!r}, but the places of {node!r} are not given")
    try:
        TopologicalSorter({name: (larger,) for name, larger in within.items()}).prepare()
    except CycleError as error:
        raise ValueError(f"{error.args[1][0]!r} lies within itself: take one of them out of within") from None
    for name, nodes in draws.items():
        for node in nodes:
            if node not in places:
                raise ValueError(f"option {name!r} draws on {node!r}, whose places are not given")


def _scores(wishes: Mapping[str, Sequence[str]], score: Scores) -> tuple[list[Any], bool]:
    """One score per student or per application, in order; these are not looked at yet."""
    if wishes.keys() != score.keys():
        for student in score.keys() - wishes.keys():
            raise ValueError(f"student {student!r} has a score but no list of wishes")
        student = next(student for student in wishes if student not in score)
        raise ValueError(f"student {student!r} has no score")
    own: list[Any] = list(map(score.__getitem__, wishes))
    is_by_option = {kind: issubclass(kind, Mapping) for kind in set(map(type, own))}
    per_application = any(is_by_option.values())
    if not per_application:
        return own, False
    if not all(is_by_option.values()):
        student = next(
            student for student, value in zip(wishes, own, strict=True) if not isinstance(value, Mapping)
        )
        raise ValueError(f"student {student!r}: give one score per student or per option, not a mixture")
    try:
        return [
            by_option[name] for by_option, names in zip(own, wishes.values(), strict=True) for name in names
        ], True
    except KeyError:
        student, name = next(
            (student, name)
            for (student, names), by_option in zip(wishes.items(), own, strict=True)
            for name in names
            if name not in by_option
        )
        raise ValueError(f"student {student!r} has no score for {name!r}") from None


def _score_words(wishes: Mapping[str, Sequence[str]], per_application: bool, place: int) -> tuple[str, str]:
    """Whose score stands at this place, and how that person lacks one."""
    if not per_application:
        words = f"student {next(islice(wishes, place, None))!r}"
        return words, f"{words} has no score"
    pairs = ((student, option) for student, options in wishes.items() for option in options)
    student, option = next(islice(pairs, place, None))
    return f"student {student!r} for {option!r}", f"student {student!r} has no score for {option!r}"


def _ranked(
    values: list[Any], words: Callable[[int], tuple[str, str]]
) -> tuple[NDArray[np.int32], tuple[Score, ...] | None]:
    """Whole numbers as they are; all else as ranks, which keep the exact order, and the values by rank."""
    with suppress(TypeError, OverflowError):  # not all whole, or too large
        return np.array(array("i", values), np.int32), None
    kinds = set(map(type, values))
    if not (kinds <= {float} and all(map(math.isfinite, values))):
        for place, value in enumerate(values):
            if value is None:
                raise ValueError(words(place)[1])
            if _is_huge(value):
                raise ValueError(f"the score of {words(place)[0]} has more than {MOST_DIGITS} digits")
            if not _is_finite_number(value):
                raise ValueError(f"the score of {words(place)[0]} is {value!r}, not a finite number")
    return exact_ranks(values)


def exact_ranks(values: Iterable[Score]) -> tuple[NDArray[np.int32], tuple[Score, ...]]:
    """The rank of each value among the different ones, and these, ascending; numbers of any kind, finite.

    Python compares int, float, Decimal and Fraction with each other exactly, and equal ones have equal hashes.
    """
    values = list(values)
    given = dict(zip(values, values, strict=True))
    ascending = sorted(given)
    rank = dict(zip(ascending, range(len(ascending)), strict=True))
    ranks = np.fromiter(map(rank.__getitem__, values), np.int32, len(values))
    return ranks, tuple(map(given.__getitem__, ascending))


def _is_huge(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value.adjusted()) > MOST_DIGITS
    return isinstance(value, int) and value.bit_length() > 4 * MOST_DIGITS


def _is_finite_number(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, Rational) or (isinstance(value, float) and math.isfinite(value))
