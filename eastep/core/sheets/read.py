"""From the bytes of an uploaded file to its sheets. The content says what it is, never the file's name."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BytesIO
from itertools import chain
from pathlib import PurePath
from posixpath import dirname, join, normpath
from typing import cast
from xml.parsers import expat
from zipfile import ZipInfo

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from eastep.core.sheets.archives import Archive
from eastep.core.sheets.delimited import read_delimited
from eastep.core.sheets.looks import Look, check_all, look_at_open_document, look_at_worksheet
from eastep.core.sheets.model import LIMITS, Cell, Detected, Limits, Merged, Sheet, Workbook, column_letter
from eastep.core.sheets.quick import look_quickly
from eastep.core.sheets.refusals import refusal
from eastep.core.sheets.shared import check_shared_text
from eastep.core.sheets.xls import SIGNATURE, read_xls

_OTHER_FILES = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"), (b"{\\rtf", "RTF"), (b"\x1f\x8b\x08", "GZIP"), (b"7z\xbc\xaf", "7-Zip"),
    (b"Rar!\x1a", "RAR"), (b"PAR1", "Parquet"), (b"HWP Document File", "HWP"),
)  # fmt: skip
_OTHER_ARCHIVES = (
    ("word/", "DOCX"),
    ("ppt/", "PPTX"),
    ("Contents/", "HWPX"),
    ("Index/", "Numbers"),
    ("content.xml", "ODT"),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype|!--|\?xml|html|head|body|table|meta|style)", re.IGNORECASE)
_KNOWN_ERRORS = {"", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")  # Excel 2 to 4


def read_workbook(
    content: bytes, *, filename: str = "", encoding: str = "", delimiter: str = "", limits: Limits = LIMITS
) -> Workbook:
    """The sheets of *content*. *encoding* and *delimiter* are what a person says against what was detected.

    Raises ValidationError: its sentence holds the remedy, its ``code`` is a key of ``refusals.SENTENCES``.
    """
    if not content:
        raise refusal("empty")
    if len(content) > limits.file_bytes:
        raise refusal("too_large", megabytes=-(-len(content) // 10**6), limit=limits.file_bytes // 10**6)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _read_archive(Archive(content, limits), limits)
    if content.startswith(SIGNATURE):
        return read_xls(content, limits)
    if content.startswith(_OLD_EXCEL):
        raise refusal("old_format", found="Excel 2–4")
    for start, found in _OTHER_FILES:
        if content.startswith(start):
            raise refusal("not_a_sheet", found=found)
    if _MARKUP.match(content[:2000].removeprefix(b"\xef\xbb\xbf")):
        raise refusal("not_a_sheet", found="XML" if b"<?xml" in content[:200] else "HTML")
    name = PurePath(filename.replace("\\", "/")).stem or "CSV"
    return read_delimited(content, name=name, encoding=encoding, delimiter=delimiter, limits=limits)


def _without_nul(row: list[Cell]) -> list[Cell]:
    """Excel can hold the sign U+0000 in a text; nobody has typed it, and no database takes it."""
    if any(isinstance(cell, str) and "\0" in cell for cell in row):
        return [cell.replace("\0", "") if isinstance(cell, str) else cell for cell in row]
    return row


def _read_archive(archive: Archive, limits: Limits) -> Workbook:
    names = archive.names
    mimetype = archive.read("mimetype")[:100]
    if "xl/workbook.xml" in names:
        return _workbook("xlsx", archive, _xlsx_looks(archive), limits)
    if mimetype == b"application/vnd.oasis.opendocument.spreadsheet" and "content.xml" in names:
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise refusal("protected")
        looks = look_at_open_document(_content(archive), "content.xml", limits)
        check_all(looks, limits)
        return _workbook("ods", archive, looks, limits)
    if "xl/workbook.bin" in names:
        raise refusal("old_format", found="XLSB")
    found = next((kind for start, kind in _OTHER_ARCHIVES if any(n.startswith(start) for n in names)), "ZIP")
    raise refusal("not_a_sheet", found=found)


def _content(archive: Archive) -> Iterable[bytes]:
    """The content of an ODS file. The other parts are only unpacked and counted."""
    content: Iterable[bytes] = ()
    for part in archive.parts:
        if part.filename == "content.xml":
            content = archive.chunks(part)
        else:
            for _chunk in archive.chunks(part):
                pass
    return content


def _xlsx_looks(archive: Archive) -> list[Look]:
    """A look at every sheet, in the workbook's order. Every part is gone through: any could pose as one."""
    looks = {}
    for part in archive.parts:
        look = look_quickly(archive.chunks(part), archive.limits)
        if look is None or not look.is_within(archive.limits):
            look = _look_closely(archive, part)
        look.name = PurePath(part.filename).stem
        look.check(archive.limits)  # whether or not the workbook admits to it
        looks[part.filename] = look
    check_shared_text(archive, looks)
    targets = _relations(archive, "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    folded = {name.casefold(): look for name, look in looks.items()}
    if not all(target.casefold() in folded for target in targets):
        raise refusal("damaged", detail="sheets")
    return [folded[target.casefold()] for target in targets]


def _look_closely(archive: Archive, part: ZipInfo) -> Look:
    """What an XML parser sees of the part; nothing, if it is a picture or the like."""
    chunks = archive.chunks(part)
    first = next(chunks, b"")
    if first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return look_at_worksheet(chain([first], chunks), part.filename, archive.limits)
    return Look()


def _relations(archive: Archive, workbook: str, relations: str) -> list[str]:
    """The parts that hold the sheets, in the workbook's order."""
    targets = {}
    for name, attributes in _elements(archive.read(relations), relations):
        if name == "Relationship" and "Id" in attributes:
            target = attributes.get("Target", "")
            place = (
                target.lstrip("/") if target.startswith("/") else normpath(join(dirname(workbook), target))
            )
            targets[attributes["Id"]] = place
    sheets = []
    for name, attributes in _elements(archive.read(workbook), workbook):
        if name == "sheet":
            key = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            sheets.append(targets.get(key, ""))
    return sheets


def _elements(document: bytes, part: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(":")[2], attributes))
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise refusal("damaged", detail=part) from error
    return found


def _workbook(kind: str, archive: Archive, looks: list[Look], limits: Limits) -> Workbook:
    opened = _guarded(partial(CalamineWorkbook.from_filelike, BytesIO(archive.content)))
    about = opened.sheets_metadata
    if len(about) != len(looks):
        raise refusal("damaged", detail="sheets")
    cells = 0
    sheets = []
    for number, (metadata, look) in enumerate(zip(about, looks, strict=True)):
        if kind == "xlsx":
            _check_errors(look, metadata.name)
        sheet = _guarded(partial(opened.get_sheet_by_index, number))
        cells += sheet.height * sheet.width
        if cells > limits.cells:
            raise refusal("too_many_cells", sheet=metadata.name, found=cells, limit=limits.cells)
        sheets.append(_sheet(metadata.name, metadata.visible != SheetVisibleEnum.Visible, sheet, look))
    return Workbook(sheets=tuple(sheets), detected=Detected(kind=kind))


def _check_errors(look: Look, sheet: str) -> None:
    """Calamine gives a sheet up for an error that it does not know, such as the newer #SPILL!"""
    for row, errors in look.errors.items():
        for column, error in errors.items():
            if error.shown not in _KNOWN_ERRORS:
                cell = f"{column_letter(column)}{row}"
                raise refusal("formula", cell=cell, sheet=sheet, shown=error.shown[:20])


def _guarded[T](call: Callable[[], T]) -> T:
    """What *call* returns; whatever calamine finds wrong becomes a refusal, its panics too."""
    try:
        return call()
    except (CalamineError, ValueError) as error:
        raise refusal("damaged", detail=str(error)[:80]) from error
    except BaseException as error:  # a Rust panic, whose class cannot be imported, is no Exception
        if type(error).__name__ == "PanicException":
            raise refusal("damaged", detail="structure") from error
        raise


def _sheet(name: str, hidden: bool, sheet: CalamineSheet, look: Look) -> Sheet:
    left = sheet.start[1] if sheet.start else 0
    width = max(left + sheet.width, look.error_columns)
    merged = look.merged or [
        Merged(first[0] + 1, first[1], last[0] + 1, last[1]) for first, last in sheet.merged_cell_ranges or ()
    ]

    def rows() -> Iterator[list[Cell]]:
        whole = sheet.width == width  # then nothing need be added
        before, after = [""] * left, [""] * (width - left - sheet.width)
        values = cast("Iterator[list[Cell]]", sheet.iter_rows() if sheet.start else iter(()))
        filled = values if whole else ([*before, *row, *after] for row in values)
        return look.with_errors(map(_without_nul, filled))

    return Sheet(
        name=name, width=width, height=sheet.end[0] + 1 if sheet.end else 0, hidden=hidden,
        hidden_rows=frozenset(look.hidden_rows), merged=tuple(merged), read=rows,
    )  # fmt: skip
