"""Files for the tests, made on the spot."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import xlsxwriter


def xlsx(fill: Callable[[Any, Any], None]) -> bytes:
    """A workbook whose first sheet *fill(workbook, worksheet)* fills."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        fill(workbook, workbook.add_worksheet("志願者"))
    return made.getvalue()


def xlsx_of(rows: list[list[Any]]) -> bytes:
    def fill(_: Any, worksheet: Any) -> None:
        for number, row in enumerate(rows):
            worksheet.write_row(number, 0, row)

    return xlsx(fill)


def repacked(content: bytes, **parts: bytes | Callable[[bytes], bytes]) -> bytes:
    """The archive with some parts (named without folder and ending) replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            change = parts.get(part.filename.rpartition("/")[2].partition(".")[0], old.read(part))
            new.writestr(part.filename, change(old.read(part)) if callable(change) else change)
    return made.getvalue()


def bare_xlsx(sheet: str) -> bytes:
    """A workbook whose one sheet is the given XML."""
    return repacked(xlsx_of([["x"]]), sheet1=sheet.encode())


_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
) + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'  # fmt: skip
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def ods(rows: str, manifest: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS, zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.2">'
            f'<office:body><office:spreadsheet><table:table table:name="場所">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/>{manifest}</manifest:manifest>',
        )
    return made.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()
