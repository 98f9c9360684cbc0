"""The quick look sees what the parser sees, or gives up."""

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eastep.core.sheets import column_letter
from eastep.core.sheets.looks import Look, look_at_worksheet
from eastep.core.sheets.quick import look_quickly
from eastep.core.sheets.tests.files import xlsx


def pieces(part: bytes, size: int) -> list[bytes]:
    return [part[start : start + size] for start in range(0, len(part), size)]


CELLS = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.integers(0, 60),
        st.sampled_from(["text", "<c r='A1'>", 3, "=error", "=none", "=text", None]),
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(CELLS, st.sets(st.integers(0, 300), max_size=5), st.integers(50, 5000))
def test_the_quick_look_and_the_parser_agree(
    cells: list[tuple[int, int, Any]], hidden: set[int], size: int
) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        style = workbook.add_format({"bold": True})
        for row, column, value in cells:
            if value == "=error":
                sheet.write_formula(row, column, "=1/0", None, "#DIV/0!")
            elif value in {"=none", "=text"}:
                sheet.write_formula(row, column, '="x"', None, "" if value == "=none" else "x")
            elif value is None:
                sheet.write_blank(row, column, None, style)
            else:
                sheet.write(row, column, value)
        for row in hidden:
            sheet.set_row(row, None, None, {"hidden": True})

    part = zipfile.ZipFile(io.BytesIO(xlsx(fill))).read("xl/worksheets/sheet1.xml")
    quick, slow = look_quickly(pieces(part, size)), look_at_worksheet(pieces(part, size), "sheet1")
    assert quick is not None
    assert (quick.errors, quick.hidden_rows) == (slow.errors, slow.hidden_rows)
    assert quick.rows >= slow.rows
    assert quick.columns >= slow.columns
    assert quick.columns <= 61


@pytest.mark.parametrize(
    "row",
    [
        "<row><c><v>1</v></c></row>",
        '<row r="1"><c t="n" r="XFD1"><v>1</v></c></row>',
        "<row r='1'><c r='XFD1'><v>1</v></c></row>",
        '<row r="1"><x:c r="XFD1"><v>1</v></x:c></row>',
        '<row r="1"><c\nr="XFD1"><v>1</v></c></row>',
        '<row r="1"><c r="&#88;FD1"><v>1</v></c></row>',
        '<row r="1"><c r="xfd1"><v>1</v></c></row>',
        '<row r="1"><!-- <c r="A1"> --><c r="A1"><v>1</v></c></row>',
        '<row hidden="1" r="7"><c r="A7"><v>1</v></c></row>',
    ],
)
def test_the_quick_look_gives_up(row: str) -> None:
    assert (
        look_quickly([f'<worksheet><sheetData><row r="1"><c r="A1"/></row>{row}</sheetData>'.encode()])
        is None
    )


def test_it_sees_far_cells() -> None:
    seen = look_quickly(
        [b'<sheetData><row r="9"><c r="XFD1048576"><v>2</v></c><c r="ZZZ1" s="1"/></row></sheetData>']
    )
    assert seen == Look(rows=1_048_576, columns=16_384)


def test_a_row_longer_than_a_piece_is_not_torn() -> None:
    cells = "".join(
        f'<c r="{column_letter(n)}1" t="inlineStr"><is><t>{"x" * 30_000}</t></is></c>'
        f'<c r="{column_letter(n)}2" t="e"><v>#REF!</v></c>'
        for n in range(100)
    )
    part = f'<worksheet><sheetData><row r="1">{cells}</row></sheetData></worksheet>'.encode()
    quick = look_quickly(pieces(part, 1000))
    assert quick is not None
    assert quick.errors == look_at_worksheet([part], "sheet1").errors
    assert len(quick.errors[2]) == 100
