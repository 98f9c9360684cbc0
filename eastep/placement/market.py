"""The input of every placement algorithm: wishes, scores and quotas, as compressed rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import index
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from eastep.placement.mappings import Score, Scores, arrays_from_mappings, arrays_of_institutions
from eastep.placement.names import Names
from eastep.placement.reserves import Groups, Reserves, with_reserves
from eastep.placement.validation import validate

if TYPE_CHECKING:
    from eastep.placement.files import FilePath
    from eastep.placement.tables import Table

type Int32s = NDArray[np.int32]
type Int64s = NDArray[np.int64]


type Unit = Literal["institution", "country"]


class Units(NamedTuple):
    """Between whom stays are counted: int32[n], int32[m] and the names of the units."""

    home: Int32s
    host: Int32s
    names: tuple[str, ...]


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
    student_ids : tuple of str, or Names, optional
    option_names, node_names : tuple of str, optional
        Names for messages and for results by name; `Names` keeps a million without an object for each.
    score_values : tuple, optional
        The scores as given, if `score` holds only their ranks: ``score_values[score[s]]``.
    home : int32[n], optional
        The institution that each student comes from. Balance needs this and the next two.
    host : int32[m], optional
        The institution that each option lies at.
    country : int32[I], optional
        The country of each institution.
    institution_names, country_names : tuple of str, optional
        Their names.
    option_of : int32[m], optional
        If places are reserved: for an option that stands for reserved places, the option whose places they are;
        for all others their own number.

    Raises
    ------
    ValueError
        If the arrays contradict each other; the message names the row.

    Notes
    -----
    The arrays are not copied. They are seen through read-only views, and whoever made them must not change
    them any more. Validation takes O(N + M + K log K), or
    O(N log N) below `LARGE` students, where a sort is faster than to load the kernels.

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
    student_ids: tuple[str, ...] | Names | None = None
    option_names: tuple[str, ...] | None = None
    node_names: tuple[str, ...] | None = None
    score_values: tuple[Score, ...] | None = None
    home: Int32s | None = None
    host: Int32s | None = None
    country: Int32s | None = None
    institution_names: tuple[str, ...] | None = None
    country_names: tuple[str, ...] | None = None
    option_of: Int32s | None = None

    def __post_init__(self) -> None:
        for name in ("pref_ptr", "option_ptr"):
            object.__setattr__(self, name, _read_only(name, getattr(self, name), np.dtype(np.int64)))
        for name in ("pref_option", "score", "parent", "capacity", "option_node"):
            object.__setattr__(self, name, _read_only(name, getattr(self, name), np.dtype(np.int32)))
        for name in ("home", "host", "country", "option_of"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _read_only(name, getattr(self, name), np.dtype(np.int32)))
        for name in ("student_ids", "option_names", "node_names", "institution_names", "country_names"):
            if isinstance(getattr(self, name), list):  # a list equals no tuple, and could be changed
                object.__setattr__(self, name, tuple(getattr(self, name)))
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
        home: Mapping[str, str] | None = None,
        host: Mapping[str, str] | None = None,
        country: Mapping[str, str] | None = None,
        reserved: Reserves | None = None,
        groups: Groups | None = None,
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
        home : mapping of student id to institution, optional
        host : mapping of option name to institution, optional
        country : mapping of institution to country, optional
            Needed for balance: all three, and every institution that occurs.
        reserved : mapping of option name to mapping of group to places, optional
            Places of an option that only members of a group may have; nobody else gets more than the rest, even
            if reserved ones stay empty.
        groups : mapping of student id to group names, optional
            The groups that a student belongs to.

        Returns
        -------
        Market
            For each reserve it has an option of its own, "yonsei (first generation)", at the end, which the lists
            of the members name before "yonsei", the open places. `option_of` leads back to "yonsei".

        Raises
        ------
        ValueError
            If a name is unknown, a score is missing or not a finite number, or the market is malformed.

        Notes
        -----
        *Reserved places are a minimum.* A member is tried on the reserved places first, and takes an open one
        only when those are taken by members with better claims. So members who would have got in anyhow use the
        reserve up, and it lifts in only as many as are missing. (The other way round, open places first, the
        reserve would come on top of those who got in anyhow.) At one option nobody of the group loses by it, as
        long as no student belongs to two groups for which the option has reserves; whoever does uses the
        reserve that is named first. Across options somebody of the group can lose: a non-member who is
        pushed out here may take, with the better claim, a member's place there. See I. E. Hafalir,
        M. B. Yenmez and M. A. Yildirim, Effective affirmative action in school choice, Theoretical Economics 8 (2013).

        Examples
        --------
        One of two places is kept for the first generation at university; without it d would not get in:

        >>> market = Market.from_mappings(
        ...     wishes={name: ["yonsei"] for name in "abcd"}, score={"a": 90, "b": 80, "c": 70, "d": 60},
        ...     places={"yonsei": 2}, reserved={"yonsei": {"first generation": 1}}, groups={"d": ["first generation"]})
        >>> market.option_names, market.option_of
        (('yonsei', 'yonsei (first generation)'), array([0, 0], dtype=int32))

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
        arrays = arrays_from_mappings(wishes, score, places, within or {}, draws or {})
        arrays |= arrays_of_institutions(wishes, arrays["option_names"], home, host, country)
        return cls(**with_reserves(arrays, reserved, groups or {}) if reserved else arrays)

    @classmethod
    def from_arrow(
        cls,
        students: "Table",
        options: "Table",
        quotas: "Table | None" = None,
        institutions: "Table | None" = None,
        *,
        choices: "Table | None" = None,
    ) -> Self:
        """Make a market from tables of pyarrow, or of anything that pyarrow can see as a table (pandas, Polars).

        Parameters
        ----------
        students : table
            A row a student: ``student``, the id, text or whole numbers; ``choices``, a list of option names, the
            most wanted first, or of row numbers of *options* counted from 0; ``score``, a number, higher is
            served first, or ``scores``, a list with a number for each choice. Instead of lists, columns
            ``choice_1``, ``choice_2``, … (and ``score_1``, …), where empty cells are passed over. For balance
            ``home``, an institution.
        options : table
            A row an option: ``option``, its name; ``places``, a whole number; ``within``, the quota that these
            places lie within, if any; ``draws``, a list of quotas on which the option draws beside its own places,
            or columns ``draws_1``, …. An option without a number of places only draws. For balance ``host``, an
            institution.
        quotas : table, optional
            A row a quota: ``quota``, its name; ``places``; ``within``, the larger quota it lies within, if any.
        institutions : table, optional
            A row an institution: ``institution``, its name, and ``country``. Needed for balance; without it
            homes and hosts are not read.
        choices : table, optional
            Instead of choices in *students*, a row a choice, in any order: ``student``, ``rank`` (the lowest is
            the most wanted), ``option``, and ``score`` if scores differ by choice.

        Returns
        -------
        Market
            Its options are numbered as the rows of *options*; its nodes are the options that have places of
            their own, in order, then the quotas.

        Raises
        ------
        ValueError
            For whatever is missing, doubled, unknown, of another type or not a number; the message names table,
            row (counted from 0; in CSV files the line), column and value, and says what to do.
        ImportError
            Without pyarrow (the extra ``arrow``).

        Notes
        -----
        Whole numbers of 32 bits are taken as scores as they are; all others, and decimals, become exact ranks, and
        `score_values` keeps them. Numbers written as text are read as they are written, so 0.1 is one tenth.
        Other columns are ignored, unless their name is nearly one of these. From 50,000 students on the ids become
        `Names`. A million students with 7.5 million choices take some 0.3 s (`python -m bench.files`), less if the
        choices are encoded by dictionaries.

        Examples
        --------
        >>> import pyarrow as pa
        >>> market = Market.from_arrow(
        ...     pa.table({"student": ["a", "b"], "choices": [["yonsei", "korea"], ["yonsei"]], "score": [81.5, 90]}),
        ...     pa.table({"option": ["yonsei", "korea"], "places": [1, 2]}))
        >>> market.pref_option, market.score, market.score_values
        (array([0, 1, 0], dtype=int32), array([0, 1], dtype=int32), (81.5, 90.0))
        """
        return cls._from_sources((students, options, quotas, institutions, choices), as_files=False)

    @classmethod
    def from_files(
        cls,
        students: "FilePath",
        options: "FilePath",
        quotas: "FilePath | None" = None,
        institutions: "FilePath | None" = None,
        *,
        choices: "FilePath | None" = None,
    ) -> Self:
        """Make a market from files, each .parquet, .arrow, .feather or .csv.

        Parameters
        ----------
        students, options, quotas, institutions, choices : path
            The tables of `from_arrow`. In CSV files, which are in UTF-8, all cells are text (007 keeps its
            zeros), and lists take numbered columns: ``choice_1``, ``choice_2``, ….

        Returns
        -------
        Market

        Raises
        ------
        OSError
            If there is no such file, or it must not be read.
        ValueError
            As `from_arrow`; also for a file that is cut off, or not what its suffix says.
        ImportError
            Without pyarrow (the extra ``arrow``).
        """
        return cls._from_sources((students, options, quotas, institutions, choices), as_files=True)

    @classmethod
    def _from_sources(cls, given: Sequence[Any], *, as_files: bool) -> Self:
        from eastep.placement import columns, files, tables  # noqa: PLC0415 -- pyarrow is slow to load, and an extra

        source_of = files.source_of_file if as_files else columns.source_of
        kinds = ("students", "options", "quotas", "institutions", "choices")
        opened = {
            kind: source_of(kind, one)
            for kind, one in zip(kinds, given, strict=True)
            if one is not None or kind in ("students", "options")
        }
        sources = tables.Sources(**opened)
        arrays = tables.arrays_from_tables(sources)
        try:
            return cls(**arrays)
        except ValueError:
            if refusal := tables.refusal_in_words(sources, arrays):
                raise refusal from None
            raise

    @property
    def students(self) -> int:
        return len(self.pref_ptr) - 1

    @property
    def options(self) -> int:
        return len(self.option_ptr) - 1

    @property
    def nodes(self) -> int:
        return len(self.parent)

    def unit_of(self, unit: Unit) -> Units:
        """Between whom the balance is: the unit of each student's home and of each option's host.

        Raises
        ------
        ValueError
            If the market does not say from which institution each student comes, or where the options lie.
        """
        return self._units[unit]

    @cached_property
    def _units(self) -> dict[Unit, Units]:
        if self.home is None or self.host is None or self.country is None:
            raise ValueError(
                "balance needs the home of each student, the host of each option and the country of each "
                "institution; give all three (in files, also the table of institutions)"
            )
        home, host = self.country[self.home], self.country[self.host]
        for array in (home, host):
            array.setflags(write=False)
        count = int(self.country.max()) + 1 if len(self.country) else 0
        institutions = self.institution_names or tuple(map(str, range(len(self.country))))
        return {
            "country": Units(home, host, self.country_names or tuple(map(str, range(count)))),
            "institution": Units(self.home, self.host, institutions),
        }

    @cached_property
    def pref_rank(self) -> Int32s:
        """int32[N]: 1 for the applications to a student's first choice, and so on.

        The reserved and the open places of one option are one choice.
        """
        place = np.arange(len(self.pref_option), dtype=np.int64)
        first = np.repeat(self.pref_ptr[:-1], np.diff(self.pref_ptr))
        if self.option_of is None:
            return (place - first + 1).astype(np.int32)
        choice = self.option_of[self.pref_option]
        is_new = np.append(True, choice[1:] != choice[:-1])[: len(place)] | (place == first)
        count = np.cumsum(is_new)
        return (count - count[first] + 1).astype(np.int32)

    @cached_property
    def needs(self) -> Needs:
        """The nodes of each option with their ancestors, and how many places each loses. O(M d), or
        O(M d log) if there are options that draw on several nodes."""
        needs = self._paths() if len(self.option_node) == self.options else self._needs_of_several()
        for array in needs:
            array.setflags(write=False)
        return needs

    def _paths(self) -> Needs:
        """Every option draws on one node, so it needs a place of each node from there to the root."""
        ptr = np.concatenate(([0], np.cumsum(self._depth[self.option_node] + 1, dtype=np.int64)))
        path = np.empty(ptr[-1], np.int32)
        row, node = ptr[:-1], self.option_node
        while len(node):
            path[row] = node
            node = self.parent[node]
            row, node = row[node >= 0] + 1, node[node >= 0]
        return Needs(ptr, path, np.ones(len(path), np.int32))

    def _needs_of_several(self) -> Needs:
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
        return Needs(ptr, node[order].astype(np.int32), places[order].astype(np.int32))

    @cached_property
    def _depth(self) -> Int32s:
        depth = np.zeros(self.nodes, np.int32)
        above = self.parent
        while (above >= 0).any():
            depth += above >= 0
            above = np.where(above >= 0, self.parent[above], -1)
        return depth

    def student_named(self, student: int | str) -> int:
        """The number of a student given by number or by id. Raises ValueError if there is none."""
        if isinstance(student, str) and isinstance(self.student_ids, Names):
            row = self.student_ids.row_of(student)
            return _number("student", student, {} if row is None else {student: row}, self.students)
        return _number("student", student, self._student_number, self.students)

    def option_named(self, option: int | str) -> int:
        """The number of an option given by number or by name. Raises ValueError if there is none."""
        return _number("option", option, self._option_number, self.options)

    def node_named(self, node: int | str) -> int:
        """The number of a node given by number or by name. Raises ValueError if there is none."""
        numbers = {name: number for number, name in enumerate(self.node_names or ())}
        return _number("node", node, numbers, self.nodes)

    @cached_property
    def _student_number(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.student_ids or ())}

    @cached_property
    def _option_number(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.option_names or ())}


def _number(kind: str, key: int | str, numbers: Mapping[str, int], end: int) -> int:
    number = numbers.get(key, -1) if isinstance(key, str) else index(key)
    if not 0 <= number < end:  # a negative one does not count from the end: it is a mistake
        raise ValueError(f"there is no {kind} {key!r}")
    return number


def _read_only[T: np.generic](name: str, array: NDArray[T], dtype: np.dtype[T]) -> NDArray[T]:
    if not isinstance(array, np.ndarray) or array.dtype != dtype or array.ndim != 1:
        found = f"{array.dtype}{list(array.shape)}" if isinstance(array, np.ndarray) else type(array).__name__
        raise ValueError(f"{name} must be a one-dimensional array of {dtype}, not {found}")
    view = np.ascontiguousarray(array).view()
    view.setflags(write=False)
    return view
