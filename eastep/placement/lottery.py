"""The order among equal scores: a number per person that everybody can check alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eastep.placement.kernels import LARGE
from eastep.placement.names import Names, first_repeated, in_utf8

LAST = 0x7FFFFFFF  # no rank in the lottery is larger, so that score and rank fit into one int64


def lottery_number(seed: str | int, student_id: str | int) -> int:
    """The lottery number of one person; among equal scores the lower number comes first.

    Parameters
    ----------
    seed : str or int
        Published by the programme before the wishes are read.
    student_id : str or int
        Exactly as in the list of applicants, letter for letter.

    Returns
    -------
    int
        The first 8 bytes of the SHA-256 of ``seed:student_id`` (UTF-8) as an unsigned number.

    Notes
    -----
    It depends on nothing else, so the order of the rows and the other applicants change nothing, and
    ``printf 2027:kim | sha256sum | cut -c 1-16`` prints the same number in hexadecimal.

    Examples
    --------
    >>> lottery_number(2027, "kim")
    1928010050700923789
    >>> hex(1928010050700923789)
    '0x1ac1aaed1369538d'
    """
    return int.from_bytes(sha256(f"{seed}:{student_id}".encode()).digest()[:8])


@dataclass(frozen=True, kw_only=True, eq=False)
class Lottery:
    """The lottery numbers of all students of a market, in its order.

    Parameters
    ----------
    seed : str
        What the numbers were drawn with.
    student_ids : tuple of str, or Names
        Whose numbers these are; `Names` if so given, or from `LARGE` students on.
    number : uint64[n]
        See `lottery_number`.
    rank : int32[n]
        The place of each student in the order of (number, id); 0 is the best.
    """

    seed: str
    student_ids: tuple[str, ...] | Names
    number: NDArray[np.uint64]
    rank: NDArray[np.int32]

    @classmethod
    def draw(cls, seed: str | int, student_ids: Iterable[str | int]) -> Self:
        """Draw the numbers of these students.

        Parameters
        ----------
        seed : str or int
            See `lottery_number`.
        student_ids : iterable of str or int, length n
            In the order of the market. Row numbers will do for trials, but are not fair to anybody who can
            choose the own row.

        Returns
        -------
        Lottery

        Raises
        ------
        ValueError
            If an id is there twice, or is no text that UTF-8 can hold.

        Notes
        -----
        Each number depends on seed and id alone. O(n log n); about 1 microsecond a student, and 0.3 from `LARGE`
        students on, when a compiled SHA-256 takes over, which needs no Python object for a student.

        Examples
        --------
        >>> Lottery.draw(2027, ["kim", "sato", "lee"]).rank
        array([0, 2, 1], dtype=int32)
        """
        ids = _as_names(student_ids)
        number = _numbers(str(seed), ids)
        order = np.argsort(number)
        if (np.diff(number[order]) == 0).any():  # an id twice; or else, never seen, the id decides
            _check_repeated(ids)
            order = np.array(sorted(range(len(ids)), key=lambda row: (int(number[row]), ids[row])), np.int64)
        rank = np.empty(len(ids), np.int32)
        rank[order] = np.arange(len(ids), dtype=np.int32)
        for array in (number, rank):
            array.setflags(write=False)
        return cls(seed=str(seed), student_ids=ids, number=number, rank=rank)


def _as_names(ids: Iterable[str | int]) -> tuple[str, ...] | Names:
    """A tuple of the first few; `Names` if there are many."""
    if isinstance(ids, Names):
        return ids
    rest = map(str, ids)
    first = tuple(islice(rest, LARGE))
    return first if len(first) < LARGE else Names.of(chain(first, rest))


def _numbers(seed: str, ids: tuple[str, ...] | Names) -> NDArray[np.uint64]:
    if isinstance(ids, tuple) or len(ids) < LARGE:
        prefix = f"{seed}:".encode()
        digests = b"".join([sha256(prefix + name).digest() for name in in_utf8(ids)])
        return np.frombuffer(digests, ">u8")[::4].astype(np.uint64)
    from eastep.placement.kernels.lottery import lottery_numbers  # noqa: PLC0415 -- Numba is slow to load

    return lottery_numbers(seed, ids)


def _check_repeated(ids: tuple[str, ...] | Names) -> None:
    if twice := first_repeated(ids):
        raise ValueError(
            f"the student id {ids[twice[0]]!r} is there twice, in rows {twice[0]} and {twice[1]}"
        )


def priority(score: NDArray[np.int32], rank: NDArray[np.int32]) -> NDArray[np.int64]:
    """Score first, then the lottery, as one number: the higher is served first; no two students share one."""
    return (score.astype(np.int64) << 32) + (LAST - rank)
