"""How a function becomes machine code.

Each kernel is compiled on its first use on a machine (some seconds) and kept on disk: beside its file, or, where
that is read-only, in the user's cache folder, or where NUMBA_CACHE_DIR says. Where nothing can be written, every
process compiles it anew.
"""

from collections.abc import Callable
from typing import cast

import numba


def compiled[F: Callable[..., object]](function: F) -> F:
    """Compile *function* on its first call. Numba has no types, so the cast keeps those of the function."""
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # nowhere to keep the machine code
        return cast(F, numba.njit(nogil=True)(function))
