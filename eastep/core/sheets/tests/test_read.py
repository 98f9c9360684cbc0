"""Reading: every kind of file, and every kind of file that must be refused."""
# ruff: noqa: DTZ001 (a sheet knows no time zones)

import io
import struct
from datetime import date, datetime, time
from typing import Any

import pytest
import xlwt
from django.core.exceptions import ValidationError

from eastep.core.sheets import CellError, Limits, Merged, Workbook, read_workbook
from eastep.core.sheets.refusals import SENTENCES
from eastep.core.sheets.tests.files import bare_xlsx, ods, repacked, xlsx, xlsx_of, zipped


def rows(content: bytes, **given: Any) -> list[list[Any]]:
    return list(read_workbook(content, **given).sheets[0].rows)


def refused(content: bytes, **given: Any) -> str | None:
    with pytest.raises(ValidationError) as caught:
        read_workbook(content, **given)
    assert "{" not in caught.value.messages[0]  # every fact is filled in
    return caught.value.code


def test_an_xlsx_file_gives_typed_values_with_column_a_first() -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        clock = workbook.add_format({"num_format": "hh:mm"})
        sheet.write_row(1, 1, ["００１", 12, 12.5])
        sheet.write_boolean(1, 4, True)
        sheet.write_datetime(1, 5, date(2026, 4, 1), day)
        sheet.write_datetime(1, 6, datetime(2026, 4, 1, 9, 30), moment)
        sheet.write_number(1, 7, 0.5, clock)
        sheet.write_number(1, 8, 46113)  # 1 April 2026, unformatted
        sheet.write_blank(40, 90, None, day)  # formatted only: no part of the table

    day, moment = date(2026, 4, 1), datetime(2026, 4, 1, 9, 30)
    expected = ["", "００１", 12.0, 12.5, True, day, moment, time(12), 46113.0]
    assert rows(xlsx(fill)) == [[""] * 9, expected]


def test_failed_formulas_are_told_from_text_and_from_empty_cells() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_formula("A1", "=1/0", None, "#DIV/0!")
        sheet.write_formula("B1", "=NA()", None, "#N/A")
        sheet.write_formula("C1", "=Gone!A1", None, "#REF!")
        sheet.write_string("D1", "#N/A")
        sheet.write_formula("E1", "=2+1", None, 3)
        sheet.write_formula("F1", '="a"', None, "a")
        sheet.write_formula("G1", "=A9", None, "")  # saved by a program that does not calculate

    errors = [CellError("#DIV/0!"), CellError("#N/A"), CellError("#REF!")]
    assert rows(xlsx(fill)) == [[*errors, "#N/A", 3.0, "a", CellError("")]]


def test_an_error_that_calamine_does_not_know_is_named() -> None:
    spilled = bare_xlsx(SHEET.format('<row r="7"><c r="AB7" t="e"><f>X</f><v>#SPILL!</v></c></row>'))
    with pytest.raises(ValidationError, match="Cell AB7 of sheet “志願者” shows #SPILL!"):
        read_workbook(spilled)


def test_hidden_and_merged_are_known() -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_column("A1", ["a", "b", "c"])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.merge_range("B1:C3", "m")
        workbook.add_worksheet("notes").hide()

    first, second = read_workbook(xlsx(fill)).sheets
    assert (first.name, first.hidden, first.hidden_rows) == ("志願者", False, frozenset({2}))
    assert first.merged == (Merged(1, 1, 3, 2),)
    assert (second.name, second.hidden, second.height, list(second.rows)) == ("notes", True, 0, [])


def test_rows_can_be_read_again_and_changed_without_harm() -> None:
    sheet = read_workbook(xlsx_of([["a", 1], ["b", 2]])).sheets[0]
    for row in sheet.rows:
        row.clear()
    assert list(sheet.rows) == [["a", 1.0], ["b", 2.0]]


def test_unusual_but_legal_xml_is_read() -> None:
    """Other prefixes, quotes and missing references, as some programs write them."""
    sheet = """<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
    <x:sheetData><x:row><x:c t='inlineStr'><x:is><x:t>a</x:t></x:is></x:c><x:c><x:v>2</x:v></x:c></x:row>
    <x:row r='3' hidden='true'><x:c t="e" r='B3'><x:v>#REF!</x:v></x:c></x:row></x:sheetData></x:worksheet>"""
    read = read_workbook(bare_xlsx(sheet)).sheets[0]
    assert list(read.rows) == [["a", 2.0], ["", ""], ["", CellError("#REF!")]]
    assert read.hidden_rows == frozenset({3})


def cell(value: str, *more: str) -> str:
    return f'<table:table-cell office:value-type="string" {" ".join(more)}><text:p>{value}</text:p></table:table-cell>'


def test_an_ods_file_gives_the_same() -> None:
    failed = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    day = '<table:table-cell office:value-type="date" office:date-value="2026-04-01"><text:p>x</text:p></table:table-cell>'
    merged = cell("m", 'table:number-columns-spanned="1"', 'table:number-rows-spanned="2"')
    content = ods(
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="9"/></table:table-row>'
        f"<table:table-row>{cell('髙﨑')}{day}{failed}{merged}</table:table-row>"
        f'<table:table-row table:visibility="collapse">{cell("똠")}</table:table-row>'
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row>"
    )
    sheet = read_workbook(content).sheets[0]
    assert list(sheet.rows) == [
        ["", "", "", ""],
        ["", "", "", ""],
        ["髙﨑", date(2026, 4, 1), CellError("#DIV/0!"), "m"],
        ["똠", "", "", ""],
    ]
    assert (sheet.name, sheet.hidden_rows, sheet.merged) == ("場所", frozenset({4}), (Merged(3, 3, 4, 3),))


def xls(strings: int = 3) -> bytes:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("志願者")
    for number in range(strings):
        sheet.write(number, 0, f"００{number} 髙﨑")
    sheet.write(0, 1, datetime(2026, 4, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(0, 2, 12.5)
    sheet.row(0).set_cell_error(3, "#REF!")
    sheet.write_merge(1, 2, 1, 2, "똠")
    sheet.row(2).hidden = True
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("strings", [3, 2000])  # a stream in small pieces, and one in large ones
def test_an_xls_file_gives_the_same(strings: int) -> None:
    workbook = read_workbook(xls(strings))
    sheet = workbook.sheets[0]
    assert list(sheet.rows)[:3] == [
        ["００0 髙﨑", date(2026, 4, 1), 12.5, CellError("#REF!")],
        ["００1 髙﨑", "똠", "", ""],
        ["００2 髙﨑", "", "", ""],
    ]
    assert (workbook.detected.kind, sheet.height, sheet.hidden_rows) == ("xls", strings, frozenset({3}))
    assert sheet.merged == (Merged(2, 1, 3, 2),)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_xls_file_that_lies_about_its_size_harms_nothing() -> None:
    content = xls()
    at = content.find(struct.pack("<HH", 0x0200, 14))
    lie = content[: at + 4] + struct.pack("<IIHH", 0, 0xFFFFFFFF, 0, 0xFFFF) + content[at + 16 :]
    assert refused(lie) == "damaged"
    assert refused(content[: len(content) // 2]) == "cut_off"


NOT_SHEETS = {
    b"%PDF-1.7\n%\xe2\xe3": "not_a_sheet",
    b"\x89PNG\r\n\x1a\n\0\0": "not_a_sheet",
    b"\xff\xd8\xff\xe0": "not_a_sheet",
    b"<html><body><table><tr><td>1</td></tr></table>": "not_a_sheet",  # saved as .xls by many web systems
    b"\xef\xbb\xbf\r\n<!DOCTYPE html>": "not_a_sheet",
    b'<?xml version="1.0"?><Workbook/>': "not_a_sheet",
    b"{\\rtf1": "not_a_sheet",
    b"": "empty",
    b"  \r\n\r\n": "empty",
    b"\xef\xbb\xbf": "empty",
    b"\x01\x02\x03\x04\x05": "not_text",
    b"\x80\xff\xfe\xfd\xff": "not_text",
    zipped({"word/document.xml": b"<w/>"}): "not_a_sheet",
    zipped({"a.txt": b"x"}): "not_a_sheet",
    zipped({"xl/workbook.bin": b"x"}): "old_format",
    b"\x09\x04\x06\x00\x00\x00\x10\x00": "old_format",
    b"PK\x03\x04 and nothing more": "cut_off",
}


@pytest.mark.parametrize("content", NOT_SHEETS)
def test_what_is_not_a_sheet_is_refused(content: bytes) -> None:
    assert refused(content, filename="places.xlsx") == NOT_SHEETS[content]


def test_protected_files_are_refused() -> None:
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<7I", header, 48, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    name = "EncryptedPackage".encode("utf-16-le")
    entry = name.ljust(64, b"\0") + struct.pack("<H", len(name) + 2) + bytes(62)
    assert refused(bytes(header) + table + entry.ljust(512, b"\0")) == "protected"
    encrypted = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    assert refused(ods("", encrypted)) == "protected"
    locked = bytearray(xlsx_of([["a"]]))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(mark) + flags] |= 1
    assert refused(bytes(locked)) == "protected"


@pytest.mark.parametrize("kept", [30, 0.3, 0.7, 0.99])
def test_cut_off_archives_are_refused(kept: float) -> None:
    content = xlsx_of([[f"text {number}"] for number in range(500)])
    assert refused(content[: int(kept if kept > 1 else len(content) * kept)]) == "cut_off"


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def test_a_zip_bomb_is_refused() -> None:
    limits = Limits(unpacked_bytes=3_000_000)
    bomb = bare_xlsx(SHEET.format(" " * 5_000_000))
    assert len(bomb) < 20_000
    assert refused(bomb, limits=limits) == "bomb"  # declared
    assert refused(bomb, limits=Limits(ratio_from=1_000_000)) == "bomb"  # steep
    lying = bytearray(bomb)
    at = lying.find(struct.pack("<I", len(SHEET.format("")) + 5_000_000), lying.find(b"PK\x01\x02"))
    struct.pack_into("<I", lying, at, 1000)
    assert refused(bytes(lying), limits=limits) == "bomb"  # really
    assert refused(bytes(lying)) == "damaged"
    assert refused(zipped({f"{number}": b"" for number in range(2100)})) == "bomb"  # parts


def test_two_directories_are_refused() -> None:
    content = xlsx_of([["a"]])
    assert refused(content + b"PK\x05\x06" + bytes(18)) == "damaged"


@pytest.mark.parametrize(
    ("far", "code"),
    [
        ('<row r="1048576"><c r="A1048576"><v>2</v></c></row>', "too_many_rows"),
        ('<row r="1"><c r="XFD1"><v>2</v></c></row>', "too_many_columns"),
        ('<row r="1"><c r="XFD1048576"><v>2</v></c></row>', "too_many_rows"),
        ('<row r="150000"><c r="ZZ150000"><v>2</v></c></row>', "too_many_cells"),
        ("<row r='150000'><c r='ZZ150000'><v>2</v></c></row>", "too_many_cells"),
        ('<x:row><x:c r="XFD1048576"><x:v>2</x:v></x:c></x:row>', "too_many_rows"),
    ],
)
def test_cells_far_away_are_refused_before_they_fill_the_memory(far: str, code: str) -> None:
    sheet = SHEET.format(f'<row r="1"><c r="A1"><v>1</v></c></row>{far}')
    assert refused(bare_xlsx(sheet)) == code


def test_far_cells_in_ods_are_refused() -> None:
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell("x")}</table:table-row>'
    assert refused(ods(row)) == "too_many_rows"
    corner = '<table:table-row table:number-rows-repeated="150000"><table:table-cell table:number-columns-repeated="600"/>'
    assert refused(ods(f"{corner}{cell('x')}</table:table-row>")) == "too_many_cells"
    wide = cell("x", 'table:number-columns-repeated="2000"')
    assert refused(ods(f"<table:table-row>{wide}</table:table-row>")) == "too_many_columns"


def test_a_lying_count_of_texts_is_refused_before_room_is_made_for_them() -> None:
    lie = repacked(xlsx_of([["x"]]), sharedStrings=lambda old: old.replace(b'nt="1"', b'nt="4000000000"'))
    assert refused(lie) == "damaged"


def test_sheets_that_are_too_much_together_are_refused() -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        for each in (sheet, workbook.add_worksheet()):
            each.write(0, 0, 1)
            each.write(9, 9, 1)

    assert refused(xlsx(fill), limits=Limits(cells=199)) == "too_many_cells"
    assert len(read_workbook(xlsx(fill), limits=Limits(cells=260)).sheets) == 2


def test_xml_definitions_are_refused() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    tricks = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "lol">{laughs}]>' + SHEET.format(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>'
    )
    assert refused(bare_xlsx(tricks)) == "xml_tricks"
    outside = tricks.replace(laughs, '<!ENTITY l9 SYSTEM "file:///etc/passwd">')
    assert refused(repacked(xlsx_of([["x"]]), sharedStrings=outside.encode())) == "xml_tricks"


def test_a_sheet_that_is_not_xml_to_its_end_is_refused() -> None:
    assert refused(bare_xlsx(SHEET.format("<row>")[:-20])) == "damaged"
    assert refused(repacked(xlsx_of([["x"]]), workbook=b"<workbook>")) == "damaged"


def test_a_workbook_with_macros_is_read_as_data() -> None:
    content = repacked(
        xlsx_of([["a"]]),
        **{"[Content_Types]": lambda old: old.replace(b"sheet.main", b"sheet.macroEnabled.main")},
    )
    assert rows(content) == [["a"]]


def test_a_file_that_is_too_large_is_refused() -> None:
    assert refused(b"a,b\n" * 1000, limits=Limits(file_bytes=1000)) == "too_large"


def test_every_refusal_has_a_sentence() -> None:
    assert all(str(sentence).endswith((".", ".")) for sentence in SENTENCES.values())


def test_the_file_name_decides_nothing() -> None:
    workbook: Workbook = read_workbook("id,name\n001,金\n".encode(), filename="C:\\sheets\\places.xlsx")
    assert (workbook.detected.kind, workbook.sheets[0].name) == ("csv", "places")
