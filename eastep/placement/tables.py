"""Arrow tables in and out: the arrays of a market that was given as tables, and a placement as a table."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eastep.placement.arrow import pa, pc
from eastep.placement.columns import (
    EMPTY,
    FEW,
    UNKNOWN,
    Column,
    Source,
    as_numpy,
    codes_of,
    distinct_names,
    first_null,
    flattened,
    is_text,
    looked_up,
    numbers_of,
    places_of,
    row_of,
    row_ptr,
    student_ids,
    text_array,
    texts_of,
    unknown_name,
)
from eastep.placement.mappings import Score
from eastep.placement.names import Names, first_repeated

if TYPE_CHECKING:
    from eastep.placement.market import Int32s, Int64s
    from eastep.placement.result import Placement

type Table = pa.Table  # or what pyarrow can see as one


class Sources(NamedTuple):
    """The tables of one market."""

    students: Source
    options: Source
    quotas: Source | None = None
    institutions: Source | None = None
    choices: Source | None = None


class Listed(NamedTuple):
    """Compressed rows out of a column of lists, out of numbered columns, or out of a table of choices."""

    ptr: "Int64s"
    option: "Int32s"
    score: "tuple[Int32s, tuple[Score, ...] | None] | None"
    fault: Callable[[int, str], ValueError]  # what is wrong with entry i


def arrays_from_tables(sources: Sources) -> dict[str, Any]:
    """The arguments of `Market`; see `Market.from_arrow`."""
    options, students = sources.options, sources.students
    option_names = distinct_names(options.column("option"))
    nodes = _nodes(sources, option_names)
    listed = _listed(sources, text_array(option_names))
    if per_application := listed.score is not None:
        if "score" in students:
            raise ValueError(
                f"{students.name} has one score per student, but there are scores per choice too; give one"
            )
        score, score_values = listed.score
    else:
        remedy = "" if sources.choices else " (nor 'scores', one for each choice)"
        score, score_values = numbers_of(students.column("score", remedy), "score")
    return {
        "pref_ptr": listed.ptr,
        "pref_option": listed.option,
        "score": score,
        "score_per_application": per_application,
        "score_values": score_values,
        "student_ids": student_ids(students.column("student")),
        "option_names": option_names,
        **nodes,
        **_institutions(sources),
    }


def refusal_in_words(sources: Sources, arrays: dict[str, Any]) -> ValueError | None:
    """Why `Market` refused these arrays, in the words of the tables; what they were made of is sound otherwise."""
    ids, options = arrays["student_ids"], arrays["option_names"]
    if twice := first_repeated(ids):
        before = sources.students.row_words(twice[0])
        return sources.students.column("student").fault(
            twice[1], f"{ids[twice[0]]!r} stands in {before} already; every student needs an id of their own"
        )
    listed = _listed(sources, text_array(options))
    place = _again(listed.ptr, listed.option)
    if place is not None:
        return listed.fault(
            place, f"{options[listed.option[place]]!r} is in this list already; leave one of them out"
        )
    place = _again(arrays["option_ptr"], arrays["option_node"])
    if place is not None:
        row, node = row_of(place, arrays["option_ptr"]), arrays["node_names"][arrays["option_node"][place]]
        return sources.options.column("option").fault(
            row,
            f"{options[row]!r} draws on {node!r} twice; leave one of them out (its own places need no mention)",
        )
    return _cycle(sources, arrays)


def _again(ptr: "Int64s", values: "Int32s") -> int | None:
    """The first place that holds a value which its row holds before."""
    row = np.repeat(np.arange(len(ptr) - 1), np.diff(ptr))
    order = np.lexsort((values, row))
    same = np.flatnonzero((np.diff(values[order]) == 0) & (np.diff(row[order]) == 0))
    return int(order[same + 1].min()) if len(same) else None


def _cycle(sources: Sources, arrays: dict[str, Any]) -> ValueError | None:
    if sources.quotas is None:
        return None
    names, parent = arrays["node_names"], arrays["parent"]
    first = len(names) - sources.quotas.table.num_rows
    for row in range(sources.quotas.table.num_rows):
        path = [first + row]
        while parent[path[-1]] >= 0 and parent[path[-1]] not in path:
            path.append(int(parent[path[-1]]))
        if parent[path[-1]] == path[0]:
            words = " within ".join(repr(names[node]) for node in [*path, path[0]])
            return sources.quotas.column("within").fault(row, f"the quotas lie in a circle, {words}; cut it")
    return None


# Options and quotas


def _nodes(sources: Sources, option_names: tuple[str, ...]) -> dict[str, Any]:
    """The nodes: those of the options that have places of their own, in order, then the quotas."""
    options, quotas = sources.options, sources.quotas
    drawing = "draws" in options or bool(options.wide("draws"))
    quota_names = distinct_names(quotas.column("quota")) if quotas else ()
    places: list[int | None] = [None] * len(option_names)
    if "places" in options or not drawing:
        places = places_of(options.column("places"))
    own = np.array([count is not None for count in places], np.bool)
    names = (*(name for name, has in zip(option_names, own, strict=True) if has), *quota_names)
    if quotas and (twice := first_repeated(names)):
        row = twice[1] - int(own.sum())
        raise quotas.column("quota").fault(
            row, f"{names[twice[0]]!r} is the name of an option too; give it another"
        )
    capacity = [count for count in places if count is not None]
    parent = np.full(len(option_names), -1, np.int32)
    start = len(capacity)
    where = quotas.name if quotas else "the table of quotas, which was not given"
    if "within" in options:
        column = options.column("within")
        above = looked_up(column, quota_names, "quota", where, needed=False)
        for row in np.flatnonzero((above >= 0) & ~own)[:1].tolist():
            raise column.fault(
                row, f"{option_names[row]!r} has no places of its own to lie within a quota; see 'places'"
            )
        parent = np.where(above >= 0, above + start, -1).astype(np.int32)
    parents = [parent[own]]
    if quotas:
        column = quotas.column("places")
        for row, count in enumerate(places_of(column)):
            if count is None:
                raise column.fault(row, "the number of places is missing")
            capacity.append(count)
        above = np.full(len(quota_names), -1, np.int32)
        if "within" in quotas:
            above = looked_up(quotas.column("within"), quota_names, "quota", where, needed=False)
        parents.append(np.where(above >= 0, above + start, -1).astype(np.int32))
    ptr, drawn = (
        _draws(options, names, where)
        if drawing
        else (np.zeros(len(own) + 1, np.int64), np.empty(0, np.int32))
    )
    drawing_on = np.diff(ptr) + own
    none = np.flatnonzero(drawing_on == 0)
    if len(none):
        column = options.column("places" if "places" in options else "option")
        raise column.fault(int(none[0]), "the number of places is missing; 0 says that there is none")
    option_ptr = row_ptr(drawing_on)
    option_node = np.empty(option_ptr[-1], np.int32)
    is_own = np.zeros(len(option_node), np.bool)
    is_own[option_ptr[:-1][own]] = True
    option_node[is_own] = np.arange(start)
    option_node[~is_own] = drawn
    return {
        "parent": np.concatenate(parents),
        "capacity": np.array(capacity, np.int32),
        "option_ptr": option_ptr,
        "option_node": option_node,
        "node_names": names,
    }


def _draws(options: Source, names: tuple[str, ...], where: str) -> "tuple[Int64s, Int32s]":
    if "draws" in options:
        column = options.column("draws")
        ptr, flat = flattened(column, "a list of quotas is needed, or columns draws_1, draws_2 and so on")
        texts = texts_of(column._replace(values=flat))
        codes = codes_of(texts, text_array(names))
        for place in np.flatnonzero(codes < 0)[:1].tolist():
            row = row_of(place, ptr)
            raise column.fault(row, unknown_name(texts[place].as_py(), names, "quota", where))
        return ptr, codes
    matrix = np.empty((options.table.num_rows, len(options.wide("draws"))), np.int32)
    for place, column in enumerate(options.wide("draws")):
        matrix[:, place] = looked_up(column, names, "quota", where, needed=False)
    return row_ptr((matrix >= 0).sum(1)), matrix[matrix >= 0]


# Choices


def _listed(sources: Sources, known: pa.Array) -> Listed:
    students, options = sources.students, sources.options
    wide = students.wide("choice")
    ways = [
        way
        for way, is_there in (("a column 'choices'", "choices" in students), ("columns 'choice_1' …", wide))
        if is_there
    ]
    if sources.choices:
        ways.append(f"the table {sources.choices.name}")
    if len(ways) > 1:
        raise ValueError(
            f"the choices are given twice, by {' and by '.join(ways)} of {students.name}; keep one"
        )
    if sources.choices:
        return _from_long(sources, sources.choices, known)
    if wide:
        return _from_wide(students, wide, known, options.name)
    column = students.column("choices", " (nor 'choice_1', 'choice_2' and so on)")
    return _from_lists(sources, column, known)


def _from_lists(sources: Sources, column: Column, known: pa.Array) -> Listed:
    students = column.source
    ptr, flat = flattened(column, "a list of options is needed, or columns choice_1, choice_2 and so on")

    def at(place: int) -> tuple[int, str]:
        row = row_of(place, ptr)
        return row, f", choice {place - int(ptr[row]) + 1}"

    def fault(place: int, problem: str) -> ValueError:
        row, words = at(place)
        return column.fault(row, problem, at=words)

    if pa.types.is_integer(flat.type):
        named = sources.options.column("option")
        if pa.types.is_integer(named.values.type):
            raise named.wrong_type(
                "make it text: whole numbers among the choices are row numbers of this table"
            )
        if flat.null_count:
            raise fault(first_null(flat), "the number of the option is missing")
        number = as_numpy(flat, np.int64)
        wrong = np.flatnonzero((number < 0) | (number >= len(known)))
        if len(wrong):
            problem = f"{number[wrong[0]]} is no row of {sources.options.name}, which has {len(known)}, counted from 0"
            raise fault(int(wrong[0]), problem)
        option = number.astype(np.int32)
    else:
        texts = texts_of(column._replace(values=flat))
        option = codes_of(texts, known)
        wrong = np.flatnonzero(option < 0)
        if len(wrong):
            place = int(wrong[0])
            raise fault(
                place, unknown_name(texts[place].as_py(), known.to_pylist(), "option", sources.options.name)
            )
    if "scores" not in students:
        return Listed(ptr, option, None, fault)
    scores = students.column("scores")
    score_ptr, score = flattened(scores, "a list of numbers is needed, one for each choice")
    wrong = np.flatnonzero(np.diff(score_ptr) != np.diff(ptr))
    if len(wrong):
        row = int(wrong[0])
        raise scores.fault(
            row, f"{np.diff(score_ptr)[row]} scores for {np.diff(ptr)[row]} choices; give one for each"
        )

    def score_fault(place: int, problem: str) -> ValueError:
        row, words = at(place)
        return scores.fault(row, problem, at=words)

    return Listed(ptr, option, numbers_of(scores._replace(values=score), "score", score_fault), fault)


def _from_wide(students: Source, wide: list[Column], known: pa.Array, where: str) -> Listed:
    """Cells may be empty anywhere; the choices after them move up."""
    matrix = np.empty((students.table.num_rows, len(wide)), np.int32)
    for place, column in enumerate(wide):
        matrix[:, place] = codes_of(texts_of(column), known)
    given = matrix != EMPTY
    for row, place in np.argwhere(matrix == UNKNOWN)[:1].tolist():
        value = wide[place].values[row].as_py()
        raise wide[place].fault(row, unknown_name(value, known.to_pylist(), "option", where))
    rows, places = np.nonzero(given)

    def fault(entry: int, problem: str) -> ValueError:
        return wide[int(places[entry])].fault(int(rows[entry]), problem)

    ptr, option = row_ptr(given.sum(1)), matrix[given]
    columns = students.wide("score")
    if not columns:
        return Listed(ptr, option, None, fault)
    if len(columns) != len(wide):
        raise ValueError(
            f"{students.name} has {len(wide)} columns of choices, but {len(columns)} of scores; give one for each"
        )
    for place, column in enumerate(columns):
        empty = column.values.is_null()
        if is_text(column.values.type):
            empty = pc.equal(column.values.cast(pa.string()).fill_null(""), "")
        for row in np.flatnonzero(~as_numpy(empty, np.bool) & ~given[:, place])[:1].tolist():
            raise column.fault(row, f"a score, but {wide[place].name!r} names no option; leave it out")
    try:
        pieces = [pa.table({"score": column.values}) for column in columns]
        together = pa.concat_tables(pieces, promote_options="permissive").column("score")
    except pa.ArrowException:
        kinds = ", ".join(str(column.values.type) for column in columns)
        raise ValueError(
            f"{students.name}: the columns score_1 and so on hold {kinds}; give all as one type"
        ) from None
    score = together.take(pa.array(places * len(matrix) + rows))

    def score_fault(entry: int, problem: str) -> ValueError:
        return columns[int(places[entry])].fault(int(rows[entry]), problem)

    return Listed(ptr, option, numbers_of(Column(students, "score_1 …", score), "score", score_fault), fault)


def _from_long(sources: Sources, choices: Source, known: pa.Array) -> Listed:
    """A row for each choice, in any order."""
    ids = texts_of(sources.students.column("student"))
    ids = pa.concat_arrays([text_array([]), *ids.cast(pa.string()).chunks])
    column = choices.column("student")
    texts = texts_of(column)
    student = codes_of(texts, ids)
    wrong = np.flatnonzero(student < 0)
    if len(wrong):
        row = int(wrong[0])
        few = ids.to_pylist() if len(ids) <= FEW else []
        raise column.fault(row, unknown_name(texts[row].as_py(), few, "student", sources.students.name))
    column = choices.column("option")
    option = looked_up(column, known.to_pylist(), "option", sources.options.name, needed=True)
    rank_column = choices.column("rank")
    rank, _ = numbers_of(rank_column, "rank")  # any numbers, as long as they differ
    order = np.lexsort((rank, student))
    same = np.flatnonzero((np.diff(student[order]) == 0) & (np.diff(rank[order]) == 0))
    if len(same):
        first, second = sorted(order[same[0] : same[0] + 2].tolist())
        raise rank_column.fault(
            second,
            f"the same student and rank as in {choices.row_words(first)}; give one of them another rank",
        )

    def fault(entry: int, problem: str) -> ValueError:
        return column.fault(int(order[entry]), problem)

    ptr = row_ptr(np.bincount(student, minlength=len(ids)))
    score = None
    if "score" in choices:
        given, values = numbers_of(choices.column("score"), "score")
        score = (given[order], values)
    return Listed(ptr, option[order], score, fault)


# Institutions


def _institutions(sources: Sources) -> dict[str, Any]:
    if sources.institutions is None:
        return {}  # homes and hosts alone decide nothing; what needs the countries asks for them (`unit_of`)
    names = distinct_names(sources.institutions.column("institution"))
    column = sources.institutions.column("country")
    countries = texts_of(column).to_pylist()
    for row, country in enumerate(countries):
        if not country:
            raise column.fault(row, "the country is missing")
    number = {name: index for index, name in enumerate(dict.fromkeys(countries))}
    return {
        "home": _at(sources.students.column("home"), names, sources.institutions),
        "host": _at(sources.options.column("host"), names, sources.institutions),
        "country": np.array([number[country] for country in countries], np.int32),
        "institution_names": names,
        "country_names": tuple(number),
    }


def _at(column: Column, names: tuple[str, ...], institutions: Source) -> "Int32s":
    return looked_up(column, names, "institution", institutions.name, needed=True)


# Out


def placement_table(placement: "Placement") -> pa.Table:
    """See `Placement.to_arrow`."""
    market, is_placed = placement.market, placement.is_placed
    got = placement.option[is_placed]
    option = got if market.option_of is None else market.option_of[got]
    rank = market.pref_rank[placement.application[is_placed]]
    columns = {
        "student": text_array(_or_numbers(market.student_ids, market.students)),
        "option": _named(is_placed, option, _or_numbers(market.option_names, market.options)),
        "rank": _column(is_placed, rank),
    }
    if market.option_of is not None:
        columns["is_reserved"] = _column(is_placed, (got != option).astype(np.int8)).cast(pa.bool_())
    if market.home is not None and market.host is not None and market.country is not None:
        names = _or_numbers(market.institution_names, len(market.country))
        columns["home"] = _named(np.ones(market.students, np.bool), market.home, names)
        columns["host"] = _named(is_placed, market.host[got], names)
    return pa.Table.from_arrays(list(columns.values()), list(columns))


def _or_numbers(names: tuple[str, ...] | Names | None, count: int) -> tuple[str, ...] | Names:
    return Names.of(map(str, range(count))) if names is None else names


def _named(there: NDArray[np.bool], number: "Int32s", names: Iterable[str]) -> pa.Array:
    """The name of each number, in the rows that are *there*."""
    return pa.DictionaryArray.from_arrays(_column(there, number), text_array(names))


def _column[T: np.generic](there: NDArray[np.bool], values: NDArray[T]) -> pa.Array:
    """The values in the rows that are *there*, null in the others."""
    column = np.zeros(len(there), values.dtype)
    column[there] = values
    valid = np.packbits(there, bitorder="little")
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(there), [pa.py_buffer(valid), pa.py_buffer(column)])
