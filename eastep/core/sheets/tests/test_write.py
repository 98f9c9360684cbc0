"""Writing, and reading back what was written."""
# ruff: noqa: DTZ001 (a sheet knows no time zones)

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eastep.core.sheets import CellOut, SheetOut, read_workbook, write_csv, write_xlsx


def as_csv(headings: list[str], rows: Sequence[Sequence[CellOut]]) -> bytes:
    made = io.BytesIO()
    write_csv(headings, rows, made)
    return made.getvalue()


def as_xlsx(headings: list[str], rows: list[list[CellOut]], name: str = "結果") -> bytes:
    made = io.BytesIO()
    write_xlsx([SheetOut(name=name, headings=headings, rows=rows)], made)
    return made.getvalue()


def read(content: bytes) -> list[list[Any]]:
    return list(read_workbook(content).sheets[0].rows)


def test_csv_is_what_excel_opens_and_runs_nothing() -> None:
    rows: list[list[CellOut]] = [
        ["=HYPERLINK(1)", "+81 3", "-2+3", "@x", "\ttab", "＝1", "'quoted"],
        [-3, Decimal("-2.50"), "-3", None, True, date(2026, 4, 1), datetime(2026, 4, 1, 9, 30)],
    ]
    assert as_csv(["=id", "氏名"], rows).decode("utf-8") == (
        "\ufeff'=id,氏名\r\n"
        "'=HYPERLINK(1),'+81 3,'-2+3,'@x,'\ttab,'＝1,''quoted\r\n"
        "-3,-2.50,-3,,TRUE,2026-04-01,2026-04-01 09:30:00\r\n"
    )


def test_the_stream_stays_open() -> None:
    made = io.BytesIO()
    write_csv(["a"], [], made)
    assert not made.closed


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("=+-@'\",;\n"), max_size=20)


@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), max_size=6))
def test_csv_gives_back_every_text(rows: list[list[str]]) -> None:
    content = as_csv(["number", "name"], rows)
    assert read(content) == [["number", "name"], *rows]


def test_xlsx_is_typed_and_runs_nothing() -> None:
    rows: list[list[CellOut]] = [
        ["=1+1", "http://x.y", "001", "{=1}", "髙﨑 똠", ""],
        [1, 2.5, Decimal("3.9"), True, None, 10**16],
        [date(2026, 4, 1), datetime(2026, 4, 1, 9, 30), "x", "x", "x", "x"],
    ]
    content = as_xlsx(["a", "b", "c", "d", "e", "=f"], rows)
    assert read(content) == [
        ["a", "b", "c", "d", "e", "=f"],
        ["=1+1", "http://x.y", "001", "{=1}", "髙﨑 똠", ""],
        [1.0, 2.5, 3.9, True, "", "10000000000000000"],
        [date(2026, 4, 1), datetime(2026, 4, 1, 9, 30), "x", "x", "x", "x"],
    ]
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert ("<f>" in sheet, "hyperlink" in sheet) == (False, False)
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:F4"/>' in sheet


def test_columns_are_wide_enough_for_kanji() -> None:
    content = as_xlsx(["a", "b"], [["成均館大学校国際交流課", "Sungkyunkwan"]])
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    # 11 kanji take 22 digits, 2 more for the margin; xlsxwriter adds the cell's padding of 5/7
    assert '<col min="1" max="1" width="24.7109375"' in sheet
    assert '<col min="2" max="2" width="14.7109375"' in sheet


def test_the_same_rows_give_the_same_bytes() -> None:
    rows: list[list[CellOut]] = [[number, f"名前{number}", date(2026, 4, 1)] for number in range(50)]
    assert as_xlsx(["a", "b", "c"], rows) == as_xlsx(["a", "b", "c"], rows)
    parts = zipfile.ZipFile(io.BytesIO(as_xlsx(["a"], []))).infolist()
    assert {part.date_time for part in parts} == {(1980, 1, 1, 0, 0, 0)}


def test_a_name_that_excel_forbids_is_mended() -> None:
    book = read_workbook(as_xlsx(["a"], [["x"]], name="2027/春 [places] " + "x" * 40))
    assert book.sheets[0].name == "2027 春  places  " + "x" * 15


VALUE = (
    TEXT.filter(bool)
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.dates(date(1901, 1, 1), date(2100, 1, 1))
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(VALUE, min_size=2, max_size=2), max_size=4))
def test_xlsx_gives_back_every_value(rows: list[list[CellOut]]) -> None:
    expected = [[float(value) if type(value) is int else value for value in row] for row in rows]
    assert read(as_xlsx(["a", "b"], rows)) == [["a", "b"], *expected]
