"""Spreadsheets in and out: XLSX, XLS, ODS, CSV and TSV to rows of plain values; rows to XLSX and CSV."""

from eastep.core.sheets.encodings import ENCODINGS
from eastep.core.sheets.model import (
    LIMITS,
    Cell,
    CellError,
    Detected,
    Limits,
    Merged,
    Sheet,
    Workbook,
    column_index,
    column_letter,
)
from eastep.core.sheets.read import read_workbook
from eastep.core.sheets.write import CellOut, SheetOut, write_csv, write_xlsx

__all__ = [
    "ENCODINGS",
    "LIMITS",
    "Cell",
    "CellError",
    "CellOut",
    "Detected",
    "Limits",
    "Merged",
    "Sheet",
    "SheetOut",
    "Workbook",
    "column_index",
    "column_letter",
    "read_workbook",
    "write_csv",
    "write_xlsx",
]
