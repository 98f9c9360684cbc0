"""Sheets as offices make them: title rows, merged cells, totals, errors, and what is said about them."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from eastep.core.sheets import CellOut, SheetOut, read_workbook, write_csv, write_xlsx
from eastep.imports import Column, Table, Unreadable, read_table
from eastep.imports.cells import decimal_between, one_of, read_date, read_text, whole_between
from eastep.imports.headings import counted
from eastep.imports.problems import SENTENCES, Problem

COLUMNS = (
    Column(
        "id", "applicant number", ("Applicant ID", "志願者番号", "지원자 번호"), required=True, unique=True
    ),
    Column("name", "name", ("Name", "氏名", "성명"), required=True),
    Column(
        "level",
        "level",
        ("Level", "課程", "과정"),
        one_of({6: ("bachelor", "学部", "학부"), 7: ("master", "修士")}),
    ),
    Column(
        "gpa",
        "grade point average",
        ("GPA", "評点平均"),
        decimal_between(0, 100),
        required=True,
        may_be_empty=True,
    ),
    Column("born", "date of birth", ("Born", "生年月日"), read_date),
    Column("places", "places", ("Places", "人数"), whole_between(0, 999)),
    Column("host", "host of choice", ("Choice {n} host", "第{n}志望", "{n}지망"), repeats=counted(3)),
)
HEAD = ["Applicant ID", "Name", "GPA"]


def table(rows: list[list[Any]], columns: tuple[Column, ...] = COLUMNS, **given: Any) -> Table:
    def text(cell: Any) -> str:
        return '"' + str(cell).replace('"', '""') + '"'

    content = "\n".join(",".join(map(text, row)) for row in rows).encode()
    return read_table(read_workbook(content, filename="Applicants.csv").sheets[0], columns, **given)


def xlsx_table(fill: Any) -> Table:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        sheet = workbook.add_worksheet("志願者")
        sheet.write_row(0, 0, HEAD)
        fill(sheet, workbook)
    return read_table(read_workbook(made.getvalue()).sheets[0], COLUMNS)


def told(read: Table) -> list[tuple[int, str, str, str]]:
    return [(problem.row, problem.letter, problem.value, problem.code) for problem in read.problems]


def values(read: Table, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in read.rows]


def test_a_table_below_title_rows_in_three_languages() -> None:
    read = table(
        [
            ["2027年度 交換留学 志願者一覧"],
            [],
            ["志願者番号", "氏　名（必須）", "课", "評点平均", "Choice 2 host", "第一志望", "3지망", "備考"],
            ["００1", "髙﨑 ﾊﾅｺ", "", "３．９", "Yonsei", "Korea", "", "memo"],
            ["", "", "", "", "", "", "", ""],
            ["002", "똠", "", "", "", "", "서울대", ""],
        ]
    )
    assert (read.heading_row, read.unknown, read.problems.errors) == (3, ["课", "備考"], 0)
    assert values(read, "id", "name", "gpa", "host", "level") == [
        ("001", "髙﨑 ハナコ", Decimal("3.9"), ("Korea", "Yonsei", None), None),
        ("002", "똠", None, (None, None, "서울대"), None),
    ]
    assert [row.number for row in read.rows] == [4, 6]
    assert [row.extra("備 考") for row in read.rows] == ["memo", ""]
    assert told(read) == [(3, "C", "课", "unknown_column"), (3, "H", "備考", "unknown_column")]
    assert (read.found["gpa"], read.found["host"], read.found["born"]) == ([3], [5, 4, 6], [])


def test_every_error_names_its_place_and_a_row_with_errors_is_left_out() -> None:
    read = table(
        [
            [*HEAD, "Level", "Born", "人数"],
            ["1", "Kim", "3,9", "学部", "2026/4/1", "八十"],
            ["2", "", "3.9", "doctor", "4/1/2026", "12名"],
            ["3", "Lee", "101", "修士", "2026-02-30", "12.5"],
            ["4", "Choi", "4.1", "학부", "46113", "１２"],
        ]
    )
    assert told(read) == [
        (2, "C", "3,9", "decimal_comma"),
        (2, "F", "八十", "numeral"),
        (3, "B", "", "empty"),
        (3, "D", "doctor", "not_one_of"),
        (3, "E", "4/1/2026", "not_date"),
        (4, "C", "101", "too_large"),
        (4, "E", "2026-02-30", "no_such_date"),
        (4, "F", "12.5", "not_whole"),
    ]
    assert values(read, "id", "level", "born", "places") == [("4", 6, date(2026, 4, 1), 12)]
    second = list(read.problems)[1]
    assert second.place == "Sheet “Applicants”, row 2, column F (人数)"
    assert second.sentence == "“八十” is written in words. Write 80 in digits."


def test_duplicates_name_the_first_row() -> None:
    read = table(
        [HEAD, ["A1", "Kim", ""], ["A2", "Lee", ""], [" ａ1", "x", ""], ["Ａ1", "Kim", ""], ["A1", "Kim", ""]]
    )
    assert told(read) == [(5, "A", "Ａ1", "duplicate"), (6, "A", "A1", "duplicate")]
    assert [problem.facts["first"] for problem in read.problems] == [2, 2]
    assert next(iter(read.problems)).sentence == (
        "“Ａ1” stands in row 2 already, and must be there only once. Correct one of the two, or delete it."
    )
    assert [row["id"] for row in read.rows] == ["A1", "A2", "a1"]


@pytest.mark.parametrize("word", ["合計", "小 計", "합계", "계", "Total:", "SUM", "ＴＯＴＡＬ"])
def test_totals_are_left_out(word: str) -> None:
    read = table([HEAD, ["1", "Kim", "3"], ["", word, "3"], [word, "", "3"], [word, "Kim", "3"]])
    assert told(read) == [(3, "B", word, "totals_row"), (4, "A", word, "totals_row")]
    assert read.problems.notices == 2
    assert len(read.rows) == 2  # somebody may be called so


def test_formula_errors_are_reported_and_not_taken_for_empty_cells() -> None:
    def fill(sheet: Any, _: Any) -> None:
        sheet.write_row(1, 0, ["1", "Kim"])
        sheet.write_formula("C2", "=1/0", None, "#DIV/0!")
        sheet.write_row(2, 0, ["2", "Lee"])
        sheet.write_formula("C3", "=A9", None, "")
        sheet.write_row(3, 0, ["3", "#REF!", 4])

    read = xlsx_table(fill)
    assert told(read) == [(2, "C", "#DIV/0!", "formula_error"), (3, "C", "", "formula_empty")]
    assert next(iter(read.problems)).sentence == (
        "The formula in this cell fails with #DIV/0!. Correct it, or write the value itself."
    )
    assert values(read, "name", "gpa") == [("#REF!", Decimal(4))]


def test_merged_cells_are_filled_downwards_and_refused_across() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        sheet.write_row(1, 0, ["1", "Kim"])
        sheet.merge_range("C2:C4", 3.9)
        sheet.write_row(2, 0, ["2", "Lee"])
        sheet.write_row(3, 0, ["3", "Choi"])
        sheet.merge_range("B5:C5", "Park")
        sheet.write(4, 0, "4")
        sheet.merge_range("A6:C6", "合計")
        sheet.merge_range("E2:F9", "note")  # beside the table
        sheet.set_row(2, None, None, {"hidden": True})

    read = xlsx_table(fill)
    assert values(read, "id", "gpa") == [("1", Decimal("3.9")), ("2", Decimal("3.9")), ("3", Decimal("3.9"))]
    assert told(read) == [
        (5, "B", "Park", "merged_cells"),
        (0, "", "", "hidden_rows"),
        (1, "C", "", "merged_filled"),
        (6, "A", "合計", "totals_row"),
    ]
    facts = {problem.code: dict(problem.facts) for problem in read.problems}
    assert facts["merged_filled"] == {"count": 2}
    assert facts["merged_cells"] == {"range": "B5:C5"}
    assert facts["hidden_rows"] == {"count": 1, "first": 3}


def test_a_heading_over_two_rows() -> None:
    def fill(sheet: Any, _: Any) -> None:
        sheet.merge_range("A1:A2", "Applicant ID")
        sheet.write("C2", "(4.5)")
        sheet.write_row(2, 0, ["1", "Kim", 4])

    read = xlsx_table(fill)
    assert (told(read), values(read, "id", "gpa")) == ([], [("1", Decimal(4))])


def test_missing_and_doubled_columns() -> None:
    read = table([["Name", "Born", "氏名"], ["Kim", "2026-04-01", "金"]])
    assert told(read) == [
        (1, "C", "氏名", "duplicate_heading"),
        (1, "", "", "missing_column"),
        (1, "", "", "missing_column"),
    ]
    assert list(read.problems)[1].sentence == (
        "The column “applicant number” is missing. "
        "Add a column with one of these headings: “Applicant ID”, “志願者番号”, “지원자 번호”."
    )
    assert (read.rows, next(iter(read.problems)).facts) == ([], {"other": "A"})


def test_a_sheet_without_headings_and_an_empty_one() -> None:
    read = table([["1", "Kim"], ["2", "Lee"]])
    assert (told(read), read.heading_row) == ([(0, "", "", "no_headings")], 0)
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        workbook.add_worksheet()
    assert told(read_table(read_workbook(made.getvalue()).sheets[0], COLUMNS)) == [(0, "", "", "empty_sheet")]


def test_a_choice_too_many() -> None:
    read = table([[*HEAD, "1st choice host", "Choice 4 host", "第０志望"], ["1", "Kim", "", "", "", ""]])
    assert told(read) == [
        (1, "E", "Choice 4 host", "beyond_last"),
        (1, "D", "1st choice host", "unknown_column"),
        (1, "F", "第０志望", "unknown_column"),
    ]


def test_required_means_the_first_of_a_repeated_column() -> None:
    columns = (
        Column("host", "host", ("Choice {n}",), repeats=counted(2), required=True),
        Column("id", "id", ("ID",), required=True),
    )
    read = table([["ID", "Choice 1", "Choice 2"], ["1", "x", ""], ["2", "", "y"]], columns)
    assert told(read) == [(3, "B", "", "empty")]


def test_problems_of_ones_own() -> None:
    def read_host(cell: Any) -> str:
        raise Unreadable("unknown_host", wording="“{value}” is unknown in {place}.", place="Korea")

    columns = (
        Column("id", "id", ("ID",), required=True),
        Column("host", "host", ("Choice {n}",), read_host, repeats=counted(2)),
    )
    read = table([["ID", "Choice 1"], ["1", "Yonsai"], ["2", ""]], columns)
    added = read.problem(
        read.rows[0], "host", "check", n=2, wording="{name} should choose.", severity="notice", name="Kim"
    )
    assert [problem.sentence for problem in read.problems] == [
        "“Yonsai” is unknown in Korea.",
        "Kim should choose.",
    ]
    assert added == Problem(
        sheet="Applicants", row=3, letter="", heading="", value="", code="check", severity="notice",
        facts={"name": "Kim"}, wording="{name} should choose.", column="host", n=2,
    )  # fmt: skip
    assert (read.problem(read.rows[0], "id", "x").letter, read.problems.by_code["x"]) == ("A", 1)


def test_all_problems_are_counted_though_few_are_kept() -> None:
    read = table([HEAD, *([str(number), "Kim", "bad {}"] for number in range(300))], keep=20)
    assert (read.problems.errors, len(list(read.problems)), read.problems.by_code) == (
        300,
        20,
        {"not_decimal": 300},
    )
    assert (bool(read.problems), bool(table([HEAD]).problems)) == (True, False)
    assert next(iter(read.problems)).sentence.startswith("“bad {}” is not a number.")


def test_long_values_are_cut() -> None:
    read = table([HEAD, ["1", "Kim", "x" * 200]])
    assert next(iter(read.problems)).value == "x" * 79 + "…"


def test_every_sentence_is_a_sentence() -> None:
    assert all(str(sentence).rstrip().endswith(".") for sentence in SENTENCES.values())


def test_a_hundred_thousand_rows_with_five_thousand_errors() -> None:
    rows = ([f"A{number:06}", "Kim", "x" if number % 20 == 7 else 3.5] for number in range(100_000))
    made = io.BytesIO()
    write_csv(HEAD, rows, made)
    read = read_table(read_workbook(made.getvalue()).sheets[0], COLUMNS, keep=6000)
    assert (read.problems.errors, len(read.rows)) == (5000, 95_000)
    assert [problem.row for problem in read.problems] == list(range(9, 100_002, 20))
    assert (read.rows[-1].number, read.rows[-1]["id"]) == (100_001, "A099999")


NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)
APPLICANTS = st.lists(
    st.tuples(
        NAMES,
        st.decimals(0, 100, places=2),
        st.integers(0, 999),
        st.dates(date(1960, 1, 1), date(2119, 1, 1)),
    ),
    max_size=5,
)


@settings(max_examples=40, deadline=None)
@given(APPLICANTS, st.booleans())
def test_what_we_write_we_read(applicants: list[tuple[str, Decimal, int, date]], as_csv: bool) -> None:
    made = io.BytesIO()
    headings = [*HEAD, "人数", "Born"]
    rows: list[list[CellOut]] = [[f"{number:03}", *applicant] for number, applicant in enumerate(applicants)]
    if as_csv:
        write_csv(headings, rows, made)
    else:
        write_xlsx([SheetOut(name="x", headings=headings, rows=rows)], made)
    read = read_table(read_workbook(made.getvalue()).sheets[0], COLUMNS)
    expected = [
        (f"{n:03}", read_text(name), *rest) for n, (name, *rest) in enumerate(applicants) if read_text(name)
    ]
    if all(read_text(name) for name, *_ in applicants):
        assert list(read.problems) == []
        assert values(read, "id", "name", "gpa", "places", "born") == expected
