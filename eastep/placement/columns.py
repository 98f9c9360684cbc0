"""Columns of Arrow tables: names, numbers and lists out of whatever type they have, and words for what is wrong."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eastep.placement.arrow import pa, pc
from eastep.placement.kernels import LARGE
from eastep.placement.mappings import INT32, MOST_DIGITS, Score, exact_ranks
from eastep.placement.names import Names, first_repeated

if TYPE_CHECKING:
    from eastep.placement.market import Int32s, Int64s

UNKNOWN, EMPTY = -1, -2
FEW = 5000  # among so many names the nearest to an unknown one is looked for
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")

NUMBERED = {"students": ("choice", "score"), "options": ("draws",)}
COLUMNS = {
    "students": ("student", "choices", "score", "scores", "home"),
    "choices": ("student", "rank", "option", "score"),
    "options": ("option", "places", "within", "draws", "host"),
    "quotas": ("quota", "places", "within"),
    "institutions": ("institution", "country"),
}


def is_read(kind: str, column: str) -> bool:
    """Whether tables of this kind may have this column; others are ignored."""
    return column in COLUMNS[kind] or any(numbered(column, stem) for stem in NUMBERED.get(kind, ()))


def numbered(column: str, stem: str) -> int | None:
    """The number in a name such as choice_3."""
    found = re.fullmatch(rf"{stem}_([1-9][0-9]*)", column, re.ASCII)
    return int(found[1]) if found else None


class Column(NamedTuple):
    """A column with the words that name it in messages."""

    source: "Source"
    name: str
    values: pa.ChunkedArray

    def fault(self, row: int, problem: str, *, at: str = "") -> ValueError:
        return ValueError(
            f"{self.source.name}, {self.source.row_words(row)}, column {self.name!r}{at}: {problem}"
        )

    def wrong_type(self, needed: str) -> ValueError:
        return ValueError(f"{self.source.name}, column {self.name!r} holds {self.values.type}; {needed}")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A table with the words that name it, and its rows, in messages."""

    kind: str
    name: str
    table: pa.Table
    columns: Sequence[str]  # also those that the table leaves out, since nobody reads them
    row_words: Callable[[int], str] = "row {}".format

    def __post_init__(self) -> None:
        wanted = [column for column in COLUMNS[self.kind] if column not in self.columns]
        for name in self.columns:
            if is_read(self.kind, name):
                if self.columns.count(name) > 1:
                    raise ValueError(f"{self.name} has the column {name!r} twice; leave one of them out")
            elif like := get_close_matches(name.strip().casefold(), wanted, 1, 0.85):
                raise ValueError(f"{self.name} has the column {name!r}; name it {like[0]!r}, or leave it out")

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def column(self, name: str, remedy: str = "") -> Column:
        if name not in self:
            there = ", ".join(map(repr, self.columns)) or "no columns at all"
            raise ValueError(f"{self.name} has no column {name!r}{remedy}; it has {there}")
        return Column(self, name, self.table.column(name))

    def wide(self, stem: str) -> list[Column]:
        """The columns stem_1, stem_2 and so on, in order."""
        found = sorted(filter(None, (numbered(name, stem) for name in self.columns)))
        for number, have in enumerate(found, 1):
            if number != have:
                raise ValueError(f"{self.name} has the column '{stem}_{have}' but no '{stem}_{number}'")
        return [self.column(f"{stem}_{number}") for number in found]


def source_of(kind: str, table: object) -> Source:
    """A table that a caller gave: of pyarrow, or anything that pyarrow can see as one."""
    try:
        found = table if isinstance(table, pa.Table) else pa.table(table)
    except (TypeError, ValueError, OverflowError, pa.ArrowException) as error:
        kind_of = type(table).__name__
        raise ValueError(f"{kind} is no table that pyarrow can read ({kind_of}): {error}") from None
    return Source(kind=kind, name=kind, table=found, columns=found.column_names)


def texts_of(column: Column) -> pa.ChunkedArray:
    """The column as text, encoded by a dictionary or not."""
    values, kind = column.values, column.values.type
    content = kind.value_type if pa.types.is_dictionary(kind) else kind
    if pa.types.is_string(content) or pa.types.is_large_string(content):
        return values
    if pa.types.is_integer(content) or pa.types.is_null(content) or pa.types.is_string_view(content):
        return values.cast(pa.string())
    raise column.wrong_type("text is needed, or whole numbers that serve as names")


def distinct_names(column: Column) -> tuple[str, ...]:
    """All names of a column, every one there and only once."""
    names = tuple(texts_of(column).to_pylist())
    for row, name in enumerate(names):
        if not name:
            raise column.fault(row, "the name is missing")
    if twice := first_repeated(names):
        before = column.source.row_words(twice[0])
        raise column.fault(
            twice[1], f"{names[twice[0]]!r} stands in {before} already; every name may be there once"
        )
    return names


def student_ids(column: Column) -> tuple[str, ...] | Names:
    """The ids; whether one is there twice is left to `Market`."""
    texts = texts_of(column)
    if pa.types.is_dictionary(texts.type):
        texts = texts.cast(pa.string())
    if len(texts) < LARGE:
        ids = texts.to_pylist()
        for row, name in enumerate(ids):
            if not name:
                raise column.fault(row, "the id is missing")
        return tuple(ids)
    pieces, offsets, end = [], [np.zeros(1, np.int64)], 0
    for chunk in texts.chunks:
        if chunk.null_count:
            raise column.fault(first_null(texts), "the id is missing")
        ends = np.frombuffer(
            chunk.buffers()[1], np.int64 if pa.types.is_large_string(chunk.type) else np.int32
        )
        ends = ends[chunk.offset : chunk.offset + len(chunk) + 1].astype(np.int64)
        data = chunk.buffers()[2]
        pieces.append(np.frombuffer(data or b"", np.uint8)[ends[0] : ends[-1]])
        offsets.append(ends[1:] - ends[0] + end)
        end += int(ends[-1] - ends[0])
    offset = np.concatenate(offsets)
    missing = np.flatnonzero(np.diff(offset) == 0)
    if len(missing):
        raise column.fault(int(missing[0]), "the id is missing")
    return Names(np.concatenate(pieces), offset)


def codes_of(texts: pa.ChunkedArray, known: pa.Array) -> "Int32s":
    """int32: the row in *known* of each text; EMPTY where there is no text, UNKNOWN where it is none of them."""
    kind = texts.type.value_type if pa.types.is_dictionary(texts.type) else texts.type
    known = pa.concat_arrays([known, text_array([""])]).cast(kind)
    number = np.arange(len(known) + 1, dtype=np.int32)
    number[-2:] = EMPTY, UNKNOWN
    if not pa.types.is_dictionary(texts.type):
        found = pc.index_in(texts, known)
        codes = number[filled(found, len(known))]
        if texts.null_count:
            codes[as_numpy(texts.is_null(), np.bool)] = EMPTY
        return codes
    dictionaries = [chunk.dictionary for chunk in texts.chunks]
    words = pc.index_in(pa.chunked_array(dictionaries, kind), known)
    number = number[filled(words, len(known))]
    pieces, start = [np.empty(0, np.int32)], 0
    for chunk, dictionary in zip(texts.chunks, dictionaries, strict=True):
        own = np.append(number[start : start + len(dictionary)], np.int32(EMPTY))
        start += len(dictionary)
        pieces.append(own[filled(pa.chunked_array([chunk.indices]), len(dictionary))])
    return np.concatenate(pieces)


def as_numpy[T: np.generic](values: pa.ChunkedArray, dtype: type[T]) -> NDArray[T]:
    """A column of numbers or facts without nulls."""
    pieces = [raw_numbers(chunk).astype(dtype, copy=False) for chunk in values.chunks]
    return pieces[0] if len(pieces) == 1 else np.concatenate([np.empty(0, dtype), *pieces])


def filled(values: pa.ChunkedArray, number: int) -> NDArray[np.int64]:
    """Whole numbers, with *number* where there is none."""
    pieces = [np.empty(0, np.int64)]
    for chunk in values.chunks:
        piece = raw_numbers(chunk)
        pieces.append(np.where(raw_numbers(chunk.is_null()), number, piece) if chunk.null_count else piece)
    return pieces[1] if len(pieces) == 2 else np.concatenate(pieces)


def raw_numbers(chunk: pa.Array) -> NDArray[Any]:
    """Its numbers as they lie in memory. Unlike `to_numpy` this does not load pandas where that is installed."""
    data, start, end = chunk.buffers()[1] or b"", chunk.offset, chunk.offset + len(chunk)
    if pa.types.is_boolean(chunk.type):
        return np.unpackbits(np.frombuffer(data, np.uint8), count=end, bitorder="little")[start:].astype(
            np.bool
        )
    return np.frombuffer(data, chunk.type.to_pandas_dtype())[start:end]


def unknown_name(value: object, known: Sequence[str], kind: str, where: str) -> str:
    """What is wrong with a name that is none of *known*."""
    if not value:
        return f"the name of the {kind} is missing"
    near = get_close_matches(str(value), known, 1) if len(known) <= FEW else []
    guess = f" (is it {near[0]!r}?)" if near else ""
    return f"there is no {kind} {value!r} in {where}{guess}; correct it, or add it there"


def looked_up(column: Column, known: Sequence[str], kind: str, where: str, *, needed: bool) -> "Int32s":
    """The row of each name; EMPTY where there is none, unless it is needed."""
    texts = texts_of(column)
    codes = codes_of(texts, text_array(known))
    wrong = np.flatnonzero(codes < 0 if needed else codes == UNKNOWN)
    if len(wrong):
        row = int(wrong[0])
        raise column.fault(row, unknown_name(texts[row].as_py(), known, kind, where))
    return codes


def numbers_of(
    column: Column, what: str, fault: Callable[[int, str], ValueError] | None = None
) -> "tuple[Int32s, tuple[Score, ...] | None]":
    """Whole numbers as they are; all else as ranks, which keep the exact order, and the values by rank."""
    fault = fault or column.fault
    values, kind = column.values, column.values.type
    if pa.types.is_dictionary(kind):
        values = values.cast(kind.value_type)
        kind = kind.value_type
    if values.null_count:
        raise fault(first_null(values), f"the {what} is missing")
    if pa.types.is_integer(kind):
        whole = as_numpy(values, np.uint64 if pa.types.is_uint64(kind) else np.int64)
        if not len(whole) or (whole.min() >= INT32.min and whole.max() <= INT32.max):
            return whole.astype(np.int32), None
        return _ranks(whole)
    if pa.types.is_floating(kind):
        numbers = as_numpy(values, np.float64)
        wrong = np.flatnonzero(~np.isfinite(numbers))
        if len(wrong):
            place = int(wrong[0])
            raise fault(place, f"the {what} is {numbers[place]}; a finite number is needed")
        return _ranks(numbers) if len(numbers) else (np.empty(0, np.int32), None)
    if not len(values):
        return np.empty(0, np.int32), None
    if not (pa.types.is_decimal(kind) or is_text(kind)):
        raise column.wrong_type("a number for each is needed")
    encoded = values.combine_chunks().dictionary_encode()
    index = raw_numbers(encoded.indices)
    given: list[Score] = []
    for number, value in enumerate(encoded.dictionary.to_pylist()):
        score = _number(value)
        if score is None:
            problem = (
                f"the {what} is {value!r}; a number is needed, as 81 or 81.5"
                if value
                else f"the {what} is missing"
            )
            raise fault(int(np.argmax(index == number)), problem)
        given.append(score)
    if all(isinstance(score, int) and INT32.min <= score <= INT32.max for score in given):
        return np.array(given, np.int32)[index], None
    ranks, ascending = exact_ranks(given)
    return ranks[index], ascending


def _ranks[T: np.generic](values: NDArray[T]) -> "tuple[Int32s, tuple[Score, ...]]":
    ascending, rank = np.unique(values, return_inverse=True)
    return rank.astype(np.int32), tuple(ascending.tolist())


def _number(value: str | Decimal) -> Score | None:
    """A decimal, or a number as it is written: 81 is an int, 81.5 a Decimal; None if it is no number."""
    if isinstance(value, Decimal):
        return value
    found = NUMBER.fullmatch(value.strip())
    if not found or (found[2] and abs(int(found[2][1:])) > MOST_DIGITS):
        return None
    return Decimal(found[0]) if found[1] or found[2] or len(found[0]) > 18 else int(found[0])


def is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def first_null(values: pa.ChunkedArray) -> int:
    return int(np.argmax(as_numpy(values.is_null(), np.bool)))


def places_of(column: Column) -> list[int | None]:
    """Whole numbers from 0; None where nothing stands."""
    kind = column.values.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        if not (is_text(kind) or pa.types.is_null(kind) or pa.types.is_dictionary(kind)):
            raise column.wrong_type("whole numbers are needed")
        texts_of(column)  # a dictionary of anything else
    places: list[int | None] = []
    for row, value in enumerate(column.values.to_pylist()):
        number = _number(value) if isinstance(value, str) and value else value
        if value is None or value == "":
            places.append(None)
        elif (
            number is None or not 0 <= number <= INT32.max or number != int(number)
        ):  # not a number: the second fails
            raise column.fault(row, f"{value!r} places; a whole number from 0 to {INT32.max} is needed")
        else:
            places.append(int(number))
    return places


def flattened(column: Column, needed: str) -> "tuple[Int64s, pa.ChunkedArray]":
    """The lengths of a column's lists, summed up, and what they hold; no list is an empty one."""
    values, kind = column.values, column.values.type
    if pa.types.is_null(kind):
        return np.zeros(len(values) + 1, np.int64), pa.chunked_array([], pa.string())
    lists = (
        pa.types.is_list,
        pa.types.is_large_list,
        pa.types.is_fixed_size_list,
        pa.types.is_list_view,
        pa.types.is_large_list_view,
    )
    if not any(is_such(kind) for is_such in lists):
        raise column.wrong_type(needed)
    lengths = filled(pc.list_value_length(values), 0)
    return row_ptr(lengths), pa.chunked_array([chunk.flatten() for chunk in values.chunks], kind.value_type)


def row_ptr(lengths: "NDArray[np.int64]") -> "Int64s":
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)))


def row_of(place: int, ptr: "Int64s") -> int:
    return int(np.searchsorted(ptr, place, side="right")) - 1


def text_array(names: Iterable[str]) -> pa.Array:
    """Names as an array. Unlike `pyarrow.array` it does not load pandas where that is installed, which takes long."""
    names = names if isinstance(names, Names) else Names.of(names)
    kind, width = (pa.string(), np.int32) if len(names.data) <= INT32.max else (pa.large_string(), np.int64)
    offsets = names.offsets.astype(width)
    return pa.Array.from_buffers(kind, len(names), [None, pa.py_buffer(offsets), pa.py_buffer(names.data)])
