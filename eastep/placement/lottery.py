"""The order among equal scores: a number per person that everybody can check alone."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

import numpy as np
from numpy.typing import NDArray

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
    student_ids : tuple of str
        Whose numbers these are.
    number : uint64[n]
        See `lottery_number`.
    rank : int32[n]
        The place of each student in the order of (number, id); 0 is the best.
    """

    seed: str
    student_ids: tuple[str, ...]
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
            If an id is there twice.

        Notes
        -----
        Each number depends on seed and id alone. O(n log n), about 1 microsecond a student.

        Examples
        --------
        >>> Lottery.draw(2027, ["kim", "sato", "lee"]).rank
        array([0, 2, 1], dtype=int32)
        """
        ids = tuple(map(str, student_ids))
        if len(set(ids)) != len(ids):
            twice = Counter(ids).most_common(1)[0][0]
            raise ValueError(f"the student id {twice!r} is there twice")
        number = np.fromiter((lottery_number(seed, name) for name in ids), np.uint64, len(ids))
        order = np.argsort(number, kind="stable")
        if (np.diff(number[order]) == 0).any():  # never seen: then the id decides
            order = np.array(sorted(range(len(ids)), key=lambda row: (int(number[row]), ids[row])), np.int64)
        rank = np.empty(len(ids), np.int32)
        rank[order] = np.arange(len(ids), dtype=np.int32)
        for array in (number, rank):
            array.setflags(write=False)
        return cls(seed=str(seed), student_ids=ids, number=number, rank=rank)


def priority(score: NDArray[np.int32], rank: NDArray[np.int32]) -> NDArray[np.int64]:
    """Score first, then the lottery, as one number: the higher is served first; no two students share one."""
    return (score.astype(np.int64) << 32) + (LAST - rank)
