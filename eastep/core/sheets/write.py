"""Rows out: XLSX for people who will go on working in Excel, CSV for everything else.

The same rows give the same bytes, today and tomorrow, so that a stored result can be compared by its hash.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO
from unicodedata import east_asian_width

from xlsxwriter import Workbook

from eastep.core.sheets.delimited import guarded

type CellOut = str | int | float | Decimal | bool | date | datetime | None

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # xlsxwriter wants a naive one
_LOOKED_AT = 200  # rows that tell how wide a column should be
_EXACT = 10**15  # Excel keeps 15 digits: a longer whole number is written as text
_TEXT_LIMIT = 32_767  # characters in a cell


@dataclass(frozen=True, kw_only=True)
class SheetOut:
    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[CellOut]]
    widths: Sequence[int] = ()  # in characters; without, the first rows tell


def write_xlsx(sheets: Iterable[SheetOut], to: BinaryIO) -> None:
    """Write a workbook, row by row, so that its size does not matter. Text is never a formula or a link."""
    made = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with Workbook(made, options) as workbook:
        workbook.set_properties({"created": _EPOCH, "author": "EASTEP"})
        styles = {
            "heading": workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
            "datetime": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "text": workbook.add_format({"num_format": "@"}),
        }
        for sheet in sheets:
            _write_sheet(workbook.add_worksheet(_sheet_name(sheet.name)), sheet, styles)
    _repack(made, to)


def _write_sheet(worksheet: Any, sheet: SheetOut, styles: dict[str, Any]) -> None:
    rows = iter(sheet.rows)
    first = list(islice(rows, _LOOKED_AT))
    widths = sheet.widths or [_width(column, heading, first) for column, heading in enumerate(sheet.headings)]
    for column, width in enumerate(widths):
        worksheet.set_column(column, column, width)
    worksheet.freeze_panes(1, 0)
    for column, heading in enumerate(sheet.headings):
        worksheet.write_string(0, column, heading, styles["heading"])
    last = 0
    for batch in (first, rows):
        for row in batch:
            last += 1
            for column, value in enumerate(row):
                _write_cell(worksheet, last, column, value, styles)
    if sheet.headings:
        worksheet.autofilter(0, 0, last, len(sheet.headings) - 1)


def _write_cell(worksheet: Any, row: int, column: int, value: CellOut, styles: dict[str, Any]) -> None:
    match value:
        case None | "":
            return
        case str():
            worksheet.write_string(row, column, value[:_TEXT_LIMIT])
        case bool():
            worksheet.write_boolean(row, column, value)
        case int() if abs(value) >= _EXACT:
            worksheet.write_string(row, column, str(value))
        case int() | float() | Decimal():
            worksheet.write_number(row, column, value)
        case datetime():
            worksheet.write_datetime(row, column, value.replace(tzinfo=None), styles["datetime"])
        case date():
            worksheet.write_datetime(row, column, value, styles["date"])


def _sheet_name(name: str) -> str:
    """*name* without what Excel forbids in the name of a sheet."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in name).strip("' ")[:31] or "Sheet"


def _width(column: int, heading: str, rows: Sequence[Sequence[CellOut]]) -> int:
    """In Excel's unit, the width of a digit: a kanji or a syllable takes two."""
    longest = max((_cells(row[column]) for row in rows if column < len(row)), default=0)
    return min(max(8, longest + 2, _cells(heading) + 4), 50)  # 4: the filter's button


def _cells(value: CellOut) -> int:
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in str("" if value is None else value))


def _repack(made: io.BytesIO, to: BinaryIO) -> None:
    """The same archive with one fixed time in it: xlsxwriter stamps the parts with the time of writing."""
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            about = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o600 << 16
            with source.open(part) as old, target.open(about, "w") as new:
                while chunk := old.read(1 << 20):
                    new.write(chunk)


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[CellOut]], to: BinaryIO) -> None:
    """Write CSV as Excel expects it: UTF-8 with a byte order mark, commas, CRLF.

    Excel runs text that begins like a formula, so such text gets an apostrophe in front (which Excel shows);
    `read_workbook` takes it off again. A negative number stays a number. Dates are ISO 8601.
    """
    text = io.TextIOWrapper(to, encoding="utf-8-sig", newline="", write_through=False)
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([guarded(heading) for heading in headings])
        writer.writerows([_csv_cell(value) for value in row] for row in rows)
        text.flush()
    finally:
        text.detach()


def _csv_cell(value: CellOut) -> str:
    match value:
        case None:
            return ""
        case str():
            return guarded(value)
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime():
            return value.isoformat(" ", "seconds")
        case date():
            return value.isoformat()
        case _:
            return str(value)
