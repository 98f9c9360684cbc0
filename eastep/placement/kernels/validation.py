"""Checks of long columns as machine code."""

import numpy as np

from eastep.placement.kernels.compiling import compiled
from eastep.placement.market import Int32s, Int64s


@compiled
def row_with_a_repeated_value(ptr: Int64s, values: Int32s, width: int) -> int:
    """The first row in which one of the values 0 to *width* - 1 is there twice; -1 if there is none. O(N)."""
    last_row = np.full(width, -1, np.int32)  # in which each value was seen last
    for row in range(len(ptr) - 1):
        for place in range(ptr[row], ptr[row + 1]):
            if last_row[values[place]] == row:
                return row
            last_row[values[place]] = row
    return -1
