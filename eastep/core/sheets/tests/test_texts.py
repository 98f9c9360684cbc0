"""Files in which much text is made of little: refused before it fills the memory."""

import io
from dataclasses import replace

import pytest
import xlwt
from django.core.exceptions import ValidationError

from eastep.core.sheets import LIMITS, Workbook, read_workbook
from eastep.core.sheets.tests.files import bare_xlsx, ods, repacked, xlsx_of

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def shared(strings: str, rows: int, columns: int = 10, cell: str = '<c r="{at}" t="s"><v>0</v></c>') -> bytes:
    """A workbook whose cells all show one of these strings, the first unless *cell* says otherwise."""
    sheet = "".join(
        f'<row r="{row}">' + "".join(cell.format(at=f"{chr(65 + n)}{row}") for n in range(columns)) + "</row>"
        for row in range(1, rows + 1)
    )
    sheet = f"<worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>"
    table = f"<sst {MAIN}>{strings}</sst>".encode()
    return repacked(xlsx_of([["x"]]), sheet1=sheet.encode(), sharedStrings=table)


def text(length: int, sign: str = "x") -> str:
    return f"<si><t>{sign * length}</t></si>"


def refused(content: bytes) -> str:
    with pytest.raises(ValidationError) as error:
        read_workbook(content)
    assert len(error.value.messages[0]) > 40
    return str(error.value.code)


def cells(book: Workbook) -> set[object]:
    return {cell for row in book.sheets[0].rows for cell in row}


def test_one_long_text_that_very_many_cells_share() -> None:
    content = shared(text(32_000), rows=12_000)
    assert len(content) < 300_000
    assert refused(content) == "too_much_text"


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="{at}" t="s" ><v>0</v></c>',
        '<c r="{at}" t="s"><v >\n0 </v></c>',
        "<c r='{at}' t='s'><v>0</v></c>",
        '<c t="s" r="{at}"><v>0</v></c>',
        '<c r="{at}" t="&#115;"><v>0</v></c>',
    ],
)
def test_however_the_cell_is_written(cell: str) -> None:
    assert refused(shared(text(32_000), rows=2_000, cell=cell)) == "too_much_text"


@pytest.mark.parametrize(
    "strings",
    [
        text(32_000).replace("<si>", "<si >"),
        f"<si><r><t>{'x' * 16_000}</t></r><r><t>{'x' * 16_000}</t></r></si>",
        text(11_000, "漢"),
        "<!-- " + "-" + " -->" + text(32_000),
    ],
)
def test_however_the_text_is_written(strings: str) -> None:
    assert refused(shared(strings, rows=2_000)) == "too_much_text"


def test_a_long_text_that_few_cells_show_is_read() -> None:
    many = "".join(text(20 + n % 5) for n in range(2_000))
    content = shared(text(20) + text(30_000) + many, rows=3_000, columns=20)
    assert cells(read_workbook(content)) == {"x" * 20}


def test_readings_beside_the_text_do_not_count() -> None:
    reading = f'<rPh sb="0" eb="2"><t>{"カ" * 2_000}</t></rPh>'
    content = shared(f"<si><t>山田</t>{reading}</si>", rows=10_000)
    assert cells(read_workbook(content)) == {"山田"}


@pytest.mark.parametrize("sign", ["x", "漢"])
def test_a_text_may_be_as_long_as_in_excel(sign: str) -> None:
    assert cells(read_workbook(shared(text(32_767, sign), rows=1, columns=1))) == {sign * 32_767}
    assert refused(shared(text(32_768, sign), rows=1, columns=1)) == "too_long_text"


def test_texts_in_the_cells_themselves() -> None:
    def sheet(length: int) -> bytes:
        inline = f'<c r="A1" t="inlineStr"><is><t>{"x" * length}</t></is></c>'
        return bare_xlsx(f'<worksheet {MAIN}><sheetData><row r="1">{inline}</row></sheetData></worksheet>')

    assert cells(read_workbook(sheet(32_767))) == {"x" * 32_767}
    assert refused(sheet(32_768)) == "too_long_text"
    assert refused(sheet(100_000)) == "too_long_text"


def test_what_is_long_outside_of_cells_is_no_matter() -> None:
    sheet = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    content = bare_xlsx(
        f"<worksheet {MAIN}>{sheet}<extLst><ext><f>{'x' * 90_000}</f></ext></extLst></worksheet>"
    )
    assert cells(read_workbook(content)) == {1.0}


def open_document(inside: str, rows: int = 1, columns: int = 1) -> bytes:
    return ods(
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell office:value-type="string" '
        f'table:number-columns-repeated="{columns}"><text:p>{inside}</text:p></table:table-cell></table:table-row>'
    )


def test_a_repeated_cell_of_an_open_document() -> None:
    assert refused(open_document("x" * 30_000, rows=1_000, columns=20)) == "too_much_text"
    assert cells(read_workbook(open_document("x" * 32_767, columns=2))) == {"x" * 32_767}
    assert refused(open_document("x" * 32_768)) == "too_long_text"


def test_spaces_that_are_only_counted() -> None:
    assert refused(open_document('a<text:s text:c="900000000"/>b')) == "too_long_text"


def test_an_old_workbook_that_says_too_much() -> None:
    made = io.BytesIO()
    book = xlwt.Workbook()
    sheet = book.add_sheet("x")
    for row in range(3_000):
        sheet.write(row, 0, "x" * 1_000)
    book.save(made)
    assert len(list(read_workbook(made.getvalue()).sheets[0].rows)) == 3_000
    with pytest.raises(ValidationError) as error:
        read_workbook(made.getvalue(), limits=replace(LIMITS, text_bytes=2_000_000))
    assert error.value.code == "too_much_text"
