"""What must hold of a market, checked once, column by column; the message names the first wrong row."""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from eastep.placement.kernels import LARGE
from eastep.placement.names import Names, first_repeated

if TYPE_CHECKING:
    from eastep.placement.lottery import Lottery
    from eastep.placement.market import Market


def validate(market: "Market") -> None:
    """Raise a ValueError if the arrays of *market* contradict each other."""
    _check_rows("pref_ptr", market.pref_ptr, "pref_option", market.pref_option)
    _check_rows("option_ptr", market.option_ptr, "option_node", market.option_node)
    _check_names("student_ids", market.student_ids, market.students)
    _check_names("option_names", market.option_names, market.options)
    _check_names("node_names", market.node_names, market.nodes)
    _check_nodes(market)
    _check_options(market)
    _check_wishes(market)
    _check_score(market)
    _check_institutions(market)
    _check_option_of(market)


def check_lottery(market: "Market", lottery: "Lottery") -> None:
    """Raise a ValueError if *lottery* was drawn for other students."""
    if len(lottery.rank) != market.students:
        raise ValueError(f"the lottery has {len(lottery.rank)} numbers for {market.students} students")
    if market.student_ids is not None and market.student_ids != lottery.student_ids:
        pairs = enumerate(zip(market.student_ids, lottery.student_ids, strict=True))
        row, (here, drawn) = next((row, pair) for row, pair in pairs if pair[0] != pair[1])
        raise ValueError(f"student {row} is {here!r}, but the lottery was drawn for {drawn!r}")


def _check_rows(ptr_name: str, ptr: NDArray[np.int64], values_name: str, values: NDArray[np.int32]) -> None:
    if len(ptr) == 0 or ptr[0] != 0 or ptr[-1] != len(values):
        raise ValueError(
            f"{ptr_name} must begin with 0 and end with {len(values)}, the length of {values_name}"
        )
    row = _first(ptr[1:] < ptr[:-1])
    if row is not None:
        raise ValueError(f"{ptr_name} falls from {ptr[row]} to {ptr[row + 1]} after row {row}")


def _check_names(field: str, names: tuple[str, ...] | Names | None, count: int) -> None:
    if names is None:
        return
    if len(names) != count:
        raise ValueError(f"{field} holds {len(names)} names where {count} are needed")
    if twice := first_repeated(names):
        raise ValueError(f"{field} holds {names[twice[0]]!r} twice, in rows {twice[0]} and {twice[1]}")


def _check_nodes(market: "Market") -> None:
    parent, capacity, end = market.parent, market.capacity, market.nodes
    if len(capacity) != end:
        raise ValueError(f"capacity holds {len(capacity)} values where parent holds {end}")
    node = _first(capacity < 0)
    if node is not None:
        raise ValueError(f"{_node(market, node)} has a negative capacity, {capacity[node]}")
    node = _first((parent < -1) | (parent >= end))
    if node is not None:
        raise ValueError(f"{_node(market, node)} has the parent {parent[node]}, which is no node")
    above = parent
    for _ in range(end.bit_length()):  # each turn doubles the distance, in the end beyond any path
        if above.max() < 0:
            return
        above = np.where(above >= 0, above[above], -1)
    node = _first(above >= 0)
    if node is not None:
        raise ValueError(f"{_node(market, int(above[node]))} lies within itself: parent holds a cycle")


def _check_options(market: "Market") -> None:
    option = _first(np.diff(market.option_ptr) == 0)
    if option is not None:
        raise ValueError(f"{_option(market, option)} draws on no node")
    place = _outside(market.option_node, market.nodes)
    if place is not None:
        option, node = _row_of(place, market.option_ptr), market.option_node[place]
        raise ValueError(f"{_option(market, option)} draws on node {node}, which does not exist")
    row = row_with_a_repeated_value(market.option_ptr, market.option_node, market.nodes)
    if row is not None:
        node = _repeated(market.option_node[market.option_ptr[row] : market.option_ptr[row + 1]])
        raise ValueError(f"{_option(market, row)} draws on {_node(market, node)} twice")


def _check_wishes(market: "Market") -> None:
    place = _outside(market.pref_option, market.options)
    if place is not None:
        student, option = _row_of(place, market.pref_ptr), market.pref_option[place]
        raise ValueError(f"{_student(market, student)} lists option {option}, which does not exist")
    row = row_with_a_repeated_value(market.pref_ptr, market.pref_option, market.options)
    if row is not None:
        option = _repeated(market.pref_option[market.pref_ptr[row] : market.pref_ptr[row + 1]])
        raise ValueError(f"{_student(market, row)} lists {_option(market, option)} twice")


def _check_score(market: "Market") -> None:
    unit, count = "student", market.students
    if market.score_per_application:
        unit, count = "application", len(market.pref_option)
    if len(market.score) != count:
        raise ValueError(f"score holds {len(market.score)} values where one per {unit} makes {count}")
    if market.score_values is None:
        return
    for value, following in pairwise(market.score_values):
        if not value < following:
            raise ValueError(f"score_values must ascend, but {following!r} follows {value!r}")
    place = _outside(market.score, len(market.score_values))
    if place is not None:
        raise ValueError(f"{unit} {place} has the score {market.score[place]}, which score_values lacks")


def _check_institutions(market: "Market") -> None:
    if market.home is None and market.host is None and market.country is None:
        return
    if market.home is None or market.host is None or market.country is None:
        raise ValueError("give home, host and country together, or none of them")
    known = len(market.country)
    for kind, where, count in (
        ("student", market.home, market.students),
        ("option", market.host, market.options),
    ):
        if len(where) != count:
            raise ValueError(
                f"there are {len(where)} institutions of {kind}s where there are {count} {kind}s"
            )
        row = _first((where < 0) | (where >= known))
        if row is not None:
            words = _student(market, row) if kind == "student" else _option(market, row)
            raise ValueError(f"{words} is at institution {where[row]}, which does not exist")
    _check_names("institution_names", market.institution_names, known)
    row = _first(market.country < 0)
    if row is not None:
        raise ValueError(f"institution {row} has the country {market.country[row]}, which does not exist")
    if market.country_names is not None:
        _check_names("country_names", market.country_names, len(market.country_names))
        row = _first(market.country >= len(market.country_names))
        if row is not None:
            raise ValueError(f"institution {row} has the country {market.country[row]}, which has no name")


def _check_option_of(market: "Market") -> None:
    if market.option_of is None:
        return
    if len(market.option_of) != market.options:
        raise ValueError(
            f"option_of holds {len(market.option_of)} values where there are {market.options} options"
        )
    option = _first((market.option_of < 0) | (market.option_of >= market.options))
    if option is None:
        option = _first(market.option_of[market.option_of] != market.option_of)
    if option is not None:
        raise ValueError(
            f"{_option(market, option)} stands for {market.option_of[option]}, which is no option of its own"
        )


def _first(wrong: NDArray[np.bool]) -> int | None:
    """The first row that is wrong."""
    place = int(wrong.argmax()) if len(wrong) else 0
    return place if len(wrong) and wrong[place] else None


def _outside(values: NDArray[np.int32], end: int) -> int | None:
    """The first row that is not from 0 to *end* - 1; no second array is made where all are."""
    if len(values) == 0 or (values.min() >= 0 and values.max() < end):
        return None
    return _first((values < 0) | (values >= end))


def row_with_a_repeated_value(ptr: NDArray[np.int64], values: NDArray[np.int32], width: int) -> int | None:
    """The first row in which one of the values 0 to *width* - 1 is there twice."""
    if len(values) == len(ptr) - 1 == np.count_nonzero(ptr[1:] > ptr[:-1]):
        return None  # one value a row
    if len(ptr) > LARGE:
        from eastep.placement.kernels import validation as kernel  # noqa: PLC0415 -- Numba is slow to load

        row = kernel.row_with_a_repeated_value(ptr, values, width)
        return row if row >= 0 else None
    key = np.repeat(np.arange(len(ptr) - 1, dtype=np.int64) * width, np.diff(ptr)) + values
    key.sort()
    place = _first(key[1:] == key[:-1])
    return None if place is None else int(key[place]) // width


def _repeated(values: NDArray[np.int32]) -> int:
    """The least value that is there twice."""
    found, times = np.unique(values, return_counts=True)
    return int(found[times > 1][0])


def _row_of(place: int, ptr: NDArray[np.int64]) -> int:
    return int(np.searchsorted(ptr, place, side="right")) - 1


def _student(market: "Market", student: int) -> str:
    return _words("student", student, market.student_ids)


def _option(market: "Market", option: int) -> str:
    return _words("option", option, market.option_names)


def _node(market: "Market", node: int) -> str:
    return _words("node", node, market.node_names)


def _words(kind: str, number: int, names: tuple[str, ...] | Names | None) -> str:
    return f"{kind} {number} ({names[number]!r})" if names else f"{kind} {number}"
