"""Files as offices have them, brought in as places, applicants or language results."""

import io
from typing import Any

import pytest
import xlsxwriter
from django.utils import translation

from eastep.applications.sheets import columns_of, propose_layout, read_applicants, read_sheet
from eastep.applications.tests.factories import KOREA, KYOTO, STANDARDS, WASEDA, YONSEI
from eastep.core.sheets import Workbook, read_workbook
from eastep.imports import Layout
from eastep.imports.headings import fold
from eastep.institutions.register import Register

KNOWN: dict[str, Any] = {"register": Register.shipped(), "standards": STANDARDS}


def book(sheets: dict[str, Any]) -> Workbook:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            if callable(rows):
                rows(sheet)
                continue
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return read_workbook(made.getvalue())


def csv_file(rows: list[list[Any]], encoding: str) -> bytes:
    return "\r\n".join(",".join(map(str, row)) for row in rows).encode(encoding)


def taken(kind: str, rows: list[list[Any]], **given: Any) -> Any:
    return read_sheet(kind, book({"x": rows}), name="x.xlsx", **{"layout": None, **KNOWN, **given})


def as_proposed(kind: str, opened: Workbook, constants: dict[str, str] | None = None, **given: Any) -> Any:
    """Proposed, and read just as proposed."""
    proposal = propose_layout(opened, kind, constants=constants, **KNOWN)
    layout = Layout.of(proposal.layout.as_json())
    return proposal, read_sheet(proposal.kind, opened, name="x.xlsx", layout=layout, **KNOWN, **given)


def told(read: Any) -> list[tuple[int, str, str]]:
    return [(one.row, one.letter, one.code) for one in read.problems if one.severity == "error"]


def choice(host: str, start: str = "2027-spring", length: str = "term") -> dict[str, str]:
    return {"host": host, "start": start, "length": length}


# Applicants, wide


def test_a_wide_japanese_sheet_with_titles_groups_of_headings_and_a_total():
    def fill(sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 11, "2027年度 交換留学 応募者一覧")
        for column, heading in enumerate(
            ["受付番号", "姓", "名", "分野", "課程", "総合点", "留学期間", "連絡言語"]
        ):
            sheet.merge_range(2, column, 3, column, heading)
        sheet.merge_range(2, 8, 2, 9, "第１志望")
        sheet.merge_range(2, 10, 2, 11, "第２志望")
        sheet.write_row(3, 8, ["大学", "学期"] * 2)
        sheet.write_row(4, 0, ["001", "髙﨑", "花", "0311", "学部", 80, "1学期", "日本語",
                               "延世大学校", "2027年度前期", "高麗大学校", "2027年度後期"])  # fmt: skip
        sheet.write_row(5, 0, ["002", "", "スカルノ", "経済学", "修士", "７５．５", "1年", "English",
                               "고려대학교", "2027-spring"])  # fmt: skip
        sheet.write_row(6, 0, ["合計", "", "", "", "", 155.5])

    proposal, read = as_proposed(
        "", book({"説明": [["書き方"]], "応募者": fill}), {"home": WASEDA, "other": "x"}
    )
    assert (proposal.kind, proposal.sheet, proposal.heading_row, proposal.missing, proposal.is_certain) == (
        "applicants",
        "応募者",
        4,
        (),
        True,
    )
    assert told(read) == []
    assert (read.numbers, list(read.rows)) == (
        (5, 6),
        [
            {
                "id": "001", "name": "髙﨑 花", "home": WASEDA, "field": "0311", "level": 6, "gpa": "",
                "languages": "", "score": "80", "language": "ja",
                "choices": [choice(YONSEI), choice(KOREA, "2027-autumn")],
            },
            {
                "id": "002", "name": "スカルノ", "home": WASEDA, "field": "0311", "level": 7, "gpa": "",
                "languages": "", "score": "75.5", "language": "en", "choices": [choice(KOREA, length="year")],
            },
        ],
    )  # fmt: skip


def test_a_korean_csv_of_excel_with_family_and_given_names():
    rows = [
        ["학번", "성", "이름", "소속대학교", "전공 분야", "과정", "평점", "GPA 만점", "총점", "1지망", "2지망", "파견학기", "기간"],
        ["K1", "박", "지민", "연세대학교", "0311", "학부", "4.1", "4.5", "88", "早稻田大學", "京都大學", "2027-2학기", "1학기"],
        ["K2", "朴", "찬호", "고려대학교", "법학", "석사", "", "", "91.25", "와세다대학", "", "2027-2학기", "1년"],
    ]  # fmt: skip
    proposal, read = as_proposed("applicants", read_workbook(csv_file(rows, "cp949"), filename="지원자.csv"))
    assert (proposal.is_certain, told(read)) == (True, [])
    assert [(one["name"], one["home"], one["field"], one["gpa"], one["choices"]) for one in read.rows] == [
        ("박 지민", YONSEI, "0311", "4.1/4.5", [choice(WASEDA, "2027-autumn"), choice(KYOTO, "2027-autumn")]),
        ("朴 찬호", KOREA, "0421", "", [choice(WASEDA, "2027-autumn", "year")]),
    ]


def test_korean_name_alone_is_the_whole_name():
    rows = [["학번", "이름", "소속", "총점"], ["K1", "박지민", "연세대학교", "88"]]
    proposal = propose_layout(book({"x": rows}), "applicants", **KNOWN)
    assert proposal.columns[1].source == ("name", 0)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (["ﾀﾅｶ ﾀﾛｳ", "", ""], "タナカ タロウ"),
        (["", "朴", "智星"], "朴 智星"),
        (["", "Sukarno", ""], "Sukarno"),
        (["", "", "Prince"], "Prince"),
        (["髙﨑 花", "別の", "名"], "髙﨑 花"),
        (["", "Wolfeschlegelsteinhausenbergerdorff" * 4, "Hubert"], "Wolfeschlegelsteinhausenbergerdorff" * 4 + " Hubert"),
    ],
)  # fmt: skip
def test_names_of_all_kinds(written, name):
    rows = [
        ["受付番号", "氏名", "姓", "名", "所属大学", "分野", "課程", "総合点"],
        ["1", *written, "早大", "0311", "学部", 80],
    ]
    read = taken("applicants", rows)
    assert ([one["name"] for one in read.rows], told(read)) == ([name], [])


def test_nobody_is_without_a_name():
    rows = [
        ["受付番号", "姓", "名", "所属大学", "分野", "課程", "総合点"],
        ["1", "", "", "早大", "0311", "学部", 80],
    ]
    assert told(taken("applicants", rows)) == [(2, "B", "empty")]


def test_a_term_and_a_length_for_all_come_from_constants():
    rows = [
        ["受付番号", "氏名", "分野", "課程", "総合点", "第1志望", "第2志望", "第2志望 期間"],
        ["1", "Kim", "0311", "学部", 80, "延世大学校", "高麗大学校", "1年"],
    ]
    constants = {"home": "早稲田大学", "start": "2027年度後期", "length": "1学期"}
    _proposal, read = as_proposed("applicants", book({"x": rows}), constants)
    assert told(read) == []
    assert read.rows[0]["choices"] == [choice(YONSEI, "2027-autumn"), choice(KOREA, "2027-autumn", "year")]


def test_the_scale_of_all_averages_comes_from_a_constant():
    rows = [
        ["受付番号", "氏名", "分野", "課程", "総合点", "GPA", "GPA満点"],
        ["1", "Kim", "0311", "学部", 80, 3.8, ""],
        ["2", "Lee", "0311", "学部", 80, 3.8, 4],
    ]
    constants = {"home": "早稲田大学", "scale": "4.5"}
    _proposal, read = as_proposed("applicants", book({"x": rows}), constants)
    assert ([one["gpa"] for one in read.rows], told(read)) == (["3.8/4.5", "3.8/4.0"], [])
    _proposal, read = as_proposed("applicants", book({"x": [row[:6] for row in rows]}), constants)
    assert ([one["gpa"] for one in read.rows], told(read)) == (["3.8/4.5", "3.8/4.5"], [])
    constants["scale"] = "3.5"
    _proposal, read = as_proposed("applicants", book({"x": [row[:6] for row in rows]}), constants)
    assert [(one.row, one.column, one.value, one.code) for one in read.problems] == [
        (0, "scale", "3.5", "gpa_scale_unknown")
    ]


def test_a_choice_without_term_names_the_cell_to_fill():
    head = ["受付番号", "氏名", "所属大学", "分野", "課程", "総合点", "第1志望", "期間"]
    row = ["1", "Kim", "早大", "0311", "学部", 80, "延世大学校", "1学期"]
    without = taken("applicants", [head, row])
    assert [(one.column, one.n, one.position, one.code) for one in without.problems] == [
        ("starts", 1, -1, "term_needed")
    ]
    empty = taken("applicants", [[*head, "開始学期"], [*row, ""]])
    assert [(one.column, one.position, one.code) for one in empty.problems] == [("start", 8, "term_needed")]
    mended = taken("applicants", [[*head, "開始学期"], [*row, ""]], mends={(2, 8): "2027-spring"})
    assert (told(mended), mended.rows[0]["choices"]) == ([], [choice(YONSEI)])


# Applicants, long

LONG = [
    "受付番号",
    "氏名",
    "所属大学",
    "分野",
    "課程",
    "総合点",
    "志望順位",
    "派遣先大学",
    "派遣学期",
    "期間",
]


def person(number: str, *wish: Any, name: str = "髙﨑 花", score: Any = 80) -> list[Any]:
    return [number, name, "早大", "0311", "学部", score, *wish]


def test_a_long_sheet_has_a_row_for_each_choice():
    read = taken(
        "applicants",
        [
            LONG,
            person("A1", 2, "高麗大学校", "2027-autumn", "1年"),
            person("A2", "第1志望", "延世大学校", "2027-spring", "1学期", name="Kim"),
            person("A1", 1, "延世大学校", "2027-spring", "1学期"),
        ],
    )
    assert (told(read), read.numbers) == ([], (2, 3))
    assert [(one["id"], one["name"], one["choices"]) for one in read.rows] == [
        ("A1", "髙﨑 花", [choice(YONSEI), choice(KOREA, "2027-autumn", "year")]),
        ("A2", "Kim", [choice(YONSEI)]),
    ]


def test_a_long_sheet_may_say_what_holds_for_the_applicant_once_and_have_no_numbers():
    head = [*LONG[:6], "지망 대학", *LONG[8:]]
    rows = [
        head,
        ["A1", "髙﨑 花", "早大", "0311", "学部", 80, "延世大学校", "2027-spring", "1学期"],
        ["A1", "", "", "", "", "", "高麗大学校", "2027-spring", "1年"],
        ["A2", "", "早大", "0311", "学部", 80, "高麗大学校", "2027-spring", "1年"],
    ]
    read = taken("applicants", rows)
    assert told(read) == [(4, "B", "empty")]
    assert [one["choices"] for one in read.rows] == [[choice(YONSEI), choice(KOREA, length="year")]]


def test_rows_of_one_applicant_that_disagree_are_named_both():
    read = taken(
        "applicants",
        [
            LONG,
            person("A1", 1, "延世大学校", "2027-spring", "1学期"),
            person("A1", 2, "高麗大学校", "2027-spring", "1学期", name="高崎 花", score=81),
        ],
    )
    assert (told(read), read.rows) == ([(3, "B", "disagrees"), (3, "F", "disagrees")], ())
    with translation.override("en"):
        assert [one.sentence for one in read.problems] == [
            "Row 2 has “髙﨑 花” here for the same applicant. Write the same in both rows, or give one of them "
            "another applicant number.",
            "Row 2 has “80” here for the same applicant. Write the same in both rows, or give one of them "
            "another applicant number.",
        ]


@pytest.mark.parametrize(
    ("first", "second", "problem"),
    [
        ([1, "延世大学校"], [1, "高麗大学校"], (3, "G", "same_rank")),
        ([1, "延世大学校"], ["", "高麗大学校"], (3, "G", "rank_needed")),
        ([1, "延世大学校"], ["x", "高麗大学校"], (3, "G", "not_a_rank")),
        ([1, "延世大学校"], [21, "高麗大学校"], (3, "G", "not_a_rank")),
        ([1, "延世大学校"], [2, "存在しない大学"], (3, "H", "unknown_institution")),
    ],
)
def test_one_bad_row_keeps_the_applicant_out(first, second, problem):
    stay = ["2027-spring", "1学期"]
    rows = [LONG, person("A1", *first, *stay), person("A1", *second, *stay), person("A2", *first, *stay)]
    read = taken("applicants", rows)
    assert (told(read), [one["id"] for one in read.rows]) == ([problem], ["A2"])


@pytest.mark.parametrize(("host", "code"), [("延世大学校", "same_choice"), ("", "no_host")])
def test_a_row_that_adds_no_choice_is_left_out_with_a_notice(host, code):
    stay = ["2027-spring", "1学期"]
    read = taken("applicants", [LONG, person("A1", 1, "延世", *stay), person("A1", 2, host, *stay)])
    assert [(one.row, one.code, one.severity) for one in read.problems] == [(3, code, "notice")]
    assert len(read.rows[0]["choices"]) == 1


def test_a_gap_in_the_numbers_is_a_notice():
    stay = ["2027-spring", "1学期"]
    read = taken("applicants", [LONG, person("A1", 1, "延世", *stay), person("A1", 3, "高麗大学校", *stay)])
    assert [(one.row, one.code, one.severity) for one in read.problems] == [(3, "choice_gap", "notice")]
    assert len(read.rows[0]["choices"]) == 2


def test_a_long_layout_reads_as_well_with_constants():
    rows = [
        ["번호", "성명", "지망순위", "지망 대학", "총점"],
        ["1", "김", 1, "延世大学校", 9],
        ["1", "김", 2, "고려대학교", 9],
    ]
    layout = Layout(
        sheet="x", heading_row=1,
        columns={0: ("id", 0), 1: ("name", 0), 2: ("rank", 0), 3: ("host", 0), 4: ("score", 0)},
        constants={"home": WASEDA, "field": "0311", "level": "6", "start": "2027-spring", "length": "year"},
    )  # fmt: skip
    read = taken("applicants", rows, layout=layout)
    assert (told(read), [one["choices"] for one in read.rows]) == (
        [],
        [[choice(YONSEI, length="year"), choice(KOREA, length="year")]],
    )


def test_merged_cells_of_a_long_sheet():
    def fill(sheet: Any) -> None:
        sheet.write_row(0, 0, LONG)
        for column, value in enumerate(person("A1")):
            sheet.merge_range(1, column, 2, column, value)
        sheet.write_row(1, 6, [1, "延世大学校", "2027-spring", "1学期"])
        sheet.write_row(2, 6, [2, "高麗大学校", "2027-spring", "1学期"])

    read = read_sheet("applicants", book({"x": fill}), name="x", layout=None, **KNOWN)
    assert (told(read), read.rows[0]["choices"]) == ([], [choice(YONSEI), choice(KOREA)])


def test_choices_side_by_side_and_below_each_other_at_once():
    rows = [[*LONG, "第1志望"], person("A1", 1, "延世大学校", "2027-spring", "1学期", "高麗大学校")]
    assert told(taken("applicants", rows)) == [(1, "H", "choices_twice")]


def test_the_shell_reads_long_sheets_too():
    content = csv_file([LONG, person("A1", 1, "延世大学校", "2027-spring", "1学期")], "cp932")
    read = read_applicants(content, "a.csv", **KNOWN)
    assert (read.errors, [(one.id, one.row, len(one.choices)) for one in read.rows]) == (0, [("A1", 2, 1)])


# Places


def test_places_of_an_office_without_a_column_for_itself():
    rows = [
        ["2027年度 派遣枠"],
        ["派遣先大学", "開始学期", "留学期間", "人数", "語学要件"],
        ["延世大学校", "2027年度前期", "1学期", "２名", "TOPIK 4"],
        ["計", "", "", 2, ""],
    ]
    proposal, read = as_proposed("", book({"枠": rows}), {"home": WASEDA})
    assert (proposal.kind, proposal.is_certain, told(read), read.numbers) == ("places", True, [], (3,))
    assert read.rows == (
        {
            "home": WASEDA, "host": YONSEI, "fields": "", "levels": "", "start": "2027-spring",
            "length": "term", "places": 2, "minimum_gpa": "", "language": "TOPIK 4",
        },
    )  # fmt: skip


def test_a_constant_that_is_the_host_itself():
    rows = [["派遣先大学", "開始学期", "留学期間", "人数"], ["早稲田大学", "2027-spring", "1学期", 1]]
    _proposal, read = as_proposed("places", book({"x": rows}), {"home": WASEDA})
    assert told(read) == [(2, "A", "own_place")]


# Language results


def test_language_results_in_three_columns():
    rows = [
        ["受付番号", "試験", "スコア", "受験日"],
        ["A1", "TOEIC", 850, "2026-01-11"],
        ["A1", "日本語能力試験", "Ｎ２", "2025/12/07"],
        ["A2", "TOPIK 4", "", "2026年4月12日"],
    ]
    proposal, read = as_proposed("", book({"x": rows}))
    assert (proposal.kind, proposal.is_certain, told(read), read.numbers) == (
        "languages",
        True,
        [],
        (2, 3, 4),
    )
    assert list(read.rows) == [
        {"applicant": "A1", "result": "TOEIC 850 2026-01-11"},
        {"applicant": "A1", "result": "JLPT N2 2025-12-07"},
        {"applicant": "A2", "result": "TOPIK 4 2026-04-12"},
    ]


def test_language_results_in_one_column():
    rows = [
        ["접수번호", "공인 어학 성적"],
        ["A1", "JLPT N2 2025-12-07; TOEIC 850 2026-01-11"],
        ["A2", "없음"],
    ]
    proposal, read = as_proposed("", book({"x": rows}))
    assert (proposal.kind, told(read)) == ("languages", [(3, "B", "no_result")])
    assert list(read.rows) == [
        {"applicant": "A1", "result": "JLPT N2 2025-12-07"},
        {"applicant": "A1", "result": "TOEIC 850 2026-01-11"},
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (["A1", "HSK", 5, ""], (3, "B", "language_test_unknown")),
        (["A1", "TOEIC", 1000, ""], (3, "C", "language_score_out_of_range")),
        (["A1", "", 850, ""], (3, "B", "no_result")),
        (["A1", "TOEIC", 850, "昨日"], (3, "D", "not_date")),
        (["", "TOEIC", 850, ""], (3, "A", "empty")),
        (["A0", "TOPIK", 5, "2026-04-12"], (3, "B", "same_test")),
    ],
)
def test_a_language_result_that_cannot_be_taken(row, problem):
    read = taken(
        "languages", [["受付番号", "試験", "スコア", "受験日"], ["A0", "TOPIK", 4, "2025-04-12"], row]
    )
    assert (told(read), len(read.rows)) == ([problem], 1)


# Names


def test_each_unknown_name_is_asked_about_once():
    head = [
        "受付番号",
        "氏名",
        "所属大学",
        "分野",
        "課程",
        "総合点",
        "第1志望",
        "第1志望 学期",
        "第1志望 期間",
    ]
    stay = ["2027-spring", "1学期"]
    rows = [
        head,
        ["1", "A", "Wased Univ", "0311", "学部", 1, "中大", *stay],
        ["2", "B", "早大", "0311", "学部", 1, "ＷＡＳＥＤ  Univ", *stay],
        ["3", "C", "早大", "0311", "学部", 1, "ゆめのまた夢大学", *stay],
    ]
    read = taken("applicants", rows)
    wased, chu, dream = (read.unknown_names[name] for name in ("Wased Univ", "中大", "ゆめのまた夢大学"))
    assert next(iter(read.unknown_names)) == "Wased Univ"
    assert (wased.written, wased.count, wased.rows, wased.candidates[0]) == ("Wased Univ", 2, (2, 3), WASEDA)
    assert (chu.count, chu.rows) == (1, (2,))
    assert 2 <= len(chu.candidates) <= 5
    assert (dream.count, dream.candidates) == (1, ())
    names = {"wasedun": "x", "中大": KYOTO, "waseduniversity": WASEDA, "ゆめのまた夢大学": YONSEI}
    again = taken("applicants", rows, names=names)
    assert (again.unknown_names, told(again)) == ({}, [])
    assert [(one["home"], one["choices"][0]["host"]) for one in again.rows] == [
        (WASEDA, KYOTO),
        (WASEDA, WASEDA),
        (WASEDA, YONSEI),
    ]


def test_what_was_confirmed_counts_more_than_the_register():
    rows = [
        ["派遣元大学", "派遣先大学", "開始学期", "期間", "人数"],
        ["早稲田大学", "延世大学校", "2027-spring", "1学期", 1],
    ]
    read = taken("places", rows, names={"延世大学校": KOREA})
    assert read.rows[0]["host"] == KOREA


def test_an_unknown_name_in_a_constant_is_asked_about_too():
    rows = [["派遣先大学", "開始学期", "期間", "人数"], ["延世大学校", "2027-spring", "1学期", 1]]
    _proposal, read = as_proposed("places", book({"x": rows}), {"home": "中大"})
    assert [(one.row, one.column, one.code) for one in read.problems] == [
        (0, "home", "ambiguous_institution")
    ]
    assert (read.unknown_names["中大"].rows, read.rows) == ((), ())


# The door


def test_a_sheet_that_is_not_there_and_a_file_that_is_none():
    layout = Layout(sheet="y", heading_row=1, columns={}, constants={})
    assert told(taken("places", [["x"]], layout=layout)) == [(0, "", "no_such_sheet")]
    read = read_sheet("places", b"%PDF-1.7", name="a.pdf", layout=None, **KNOWN)
    assert (told(read), read.detected) == ([(0, "", "not_a_sheet")], None)


def test_rows_left_out_and_progress():
    rows = [["受付番号", "試験", "スコア"], ["A1", "TOEIC", 850], ["A2", "bad", ""], ["A3", "TOEIC", 700]]
    heard = []
    read = taken("languages", rows, left_out=[3], on_progress=heard.append)
    assert (told(read), read.numbers, heard) == ([], (2, 4), [3])


@pytest.mark.parametrize("kind", ["places", "applicants", "languages"])
def test_no_heading_means_two_columns(kind):
    seen = {}
    for column in columns_of(kind, **KNOWN):
        for heading in column.headings:
            other = seen.setdefault(fold(heading.replace("{n}", "1")), column.name)
            assert other == column.name or column.beside, (heading, other, column.name)


def test_a_kind_is_found_out_among_three():
    applicants = [["受付番号", "氏名", "所属大学", "分野", "課程", "総合点", "語学成績", "第1志望"]]
    places = [
        ["派遣元", "受入大学", "期間", "開始学期", "人数", "最低GPA"],
        ["早大", "延世", "1学期", "2027-spring", 1, ""],
    ]
    assert propose_layout(book({"x": applicants}), "", **KNOWN).kind == "applicants"
    assert propose_layout(book({"x": places}), "", **KNOWN).kind == "places"
