"""What is proposed for files of offices: their sheet, their headings, their columns."""

import io
import json
from typing import Any

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from eastep.core.sheets import CellError, Merged, Sheet, Workbook, read_workbook
from eastep.imports import Column, Layout, read_table
from eastep.imports.cells import decimal_between, one_of
from eastep.imports.headings import counted, fold
from eastep.imports.proposal import propose

UNIVERSITIES = {"早稲田大学", "延世大学校", "고려대학교", "Kyoto University"}
TERMS = {"2027年度前期", "2027-2학기"}
COLUMNS = (
    Column("id", "applicant number", ("Applicant ID", "受付番号", "접수번호"), required=True, unique=True),
    Column("name", "name", ("Name", "氏名", "성명"), required=True, instead=(("family", "given"),)),
    Column("family", "family name", ("Family name", "姓", "성")),
    Column("given", "given name", ("Given name", "名", "이름")),
    Column("home", "home", ("Home", "所属大学", "소속대학교"), required=True, tells=UNIVERSITIES.__contains__),
    Column("score", "score", ("Score", "総合点", "총점"), decimal_between(0, 100), required=True),
    Column(
        "level", "level", ("Level", "課程"), one_of({6: ("学部", "학부")}), tells={"学部", "학부"}.__contains__
    ),
    Column("host", "choice", ("Choice {n}", "第{n}志望", "{n}지망", "第{n}志望 大学"), repeats=counted(5),
           tells=UNIVERSITIES.__contains__),
    Column("start", "start", ("Choice {n} term", "第{n}志望 学期"), repeats=counted(5), tells=TERMS.__contains__),
)  # fmt: skip


def book(**sheets: Any) -> Workbook:
    """A workbook with these sheets, each given as its rows or as what fills it."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        for name, fill in sheets.items():
            sheet = workbook.add_worksheet(name)
            if callable(fill):
                fill(sheet)
                continue
            for number, row in enumerate(fill):
                sheet.write_row(number, 0, row)
    return read_workbook(made.getvalue())


def proposed(found: Any) -> list[tuple[str, str, int, str]]:
    return [(column.letter, column.name, column.n, column.sure) for column in found.columns]


JAPANESE = [
    ["2027年度 交換留学 応募者一覧"],
    ["国際課", "", "", "", "", ""],
    ["受付番号", "氏名", "所属大学", "総合点", "第１志望", "第二志望", "備考"],
    ["001", "髙﨑 花", "早稲田大学", 80, "延世大学校", "고려대학교", "電話済"],
    ["002", "朴 지민", "早稲田大学", 75.5, "고려대학교", "", ""],
    ["合計", "", "", 155.5, "", "", ""],
]


def test_known_headings_below_titles_on_the_second_sheet_are_certain() -> None:
    found = propose(book(説明=[["この表の書き方"], ["氏名は漢字で"]], 応募者=JAPANESE).sheets, COLUMNS)
    assert (found.sheet, found.sheets, found.heading_row, found.missing) == (
        "応募者",
        ("説明", "応募者"),
        3,
        (),
    )
    assert proposed(found) == [
        ("A", "id", 0, "known"),
        ("B", "name", 0, "known"),
        ("C", "home", 0, "known"),
        ("D", "score", 0, "known"),
        ("E", "host", 1, "known"),
        ("F", "host", 2, "known"),
        ("G", "", 0, ""),
    ]
    assert found.is_certain
    assert found.columns[3].samples == ("80", "75.5", "155.5")


def test_what_is_proposed_is_a_layout_that_reads() -> None:
    opened = book(応募者=JAPANESE)
    found = propose(opened.sheets, COLUMNS)
    table = read_table(opened.sheets[0], COLUMNS, layout=found.layout)
    assert [(row.number, row["name"], row["host"][:2]) for row in table.rows] == [
        (4, "髙﨑 花", ("延世大学校", "고려대학교")),
        (5, "朴 지민", ("고려대학교", None)),
    ]
    assert (table.problems.errors, table.problems.by_code["totals_row"], table.extras) == (0, 1, {"備考": 6})


def test_foreign_headings_are_guessed_by_telling_cells_only() -> None:
    rows = [
        ["No.", "Student", "Univ", "Pts", "Wish A", "Stage"],
        ["A1", "Kim", "早稲田大学", 80, "延世大学校", "学部"],
        ["A2", "Lee", "早稲田大学", 70, "고려대학교", "학부"],
    ]
    found = propose(book(Sheet1=rows).sheets, COLUMNS)
    assert (found.heading_row, found.missing, found.is_certain) == (1, ("id", "name", "score"), False)
    assert proposed(found) == [
        ("A", "", 0, ""),
        ("B", "", 0, ""),
        ("C", "home", 0, "likely"),
        ("D", "", 0, ""),
        ("E", "host", 1, "likely"),
        ("F", "level", 0, "likely"),
    ]


def test_what_was_remembered_counts_more_than_what_is_known() -> None:
    rows = [
        ["ＮＯ．", "Student", "Home", "Pts", "Name", "Rank points"],
        ["A1", "Kim", "早稲田大学", 80, "x", 3],
        ["A2", "Lee", "早稲田大学", 70, "y", 2],
    ]
    remembered = {
        fold("No"): ("id", 0),
        fold("student"): ("name", 0),
        fold("Pts"): ("score", 0),
        fold("Rank points"): ("", 0),
        "home": ("gone", 0),
    }
    found = propose(book(Sheet1=rows).sheets, COLUMNS, remembered=remembered)
    assert proposed(found) == [
        ("A", "id", 0, "remembered"),
        ("B", "name", 0, "remembered"),
        ("C", "home", 0, "known"),
        ("D", "score", 0, "remembered"),
        ("E", "", 0, ""),
        ("F", "", 0, "remembered"),
    ]
    assert found.is_certain


def test_a_constant_is_a_source_and_an_empty_one_is_none() -> None:
    rows = [["受付番号", "氏名", "総合点"], ["1", "Kim", 80]]
    opened = book(Sheet1=rows)
    found = propose(opened.sheets, COLUMNS, constants={"home": "早稲田大学"})
    assert (found.missing, found.is_certain, found.layout.constants) == ((), True, {"home": "早稲田大学"})
    assert propose(opened.sheets, COLUMNS, constants={"home": " "}).missing == ("home",)


def test_two_columns_that_claim_the_same_have_to_be_asked_about() -> None:
    rows = [["受付番号", "氏名", "성명", "所属大学", "総合点"], ["1", "김", "金", "早稲田大学", 80]]
    found = propose(book(Sheet1=rows).sheets, COLUMNS)
    assert (set(found.claimed_twice), found.is_certain) == ({("name", 0)}, False)


def test_family_and_given_name_stand_for_the_name() -> None:
    rows: list[list[Any]] = [
        ["受付番号", "姓", "名", "所属大学", "総合点"],
        ["1", "髙﨑", "花", "早稲田大学", 80],
    ]
    opened = book(Sheet1=rows)
    found = propose(opened.sheets, COLUMNS)
    assert (found.missing, found.is_certain) == ((), True)
    assert propose(book(Sheet1=[[*rows[0][:2], *rows[0][3:]]]).sheets, COLUMNS).missing == ("name",)
    table = read_table(opened.sheets[0], COLUMNS, layout=found.layout)
    assert [(row["name"], row["family"], row["given"]) for row in table.rows] == [(None, "髙﨑", "花")]


def test_headings_over_two_rows_with_merged_cells() -> None:
    def fill(sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 7, "2027年度 交換留学")
        for column, heading in enumerate(["受付番号", "氏名", "所属大学", "総合点"]):
            sheet.merge_range(1, column, 2, column, heading)
        sheet.merge_range(1, 4, 1, 5, "第1志望")
        sheet.merge_range(1, 6, 1, 7, "第2志望")
        sheet.write_row(2, 4, ["大学", "学期", "大学", "学期"])
        sheet.write_row(3, 0, ["1", "Kim", "早稲田大学", 80, "延世大学校", "2027年度前期"])

    opened = book(Sheet1=fill)
    found = propose(opened.sheets, COLUMNS)
    assert found.heading_row == 3
    assert [(column.heading, column.name, column.n, column.sure) for column in found.columns] == [
        ("受付番号", "id", 0, "known"),
        ("氏名", "name", 0, "known"),
        ("所属大学", "home", 0, "known"),
        ("総合点", "score", 0, "known"),
        ("第1志望 › 大学", "host", 1, "known"),
        ("第1志望 › 学期", "start", 1, "known"),
        ("第2志望 › 大学", "host", 2, "known"),
        ("第2志望 › 学期", "start", 2, "known"),
    ]
    table = read_table(opened.sheets[0], COLUMNS, layout=found.layout)
    assert [(row.number, row["host"][:2], row["start"][:2]) for row in table.rows] == [
        (4, ("延世大学校", None), ("2027年度前期", None))
    ]


def test_a_person_may_choose_the_sheet_and_the_row_of_headings() -> None:
    opened = book(古い=JAPANESE, 新しい=[["x", "y"], ["受付番号", "氏名"], ["9", "Kim"]])
    found = propose(opened.sheets, COLUMNS, sheet="新しい")
    assert (found.sheet, found.heading_row, found.missing) == ("新しい", 2, ("home", "score"))
    found = propose(opened.sheets, COLUMNS, sheet="新しい", heading_row=1)
    assert [(column.heading, column.samples) for column in found.columns] == [
        ("x", ("受付番号", "9")),
        ("y", ("氏名", "Kim")),
    ]
    assert propose(opened.sheets, COLUMNS, sheet="新しい", heading_row=0).columns[0].samples == (
        "x",
        "受付番号",
        "9",
    )


def test_without_any_headings_none_are_made_up() -> None:
    found = propose(
        book(Sheet1=[["A-01", "Kim", "早稲田大学", 80], ["A-02", "Lee", "早稲田大学", 70]]).sheets, COLUMNS
    )
    assert (found.heading_row, proposed(found)[2]) == (0, ("C", "home", 0, "likely"))


def test_like_headings_are_likely() -> None:
    rows = [
        ["受付番号", "応募者氏名", "所属大学名", "総合点数", "希望大学1"],
        ["1", "Kim", "早稲田大学", 80, "延世大学校"],
    ]
    assert proposed(propose(book(Sheet1=rows).sheets, COLUMNS)) == [
        ("A", "id", 0, "known"),
        ("B", "name", 0, "likely"),
        ("C", "home", 0, "likely"),
        ("D", "score", 0, "likely"),
        ("E", "host", 1, "likely"),
    ]


def test_the_last_word_of_a_heading_alone_says_nothing_certain() -> None:
    rows = [
        ["受付番号", "氏名", "Father's Name", "所属大学", "総合点"],
        ["1", "Kim", "Kim", "早稲田大学", 80],
    ]
    assert proposed(propose(book(Sheet1=rows).sheets, COLUMNS))[2] == ("C", "", 0, "")


def random_cells() -> st.SearchStrategy[Any]:
    known = [
        "受付番号",
        "氏名",
        "姓",
        "第1志望",
        "第99志望",
        "早稲田大学",
        "学部",
        "2027年度前期",
        "",
        " ",
        "名",
    ]
    numbers = st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False)
    others = st.dates() | st.booleans() | st.builds(CellError, st.sampled_from(["", "#REF!"]))
    return st.sampled_from(known) | st.text(max_size=12) | numbers | others


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(random_cells(), min_size=4, max_size=4), min_size=1, max_size=8),
    st.lists(st.tuples(*[st.integers(0, 6)] * 4), max_size=3),
    st.none() | st.integers(0, 9),
)
def test_whatever_stands_in_a_sheet_something_readable_is_proposed(
    rows: list[list[Any]], merges: list[tuple[int, int, int, int]], heading_row: int | None
) -> None:
    merged = tuple(Merged(top + 1, left, top + 1 + down, left + right) for top, left, down, right in merges)
    sheet = Sheet(
        name="x", width=4, height=len(rows), merged=merged, read=lambda: (list(row) for row in rows)
    )
    found = propose([sheet], COLUMNS, constants={"home": "早稲田大学"}, heading_row=heading_row)
    assert {column.name for column in found.columns} <= {"", *(column.name for column in COLUMNS)}
    assert json.loads(json.dumps(found.as_json()))["sheet"] == "x"
    for problem in read_table(sheet, COLUMNS, layout=found.layout).problems:
        assert problem.sentence


def test_a_hidden_sheet_is_not_chosen_by_itself() -> None:
    def hidden(sheet: Any) -> None:
        for number, row in enumerate(JAPANESE):
            sheet.write_row(number, 0, row)
        sheet.hide()

    opened = book(一覧=[["受付番号", "氏名"], ["1", "Kim"]], 旧=hidden)
    assert propose(opened.sheets, COLUMNS).sheet == "一覧"
    assert propose(opened.sheets, COLUMNS, sheet="旧").heading_row == 3


def test_a_choice_beyond_the_last_is_not_lost_in_silence() -> None:
    rows = [
        ["受付番号", "氏名", "所属大学", "総合点", "第6志望"],
        ["1", "Kim", "早稲田大学", 80, "延世大学校"],
    ]
    found = propose(book(Sheet1=rows).sheets, COLUMNS)
    assert (found.columns[4].is_beyond, found.columns[4].name, found.is_certain) == (True, "", False)


def test_a_layout_goes_through_json() -> None:
    layout = Layout(
        sheet="枠", heading_row=2, columns={0: ("host", 3), 12: ("", 0)}, constants={"home": "早大"}
    )
    assert layout.as_json() == {
        "sheet": "枠",
        "heading_row": 2,
        "columns": {"0": ["host", 3], "12": ["", 0]},
        "constants": {"home": "早大"},
    }
    assert Layout.of(layout.as_json()) == layout
