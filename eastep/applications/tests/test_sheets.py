"""Both sheets on input as offices write it: what is read, and what is said of what cannot be read."""

import io
from decimal import Decimal

import pytest
from django.utils import translation

from eastep.applications.sheets import (
    KINDS,
    columns_of_sheets,
    propose_layout,
    read_applicants,
    read_places,
)
from eastep.applications.tests import files
from eastep.applications.tests.factories import KOREA, STANDARDS, WASEDA, YONSEI, make_applicant, make_choice
from eastep.core.sheets import read_workbook
from eastep.imports.headings import fold
from eastep.imports.starting import write_empty_sheet
from eastep.institutions.register import Register

KNOWN = {"register": Register.shipped(), "standards": STANDARDS}


def said(taken):
    """(row, column letter, value, code) of each error."""
    return [(one.row, one.letter, one.value, one.code) for one in taken.problems if one.severity == "error"]


def read_changed_applicant(column, value):
    row = list(files.APPLICANTS[0])
    row[files.APPLICANT_HEADINGS.index(column)] = value
    name, content = files.applicants([row])
    return read_applicants(content, name, **KNOWN)


def read_changed_place(column, value):
    row = list(files.PLACES[0])
    row[files.PLACE_HEADINGS.index(column)] = value
    name, content = files.places([row])
    return read_places(content, name, **KNOWN)


def test_the_sheet_of_applicants_is_read():
    name, content = files.applicants()
    taken = read_applicants(content, name, **KNOWN)
    assert said(taken) == []
    choices = (make_choice(), make_choice(host=KOREA, length="year"))
    assert taken.rows[0] == make_applicant("A-001", name="髙﨑 花", choices=choices)
    assert (taken.rows[1].name, taken.rows[1].score) == ("タナカ タロウ", Decimal(90))
    assert (taken.rows[2].languages, taken.rows[2].score, len(taken.rows[2].choices)) == (
        (),
        Decimal("70.5"),
        1,
    )


def test_the_sheet_of_places_is_read():
    name, content = files.places()
    taken = read_places(content, name, **KNOWN)
    assert said(taken) == []
    first, second = taken.rows
    assert (first.home, first.host, first.levels, first.length, first.places) == (
        WASEDA,
        YONSEI,
        (6,),
        "term",
        1,
    )
    assert (second.host, second.fields, second.levels, second.length, second.places) == (
        KOREA,
        ("03",),
        (),
        "year",
        2,
    )


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("受付番号", "", (2, "A", "", "empty")),
        ("所属大学", "存在しない大学", (2, "C", "存在しない大学", "unknown_institution")),
        ("所属大学", "中大", (2, "C", "中大", "ambiguous_institution")),
        ("分野", "経営の何か", (2, "D", "経営の何か", "field_unknown")),
        ("分野", "03; 04", (2, "D", "03; 04", "one_field")),
        ("課程", "大学院", (2, "E", "大学院", "level_ambiguous")),
        ("GPA", 3.2, (2, "F", "3.2", "gpa_scale_missing")),
        ("GPA", "5.2/4.5", (2, "F", "5.2/4.5", "gpa_out_of_range")),
        ("語学成績", "HSK 5", (2, "G", "HSK 5", "language_test_unknown")),
        ("総合点", "八十", (2, "H", "八十", "numeral")),
        ("総合点", "欠席", (2, "H", "欠席", "not_decimal")),
        ("総合点", "81.33335", (2, "H", "81.33335", "too_precise")),
        ("総合点", 244 / 3, (2, "H", "81.3333333333333", "too_precise")),
        ("総合点", "81.50000", None),
        ("総合点", 80.1 + 0.2, None),
        ("第1志望 受入大学", "延世大学校?", None),
        ("第1志望 開始学期", "夏", (2, "J", "夏", "not_a_term")),
        ("第1志望 開始学期", "1927-spring", (2, "J", "1927-spring", "term_far_away")),
        ("第1志望 開始学期", "", (2, "J", "", "term_needed")),
        ("第1志望 期間", "", (2, "K", "", "length_needed")),
        ("第1志望 期間", "3年", (2, "K", "3年", "not_one_of")),
    ],
)
def test_a_bad_cell_of_an_applicant_is_named_with_its_remedy(column, value, expected):
    taken = read_changed_applicant(column, value)
    assert said(taken) == ([expected] if expected else [])
    assert len(taken.rows) == (0 if expected else 1)
    assert all(len(one.sentence) > 20 for one in taken.problems)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("人数", "数名", (2, "G", "数名", "not_whole")),
        ("人数", -1, (2, "G", "-1", "too_small")),
        ("人数", 1.5, (2, "G", "1.5", "not_whole")),
        ("人数", "３名", None),
        ("受入大学", "早稲田大学", (2, "B", "早稲田大学", "own_place")),
        ("最低GPA", "3.0/7", (2, "H", "3.0/7", "gpa_scale_unknown")),
        ("語学要件", "TOPIK 9", (2, "I", "TOPIK 9", "language_level_unknown")),
    ],
)
def test_a_bad_cell_of_a_place_is_named_with_its_remedy(column, value, expected):
    taken = read_changed_place(column, value)
    assert said(taken) == ([expected] if expected else [])


def test_a_score_with_too_many_decimals_says_what_it_is_rounded():
    [problem] = read_changed_applicant("総合点", "81.33335").problems
    assert problem.sentence == "“81.33335” has more than four decimals. Round it to four, such as 81.3334."


def test_the_same_applicant_twice_names_the_first_row():
    name, content = files.applicants([files.APPLICANTS[0], files.APPLICANTS[0]])
    taken = read_applicants(content, name, **KNOWN)
    assert said(taken) == [(3, "A", "A-001", "duplicate")]
    assert "2" in taken.problems[0].sentence


def test_the_same_place_twice_names_the_first_row():
    name, content = files.places([files.PLACES[0], files.PLACES[1], files.PLACES[0]])
    assert said(read_places(content, name, **KNOWN)) == [(4, "B", "延世大学校", "same_place")]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([*files.CHOICES[:3], *files.CHOICES[:3]], "same_choice"),  # the second is left out
        (
            [*files.CHOICES[:3], "", *files.CHOICES[1:3]],
            "no_host",
        ),  # a form with its terms filled in beforehand
        (["", "", "", *files.CHOICES[:3]], "choice_gap"),  # it moves up
    ],
)
def test_a_choice_that_says_nothing_is_left_out_with_a_notice(cells, code):
    name, content = files.applicants([[*files.APPLICANTS[0][:8], *cells]])
    taken = read_applicants(content, name, **KNOWN)
    assert [(one.code, one.severity) for one in taken.problems] == [(code, "notice")]
    assert taken.rows[0].choices == (make_choice(),)


def test_both_sheets_may_be_in_one_file_below_title_rows():
    import io

    from eastep.core.sheets import SheetOut, write_xlsx

    to = io.BytesIO()
    write_xlsx(
        [
            SheetOut(name="説明", headings=["2027年度 交換留学"], rows=[["この表は見本です"]]),
            SheetOut(
                name="枠",
                headings=["2027年度 派遣枠一覧"],
                rows=[[""], files.PLACE_HEADINGS, *files.PLACES, ["合計", "", "", "", "", "", 3]],
            ),
            SheetOut(name="応募者", headings=files.APPLICANT_HEADINGS, rows=files.APPLICANTS),
        ],
        to,
    )
    places = read_places(to.getvalue(), "all.xlsx", **KNOWN)
    applicants = read_applicants(to.getvalue(), "all.xlsx", **KNOWN)
    assert ([place.row for place in places.rows], said(places)) == ([4, 5], [])
    assert {problem.sheet for problem in places.problems} == {"all.xlsx › 枠"}
    assert (len(applicants.rows), said(applicants)) == (3, [])


def test_braces_in_a_cell_break_no_sentence():
    taken = read_changed_applicant("語学成績", "{0} {value.__class__} 5")
    assert [one.code for one in taken.problems] == ["language_test_unknown"]
    assert "{" in taken.problems[0].sentence


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_what_the_page_calls_a_column_is_a_heading_that_is_read(language):
    with translation.override(language):
        lacking = [
            column["label"]
            for _title, columns in columns_of_sheets()
            for column in columns
            if fold(column["label"]) not in {fold(heading) for heading in column["headings"]}
        ]
    assert lacking == []


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_the_headings_of_an_empty_sheet_are_recognised(language):
    for kind, count in (("places", 11), ("applicants", 19), ("languages", 4)):
        to = io.BytesIO()
        with translation.override(language):
            write_empty_sheet(KINDS, kind, to)
        book = read_workbook(to.getvalue())
        found = propose_layout(book, "", register=KNOWN["register"], standards=STANDARDS)
        assert (found.kind, [one.sure for one in found.columns]) == (kind, ["known"] * count)


def test_fields_and_levels_in_another_order_are_the_same_places():
    first = ["早稲田大学", "延世大学校", "03; 04", "学部、修士", "2027-spring", "1学期", 1, "", ""]
    other = ["早稲田大学", "延世大学校", "04; 03", "修士、学部", "2027-spring", "1学期", 1, "", ""]
    name, content = files.places([first, other])
    assert said(read_places(content, name, **KNOWN)) == [(3, "B", "延世大学校", "same_place")]


@pytest.mark.parametrize("column", ["語学成績", "分野", "GPA", "所属大学", "第1志望 開始学期"])
def test_a_cell_of_a_page_s_length_is_refused_at_once(column):
    assert [code for *_where, code in said(read_changed_applicant(column, "JLPT N2" + "-" * 30_000))] == [
        "too_long"
    ]
