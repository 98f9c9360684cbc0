"""Hashes of many names, to find out whether one is there twice."""

import numpy as np
from numpy.typing import NDArray

from eastep.placement.kernels.compiling import compiled


@compiled
def hashes(text: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.uint64]:
    """uint64[n]: FNV-1a of each name (Fowler, Noll, Vo)."""
    found = np.empty(len(offsets) - 1, np.uint64)
    prime = np.uint64(0x100000001B3)
    for row in range(len(found)):
        value = np.uint64(0xCBF29CE484222325)
        for place in range(offsets[row], offsets[row + 1]):
            value = (value ^ np.uint64(text[place])) * prime
        found[row] = value
    return found
