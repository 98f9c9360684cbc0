"""Reads about sheets: what was confirmed before, the good rows of a file, and what they would change."""

from eastep.imports.queries.comparing import EXAMPLES, Compared, compare, edition_now, effect, told
from eastep.imports.queries.files import packed, said_before, unpacked
from eastep.imports.queries.memory import remembered_headings, remembered_names

__all__ = [
    "EXAMPLES",
    "Compared",
    "compare",
    "edition_now",
    "effect",
    "packed",
    "remembered_headings",
    "remembered_names",
    "said_before",
    "told",
    "unpacked",
]
