"""Many names without an object for each: UTF-8 text in one piece, and where each name begins."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched, pairwise
from operator import eq
from typing import Self, overload

import numpy as np
from numpy.typing import NDArray

from eastep.placement.kernels import LARGE

AT_A_TIME = 65_536  # names that become Python objects at once, when they are gone through


class Names(Sequence[str]):
    """A sequence of names as text in UTF-8 and offsets, as Arrow keeps them.

    Parameters
    ----------
    data : uint8[B]
        All names one after the other.
    offsets : int64[n + 1]
        Name *i* is ``data[offsets[i]:offsets[i + 1]]``.

    Raises
    ------
    ValueError
        If the offsets do not fit the text, or the text is not UTF-8.

    Notes
    -----
    A million ids of ten letters take 18 MB; as Python strings they take 68 MB, and a second to make. Arrays are
    not copied. Two of them are equal if they hold the same names; so are one of them and a tuple.

    Examples
    --------
    >>> names = Names.of(["kim", "佐藤", "lee"])
    >>> names[1], len(names), list(names[1:])
    ('佐藤', 3, ['佐藤', 'lee'])
    >>> names.row_of("lee")
    2
    """

    def __init__(self, data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        fits = (
            len(offsets) > 0
            and offsets[0] >= 0
            and offsets[-1] <= len(data)
            and not (np.diff(offsets) < 0).any()
        )
        if not fits:
            raise ValueError(
                "the offsets of the names must rise from 0 or more to at most the length of the text"
            )
        self.data, self.offsets = data.view(), offsets.view()
        for array in (self.data, self.offsets):
            array.setflags(write=False)
        if len(data) and data.max() >= 0x80:
            _check_utf8(self)

    @classmethod
    def of(cls, names: Iterable[str]) -> Self:
        """The names, copied out of Python strings a few at a time."""
        pieces, lengths = bytearray(), [np.zeros(1, np.int64)]
        for number, some in enumerate(batched(names, AT_A_TIME, strict=False)):
            encoded = in_utf8(some, number * AT_A_TIME)
            pieces += b"".join(encoded)
            lengths.append(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        return cls(np.frombuffer(bytes(pieces), np.uint8), np.cumsum(np.concatenate(lengths)))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> "Names": ...
    def __getitem__(self, row: int | slice) -> "str | Names":
        if isinstance(row, slice):
            start, stop, step = row.indices(len(self))
            if step == 1:
                return Names(self.data, self.offsets[start : max(start, stop) + 1])
            return Names.of(self[place] for place in range(start, stop, step))
        place = range(len(self))[row]  # counts from the end, and refuses what is not there
        return self._text(int(self.offsets[place]), int(self.offsets[place + 1]))

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), AT_A_TIME):
            for begin, end in pairwise(self.offsets[start : start + AT_A_TIME + 1].tolist()):
                yield self._text(begin, end)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Names):
            return np.array_equal(np.diff(self.offsets), np.diff(other.offsets)) and np.array_equal(
                self._bytes, other._bytes
            )
        if not isinstance(other, tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Names.of({list(self[:3])!r})" if len(self) <= 3 else f"<{len(self)} names from {self[0]!r}>"

    def row_of(self, name: str) -> int | None:
        """The first row that holds *name*; None if there is none. O(n), by arrays."""
        wanted = np.frombuffer(name.encode(), np.uint8)
        rows = np.flatnonzero(np.diff(self.offsets) == len(wanted))
        for place, letter in enumerate(wanted):
            rows = rows[self.data[self.offsets[rows] + place] == letter]
        return int(rows[0]) if len(rows) else None

    @property
    def _bytes(self) -> NDArray[np.uint8]:
        return self.data[self.offsets[0] : self.offsets[-1]]

    def _text(self, begin: int, end: int) -> str:
        return str(self.data.data[begin:end], "utf-8")


def in_utf8(names: Sequence[str], first: int = 0) -> list[bytes]:
    """Each name in UTF-8. Raises a ValueError with the row, from *first* on, of a name that is half a letter."""
    try:
        return [name.encode() for name in names]
    except UnicodeEncodeError as error:
        rows = (row for row, name in enumerate(names, first) if name == error.object)
        raise ValueError(
            f"name {next(rows)}, {error.object!r}, cannot be written in UTF-8: half of a letter is missing, "
            "so take it from its source again"
        ) from None


def _check_utf8(names: Names) -> None:
    """Raise a ValueError unless every name alone is UTF-8; O(B)."""
    view, starts = names.data.data, names.offsets
    for start in range(0, len(names), AT_A_TIME):
        end = min(start + AT_A_TIME, len(names))
        try:
            str(view[starts[start] : starts[end]], "utf-8")
        except UnicodeDecodeError as error:
            row = int(np.searchsorted(starts, starts[start] + error.start, side="right")) - 1
            raise ValueError(f"name {row} is not UTF-8") from None
    first = starts[:-1][np.diff(starts) > 0]
    inside = np.flatnonzero(names.data[first] & 0xC0 == 0x80)  # the later byte of a letter
    if len(inside):
        row = int(np.searchsorted(starts, first[inside[0]], side="right")) - 1
        raise ValueError(f"name {row} begins within a letter")


def first_repeated(names: Sequence[str]) -> tuple[int, int] | None:
    """The rows of the first name that is there twice; None if all differ.

    O(n): a set of Python strings, or, for `Names` from `LARGE` on, a sort of 64-bit hashes; names of equal hash
    are compared in full.
    """
    if isinstance(names, Names) and len(names) >= LARGE:
        from eastep.placement.kernels.names import hashes  # noqa: PLC0415 -- Numba is slow to load

        value = hashes(names.data, names.offsets)
        ascending = np.sort(value)
        equal = ascending[1:][ascending[1:] == ascending[:-1]]
        rows: Iterable[int] = np.flatnonzero(np.isin(value, equal)).tolist() if len(equal) else ()
    else:
        rows = () if len(set(names)) == len(names) else range(len(names))
    seen: dict[str, int] = {}
    for row in rows:
        before = seen.setdefault(names[row], row)
        if before != row:
            return before, row
    return None
