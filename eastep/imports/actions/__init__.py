"""The verbs about sheets: what is remembered of them, and what is done with a file that is brought in."""

from eastep.imports.actions.files import (
    confirm_names,
    drop_file,
    hand_in,
    map_columns,
    mend_rows,
    read_again,
)
from eastep.imports.actions.memory import forget_heading, forget_name, remember_headings, remember_names
from eastep.imports.actions.reading import proposed, read_file
from eastep.imports.actions.taking import finish_file, take_file

__all__ = [
    "confirm_names",
    "drop_file",
    "finish_file",
    "forget_heading",
    "forget_name",
    "hand_in",
    "map_columns",
    "mend_rows",
    "proposed",
    "read_again",
    "read_file",
    "remember_headings",
    "remember_names",
    "take_file",
]
