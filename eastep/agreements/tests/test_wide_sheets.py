"""Sheets of past exchanges with the years side by side, as offices keep them: one row a partner, columns a year."""

import io

import pytest
import xlsxwriter
from django.utils import translation

from eastep.agreements.sheets import KINDS
from eastep.agreements.tests.files import KOREA, SNU, WASEDA, YONSEI, book
from eastep.core.sheets import read_workbook
from eastep.imports.starting import write_empty_sheet
from eastep.institutions.register import Register
from eastep.standards.facts import Standards

KNOWN = {"register": Register.shipped(), "standards": Standards.shipped()}


def proposed(content, name="実績.xlsx", kind=""):
    return KINDS.propose_layout(read_workbook(content, filename=name), kind, **KNOWN)


def columns(content, **how):
    """Which column is what, and how sure."""
    found = proposed(content, **how).columns
    return [(one.heading, one.name, one.n, one.sure) for one in found]


def read(content, name="実績.xlsx"):
    """The records of a file whose columns nobody has to confirm: partner, reference, year, sent, received; the errors."""
    layout = proposed(content, name)
    assert (layout.kind, layout.is_certain) == ("exchanges", True)
    taken = KINDS.read_sheet("exchanges", content, name=name, layout=layout.layout, **KNOWN)
    names = ("partner", "reference", "year", "sent", "received")
    records = [tuple(record[name] for name in names) for record in taken.rows]
    return records, [(one.row, one.heading, one.code) for one in taken.problems if one.severity == "error"]


def two_rows(fill) -> bytes:
    to = io.BytesIO()
    with xlsxwriter.Workbook(to) as workbook:
        fill(workbook.add_worksheet("派遣受入実績"))
    return to.getvalue()


def japanese(sheet):
    """Years merged over 派遣 and 受入, in eras and otherwise, below a title; totals, an empty pair and a note."""
    sheet.merge_range(0, 0, 0, 11, "交換留学 派遣・受入実績（髙﨑作成）")
    for column, heading in enumerate(["No.", "協定校名", "協定番号"]):
        sheet.merge_range(2, column, 3, column, heading)
    for n, year in enumerate(["令和4年度", "R5（2023）年度", 2024, "合計"]):
        sheet.merge_range(2, 3 + 2 * n, 2, 4 + 2 * n, year)
        sheet.write_row(3, 3 + 2 * n, ["派遣", "受入"])
    sheet.merge_range(2, 11, 3, 11, "備考")
    sheet.write_row(4, 0, [1, "延世大", "A-1", 2, 1, "", "", "３名", 0, 5, 1, "朴さんに確認"])
    sheet.write_row(5, 0, [2, "고려대학교", "A-2", "-", "なし", 0, 4, 1, 2, 1, 6, ""])
    sheet.write_row(6, 0, ["", "合計", "", 2, 1, 0, 4, 4, 2, 6, 7, ""])


def test_years_merged_over_sent_and_received():
    assert columns(two_rows(japanese)) == [
        ("No.", "", 0, ""),
        ("協定校名", "partner", 0, "known"),
        ("協定番号", "reference", 0, "known"),
        ("令和4年度 › 派遣", "sent_in", 2022, "known"),
        ("令和4年度 › 受入", "received_in", 2022, "known"),
        ("R5（2023）年度 › 派遣", "sent_in", 2023, "known"),
        ("R5（2023）年度 › 受入", "received_in", 2023, "known"),
        ("2024 › 派遣", "sent_in", 2024, "known"),
        ("2024 › 受入", "received_in", 2024, "known"),
        ("合計 › 派遣", "", 0, ""),
        ("合計 › 受入", "", 0, ""),
        ("備考", "", 0, ""),
    ]
    assert read(two_rows(japanese)) == (
        [
            (YONSEI, "A-1", 2022, 2, 1),
            (YONSEI, "A-1", 2024, 3, 0),
            (KOREA, "A-2", 2023, 0, 4),
            (KOREA, "A-2", 2024, 1, 2),
        ],
        [],
    )


KOREAN = """협정교,2023년,,,2024년,,,비고
,파견,초청,계,파견,초청,계,
와세다대학,1,2,3,,,0,담당: 박
早稲田大学 ,,,,,,,
"""
ENGLISH = [
    ["Partner", "2022/23 sent", "2022/23 received", "Sent in 2023", "Received in 2023", "FY2024 outgoing", "Total sent"],
    ["Yonsei University", 1, 0, 2, "", "n/a", 3],
    ["Seoul National University", "", "", "", "", 4, 4],
]  # fmt: skip


def test_years_over_the_first_of_their_columns_in_a_text_file():
    content = KOREAN.encode("cp949", errors="ignore")
    assert [one[1:] for one in columns(content, name="교류실적.csv")] == [
        ("partner", 0, "known"),
        ("sent_in", 2023, "known"),
        ("received_in", 2023, "known"),
        ("", 0, ""),
        ("sent_in", 2024, "known"),
        ("received_in", 2024, "known"),
        ("", 0, ""),
        ("", 0, ""),
    ]
    assert read(KOREAN.encode(), "교류실적.csv") == ([(WASEDA, "", 2023, 1, 2)], [])


def test_years_in_one_row_of_headings():
    assert read(book(ENGLISH)) == (
        [(YONSEI, "", 2022, 1, 0), (YONSEI, "", 2023, 2, None), (SNU, "", 2024, 4, None)],
        [],
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["協定校", "2022派遣", "2023派遣"], ["延世大", 3, 1]], [(YONSEI, "", 2022, 3, None), (YONSEI, "", 2023, 1, None)]),
        ([["협정교", "2023학년도 초청"], ["연세대학교", "２명"]], [(YONSEI, "", 2023, None, 2)]),
        ([["協定校", "派遣", "", "受入", ""], ["", 2022, "R5", 2022, "R5"], ["延世大", 1, 2, 3, 4]],
         [(YONSEI, "", 2022, 1, 3), (YONSEI, "", 2023, 2, 4)]),
    ],
)  # fmt: skip
def test_only_one_direction_and_directions_over_years(rows, expected):
    assert read(book(rows)) == (expected, [])


def test_what_is_wrong_is_told_with_its_row_and_year():
    rows = [
        ["協定校", "協定番号", "2022派遣", "2022受入", "2023派遣", "2023受入"],
        ["延世大", "A-1", "三名", 1, 1.5, 1],
        ["高麗大学校", "", 1, "", "", ""],
        ["Korea University", "", 2, "", 1, ""],
    ]
    assert read(book(rows)) == (
        [(KOREA, "", 2022, 1, None), (KOREA, "", 2023, 1, None)],
        [(2, "2022派遣", "numeral"), (2, "2023派遣", "not_whole"), (4, "2022派遣", "same_year")],
    )


def test_years_side_by_side_and_a_column_for_one_year_contradict_each_other():
    content = book([["協定校", "年度", "2022派遣", "2023派遣"], ["延世大", 2022, 1, 2]])
    assert read(content) == ([], [(1, "年度", "years_twice")])


@pytest.mark.parametrize(
    ("heading", "name", "n", "sure"),
    [
        ("23年度派遣", "sent_in", 2023, "likely"),  # of which century, or 平成23年?
        ("2023", "sent_in", 2023, "likely"),  # sent or received?
        ("2023来日数", "", 0, "unclear"),
        ("2020-2024 受入", "", 0, "unclear"),  # five years
        ("2022年秋派遣", "", 0, "unclear"),  # half of the year that has a column already
        ("2022派遣 合計", "", 0, ""),
        ("2051派遣", "", 0, "unclear"),  # nobody has been sent yet
        ("'22 in", "received_in", 2022, "likely"),
    ],
)
def test_what_is_not_clear_has_to_be_confirmed(heading, name, n, sure):
    content = book([["協定校", "2022派遣", heading], ["延世大", 1, 1]])
    layout = proposed(content)
    assert columns(content)[2] == (heading, name, n, sure)
    assert (layout.kind, layout.is_certain) == ("exchanges", sure == "")


def test_years_that_are_all_unclear_are_still_headings_of_exchanges():
    content = book([["相手大学", 2022, "23年度受入"], ["延世大", 12, 10]])
    assert proposed(content).kind == "exchanges"
    assert columns(content)[1:] == [
        ("2022", "sent_in", 2022, "likely"),
        ("23年度受入", "received_in", 2023, "likely"),
    ]


def test_a_list_of_agreements_stays_one():
    rows = [
        ["協定校", "締結日", "有効期間", "派遣", "受入", "2023派遣実績"],
        ["延世大", "2022.4.1", "5年", 3, 3, 2],
    ]
    assert proposed(book(rows)).kind == "agreements"


# The sheet to start from


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
@pytest.mark.parametrize(("kind", "count"), [("agreements", 24), ("exchanges", 7)])
def test_the_headings_of_an_empty_sheet_are_recognised_in_every_language(kind, count, language):
    to = io.BytesIO()
    with translation.override(language):
        write_empty_sheet(KINDS, kind, to)
    found = proposed(to.getvalue())
    assert (found.kind, found.is_certain) == (kind, True)
    assert [one.heading for one in found.columns if one.sure != "known"] == []
    assert len(found.columns) == count
