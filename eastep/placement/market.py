"""The input of every placement algorithm: wishes, scores and quotas, as compressed rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from eastep.placement.mappings import Score, Scores, arrays_from_mappings
from eastep.placement.validation import validate

type Int32s = NDArray[np.int32]
type Int64s = NDArray[np.int64]


class Needs(NamedTuple):
    """The places that each option needs: rows of (node, places), the deepest node first."""

    ptr: Int64s
    node: Int32s
    places: Int32s


@dataclass(frozen=True, kw_only=True, eq=False)
class Market:
    """Who wishes what, in which order they are served, and how many places there are.

    Students, options and nodes are numbered from 0. An *option* is what a student can wish for; a *node* is a
    quota. Whoever gets an option takes one place from every node of that option and from each of their
    ancestors. An ancestor that two nodes of one option share loses two places: a stay for the academic year
    takes a place in both terms.

    Parameters
    ----------
    pref_ptr : int64[n + 1]
        Student *s* made the applications ``pref_ptr[s]`` to ``pref_ptr[s + 1] - 1``.
    pref_option : int32[N]
        The option of each application; a student's most wanted option comes first.
    score : int32[n] or int32[N]
        Higher is served first. One per student, or one per application if `score_per_application` is true.
    parent : int32[K]
        The node that each node lies within; -1 for none. The nodes form a forest.
    capacity : int32[K]
        The places of each node, everything below it included.
    option_ptr : int64[m + 1]
        Option *o* draws on the nodes at ``option_ptr[o]`` to ``option_ptr[o + 1] - 1``.
    option_node : int32[M]
        Those nodes; at least one for each option.
    score_per_application : bool
        Says which of the two lengths `score` has.
    student_ids, option_names, node_names : tuple of str, optional
        Names for messages and for results by name.
    score_values : tuple, optional
        The scores as given, if `score` holds only their ranks: ``score_values[score[s]]``.

    Raises
    ------
    ValueError
        If the arrays contradict each other; the message names the row.

    Notes
    -----
    The arrays are not copied. They are seen through read-only views, and whoever made them must not change
    them any more. Validation takes O(N log N + K log K).

    Examples
    --------
    Two students, one option with a single place:

    >>> market = Market(
    ...     pref_ptr=np.array([0, 1, 2], np.int64), pref_option=np.array([0, 0], np.int32),
    ...     score=np.array([81, 90], np.int32),
    ...     parent=np.array([-1], np.int32), capacity=np.array([1], np.int32),
    ...     option_ptr=np.array([0, 1], np.int64), option_node=np.array([0], np.int32))
    >>> market.students, market.options, market.nodes
    (2, 1, 1)
    """

    pref_ptr: Int64s
    pref_option: Int32s
    score: Int32s
    parent: Int32s
    capacity: Int32s
    option_ptr: Int64s
    option_node: Int32s
    score_per_application: bool = False
    student_ids: tuple[str, ...] | None = None
    option_names: tuple[str, ...] | None = None
    node_names: tuple[str, ...] | None = None
    score_values: tuple[Score, ...] | None = None

    def __post_init__(self) -> None:
        for name in ("pref_ptr", "option_ptr"):
            object.__setattr__(self, name, _read_only(name, getattr(self, name), np.dtype(np.int64)))
        for name in ("pref_option", "score", "parent", "capacity", "option_node"):
            object.__setattr__(self, name, _read_only(name, getattr(self, name), np.dtype(np.int32)))
        validate(self)

    @classmethod
    def from_mappings(
        cls,
        *,
        wishes: Mapping[str, Sequence[str]],
        score: Scores,
        places: Mapping[str, int],
        within: Mapping[str, str] | None = None,
        draws: Mapping[str, Sequence[str]] | None = None,
    ) -> Self:
        """Make a market from names.

        Parameters
        ----------
        wishes : mapping of student id to option names
            The most wanted option first.
        score : mapping of student id to score, or to a mapping of option name to score
            Any mixture of int, float, Decimal and Fraction; compared exactly.
        places : mapping of node name to places
            A node that nothing lies within is also an option of the same name.
        within : mapping of node name to node name, optional
            The larger quota that a node lies within.
        draws : mapping of option name to node names, optional
            Options that draw on several nodes, or on a node of another name.

        Returns
        -------
        Market

        Raises
        ------
        ValueError
            If a name is unknown, a score is missing or not a finite number, or the market is malformed.

        Examples
        --------
        Yonsei has one place in all; a year at Korea University takes a place in both terms:

        >>> market = Market.from_mappings(
        ...     wishes={"a": ["yonsei/law", "korea/year"], "b": ["yonsei/arts", "korea/spring"]},
        ...     score={"a": 81, "b": 90},
        ...     places={"yonsei": 1, "yonsei/law": 1, "yonsei/arts": 1, "korea/spring": 1, "korea/autumn": 1},
        ...     within={"yonsei/law": "yonsei", "yonsei/arts": "yonsei"},
        ...     draws={"korea/year": ["korea/spring", "korea/autumn"]})
        >>> market.option_names
        ('yonsei/law', 'yonsei/arts', 'korea/spring', 'korea/autumn', 'korea/year')
        """
        return cls(**arrays_from_mappings(wishes, score, places, within or {}, draws or {}))

    @property
    def students(self) -> int:
        return len(self.pref_ptr) - 1

    @property
    def options(self) -> int:
        return len(self.option_ptr) - 1

    @property
    def nodes(self) -> int:
        return len(self.parent)

    @cached_property
    def needs(self) -> Needs:
        """The nodes of each option with their ancestors, and how many places each loses. O(M d log)."""
        option = np.repeat(np.arange(self.options, dtype=np.int64), np.diff(self.option_ptr))
        node = self.option_node.astype(np.int64)
        options, nodes = [option], [node]
        while len(node):
            above = self.parent[node]
            option, node = option[above >= 0], above[above >= 0].astype(np.int64)
            options.append(option)
            nodes.append(node)
        pair, places = np.unique(
            np.concatenate(options) * self.nodes + np.concatenate(nodes), return_counts=True
        )
        option, node = np.divmod(pair, max(self.nodes, 1))
        order = np.lexsort((node, -self._depth[node], option))
        ptr = np.searchsorted(option, np.arange(self.options + 1)).astype(np.int64)
        needs = Needs(ptr, node[order].astype(np.int32), places[order].astype(np.int32))
        for array in needs:
            array.setflags(write=False)
        return needs

    @cached_property
    def _depth(self) -> Int64s:
        depth = np.zeros(self.nodes, np.int64)
        above = self.parent
        while (above >= 0).any():
            depth += above >= 0
            above = np.where(above >= 0, self.parent[above], -1)
        return depth

    def student_named(self, student: int | str) -> int:
        """The number of a student given by number or by id."""
        return _number("student", student, self._student_number)

    def node_named(self, node: int | str) -> int:
        """The number of a node given by number or by name."""
        return _number("node", node, {name: number for number, name in enumerate(self.node_names or ())})

    @cached_property
    def _student_number(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.student_ids or ())}


def _number(kind: str, key: int | str, numbers: Mapping[str, int]) -> int:
    if not isinstance(key, str):
        return int(key)
    if key not in numbers:
        raise ValueError(f"there is no {kind} {key!r}")
    return numbers[key]


def _read_only[T: np.generic](name: str, array: NDArray[T], dtype: np.dtype[T]) -> NDArray[T]:
    if not isinstance(array, np.ndarray) or array.dtype != dtype or array.ndim != 1:
        found = f"{array.dtype}{list(array.shape)}" if isinstance(array, np.ndarray) else type(array).__name__
        raise ValueError(f"{name} must be a one-dimensional array of {dtype}, not {found}")
    view = np.ascontiguousarray(array).view()
    view.setflags(write=False)
    return view
