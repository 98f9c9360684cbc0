"""What must hold of a market, checked once, column by column; the message names the first wrong row."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
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


def _check_rows(ptr_name: str, ptr: NDArray[np.int64], values_name: str, values: NDArray[np.int32]) -> None:
    if len(ptr) == 0 or ptr[0] != 0 or ptr[-1] != len(values):
        raise ValueError(
            f"{ptr_name} must begin with 0 and end with {len(values)}, the length of {values_name}"
        )
    row = _first(np.diff(ptr) < 0)
    if row is not None:
        raise ValueError(f"{ptr_name} falls from {ptr[row]} to {ptr[row + 1]} after row {row}")


def _check_names(field: str, names: tuple[str, ...] | None, count: int) -> None:
    if names is None:
        return
    if len(names) != count:
        raise ValueError(f"{field} holds {len(names)} names where {count} are needed")
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{field} holds {name!r} twice")
        seen.add(name)


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
        above = np.where(above >= 0, above[above], -1)
    node = _first(above >= 0)
    if node is not None:
        raise ValueError(f"{_node(market, int(above[node]))} lies within itself: parent holds a cycle")


def _check_options(market: "Market") -> None:
    option = _first(np.diff(market.option_ptr) == 0)
    if option is not None:
        raise ValueError(f"{_option(market, option)} draws on no node")
    place = _first((market.option_node < 0) | (market.option_node >= market.nodes))
    if place is not None:
        option, node = _row_of(place, market.option_ptr), market.option_node[place]
        raise ValueError(f"{_option(market, option)} draws on node {node}, which does not exist")
    for option, node in _repeated(market.option_ptr, market.option_node, market.nodes):
        raise ValueError(f"{_option(market, option)} draws on {_node(market, node)} twice")


def _check_wishes(market: "Market") -> None:
    place = _first((market.pref_option < 0) | (market.pref_option >= market.options))
    if place is not None:
        student, option = _row_of(place, market.pref_ptr), market.pref_option[place]
        raise ValueError(f"{_student(market, student)} lists option {option}, which does not exist")
    for student, option in _repeated(market.pref_ptr, market.pref_option, market.options):
        raise ValueError(f"{_student(market, student)} lists {_option(market, option)} twice")


def _check_score(market: "Market") -> None:
    unit, count = "student", market.students
    if market.score_per_application:
        unit, count = "application", len(market.pref_option)
    if len(market.score) != count:
        raise ValueError(f"score holds {len(market.score)} values where one per {unit} makes {count}")
    if market.score_values is None:
        return
    place = _first((market.score < 0) | (market.score >= len(market.score_values)))
    if place is not None:
        raise ValueError(f"{unit} {place} has the score {market.score[place]}, which score_values lacks")


def _first(wrong: NDArray[np.bool]) -> int | None:
    """The first row that is wrong."""
    place = int(wrong.argmax()) if len(wrong) else 0
    return place if len(wrong) and wrong[place] else None


def _repeated(ptr: NDArray[np.int64], values: NDArray[np.int32], width: int) -> list[tuple[int, int]]:
    """The first (row, value) that is there twice, if any."""
    row = np.repeat(np.arange(len(ptr) - 1, dtype=np.int64), np.diff(ptr))
    key = np.sort(row * width + values)
    twice = key[1:][key[1:] == key[:-1]]
    return [divmod(int(key), width) for key in twice[:1]]


def _row_of(place: int, ptr: NDArray[np.int64]) -> int:
    return int(np.searchsorted(ptr, place, side="right")) - 1


def _student(market: "Market", student: int) -> str:
    return _words("student", student, market.student_ids)


def _option(market: "Market", option: int) -> str:
    return _words("option", option, market.option_names)


def _node(market: "Market", node: int) -> str:
    return _words("node", node, market.node_names)


def _words(kind: str, number: int, names: tuple[str, ...] | None) -> str:
    return f"{kind} {number} ({names[number]!r})" if names else f"{kind} {number}"
