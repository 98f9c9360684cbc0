"""The kinds of sheet that a round is made of: their columns, and how a row becomes a record."""

from eastep.applications.sheets.kinds import (
    KINDS,
    columns_of,
    columns_of_sheets,
    propose_layout,
    read_applicants,
    read_places,
    read_sheet,
)

__all__ = [
    "KINDS",
    "columns_of",
    "columns_of_sheets",
    "propose_layout",
    "read_applicants",
    "read_places",
    "read_sheet",
]
