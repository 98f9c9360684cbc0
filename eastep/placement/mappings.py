"""Names in, numbers out: the arrays of a market that was given as mappings."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from numbers import Rational
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Score = int | float | Decimal | Fraction
type Scores = Mapping[str, Score] | Mapping[str, Mapping[str, Score]]

INT32 = np.iinfo(np.int32)


def arrays_from_mappings(
    wishes: Mapping[str, Sequence[str]],
    score: Scores,
    places: Mapping[str, int],
    within: Mapping[str, str],
    draws: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """The arguments of `Market`; see `Market.from_mappings`."""
    node_number = {name: number for number, name in enumerate(places)}
    _check_quotas(places, within, draws)
    drawn = {name: [name] for name in places if name not in set(within.values())} | dict(draws)
    option_number = {name: number for number, name in enumerate(drawn)}
    for student, options in wishes.items():
        for name in options:
            if name not in option_number:
                raise ValueError(f"student {student!r} wishes for {name!r}, which is not an option")
    values, per_application = _scores(wishes, score)
    ranks, score_values = _ranked(values)
    return {
        "pref_ptr": _ptr(wishes),
        "pref_option": _numbers(wishes, option_number),
        "score": ranks,
        "parent": np.array([node_number.get(within.get(name, ""), -1) for name in places], np.int32),
        "capacity": np.array(list(places.values()), np.int32),
        "option_ptr": _ptr(drawn),
        "option_node": _numbers(drawn, node_number),
        "score_per_application": per_application,
        "student_ids": tuple(wishes),
        "option_names": tuple(drawn),
        "node_names": tuple(places),
        "score_values": score_values,
    }


def _ptr(rows: Mapping[str, Sequence[str]]) -> NDArray[np.int64]:
    return np.array([0, *accumulate(len(names) for names in rows.values())], np.int64)


def _numbers(rows: Mapping[str, Sequence[str]], number: Mapping[str, int]) -> NDArray[np.int32]:
    return np.array([number[name] for names in rows.values() for name in names], np.int32)


def _check_quotas(
    places: Mapping[str, int], within: Mapping[str, str], draws: Mapping[str, Sequence[str]]
) -> None:
    for name, count in places.items():
        if not isinstance(count, int | np.integer) or not 0 <= count <= INT32.max:
            raise ValueError(f"node {name!r} has {count!r} places; a whole number from 0 is needed")
    for name, larger in within.items():
        for node in (name, larger):
            if node not in places:
                raise ValueError(f"{name!r} is within {larger!r}, but the places of {node!r} are not given")
    for name, nodes in draws.items():
        for node in nodes:
            if node not in places:
                raise ValueError(f"option {name!r} draws on {node!r}, whose places are not given")


def _scores(wishes: Mapping[str, Sequence[str]], score: Scores) -> tuple[dict[str, Score], bool]:
    """One score per student or per application, in order, each with the words that name it."""
    for student in score.keys() - wishes.keys():
        raise ValueError(f"student {student!r} has a score but no list of wishes")
    values: dict[str, Score] = {}
    per_application = any(isinstance(value, Mapping) for value in score.values())
    for student, options in wishes.items():
        if student not in score:
            raise ValueError(f"student {student!r} has no score")
        value = score[student]
        if isinstance(value, Mapping) != per_application:
            raise ValueError(f"student {student!r}: give one score per student or per option, not a mixture")
        if not isinstance(value, Mapping):
            values[f"student {student!r}"] = value
            continue
        for option in options:
            if option not in value:
                raise ValueError(f"student {student!r} has no score for {option!r}")
            words = f"student {student!r} for {option!r}"
            if words in values:
                raise ValueError(f"student {student!r} lists {option!r} twice")
            values[words] = value[option]
    return values, per_application


def _ranked(values: Mapping[str, Score]) -> tuple[NDArray[np.int32], tuple[Score, ...] | None]:
    """Whole numbers as they are; all else as ranks, which keep the exact order, and the values by rank."""
    for words, value in values.items():
        if not _is_finite_number(value):
            raise ValueError(f"the score of {words} is {value!r}, not a finite number")
    if all(isinstance(value, int) and INT32.min <= value <= INT32.max for value in values.values()):
        return np.array(list(values.values()), np.int32), None
    exact = [Fraction(value) for value in values.values()]
    given = dict(zip(exact, values.values(), strict=True))
    ascending = sorted(given)
    rank = {value: position for position, value in enumerate(ascending)}
    return np.array([rank[value] for value in exact], np.int32), tuple(given[value] for value in ascending)


def _is_finite_number(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, Rational) or (isinstance(value, float) and math.isfinite(value))
