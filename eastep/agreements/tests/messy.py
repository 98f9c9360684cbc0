"""The list of agreements as an office has kept it for twenty years: what a reader of such lists must get through.

`messy_list(partners, count)` is an XLSX of *count* agreements with *partners* (each by some name of theirs), with title rows,
merged cells, dates in every way, totals, and `trouble` rows that nobody could read without asking.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import xlsxwriter

HEADINGS = [
    *("No.", "協定校名", "協定番号", "協定種別", "本学部局", "相手部局", "締結日", "有効期間", None),
    *("自動更新", "派遣", "受入", "対象課程", "分野", "最低GPA", "語学要件", "授業料", "備考（学内）"),
]
SECOND = [None] * 7 + ["開始", "終了"] + [None] * 9
FIELDS = ["0421", "経営及び管理", "031; 04", "全分野", "", "0611"]
LEVELS = ["学部", "学部・大学院", "修士、博士", "全課程", ""]
GPA = ["3.0/4.5", "2.5/4.0", "", "80/100"]
LANGUAGE = ["JLPT N2", "TOPIK 4級", "日本語能力試験N2 / JPT 550", "", "授業についていける程度の日本語力"]
TUITION = ["授業料不徴収", "", "相互免除"]
FACULTIES = ["法学部", "商学部", "国際教養学部", "理工学術院", "文学部"]
PARTNER_FACULTIES = [
    "법과대학",
    "경영대학",
    "College of Liberal Arts and International Studies with a very long name",
]
NOTES = ["担当: 髙﨑", "要確認（朴さん）", "", "2019年にメールで連絡済"]


@dataclass(frozen=True)
class Trouble:
    """How many rows of each kind nobody can read: what the file of problems has to tell."""

    places: int = 3  # 三名 in words
    days: int = 2  # 01/04/2022: day or month first?
    unknown: int = 2  # a partner that no register knows


def messy_list(partners: Sequence[str], count: int, *, trouble: Trouble = Trouble()) -> bytes:
    """*count* agreements, every tenth with a second row of its own; after them the rows of *trouble*."""
    to = io.BytesIO()
    with xlsxwriter.Workbook(to) as workbook:
        readme = workbook.add_worksheet("はじめに")
        readme.write_row(0, 0, ["この台帳は国際課が管理しています。"])
        sheet = workbook.add_worksheet("協定一覧")
        centred = workbook.add_format({"align": "center"})
        sheet.merge_range(0, 0, 0, 17, "学生交流協定一覧（2026年度現在）", centred)
        sheet.write(1, 0, "国際課　作成　　※赤字は要更新")
        for column, heading in enumerate(HEADINGS):
            if heading == "有効期間":
                sheet.merge_range(3, column, 3, column + 1, heading, centred)
            elif heading is not None:
                sheet.merge_range(3, column, 4, column, heading, centred)
        for column, heading in enumerate(SECOND):
            if heading:
                sheet.write(4, column, heading)
        row = 5
        for group in _agreements(partners, count):
            first = row
            for cells in group:
                sheet.write_row(row, 0, cells)
                row += 1
            if len(group) > 1:  # the partner once for both rows
                sheet.merge_range(first, 1, row - 1, 1, group[0][1], centred)
        for cells in _trouble(partners, trouble):
            sheet.write_row(row, 0, cells)
            row += 1
        sheet.write_row(row + 1, 0, ["合計", f"{count}校", *[""] * 8, count * 2, count * 2])
    return to.getvalue()


def _agreements(partners: Sequence[str], count: int) -> Iterator[list[list[object]]]:
    for n in range(count):
        first, last = _days(n)
        is_faculty = n % 4 == 3
        one: list[object] = [
            n + 1,
            partners[n % len(partners)],
            f"交-{n + 1:04}",
            "部局間協定" if is_faculty else "大学間協定",
            FACULTIES[n % len(FACULTIES)] if is_faculty else "",
            PARTNER_FACULTIES[n % len(PARTNER_FACULTIES)] if is_faculty else "",
            _signed(n),
            first,
            last,
            "有" if n % 3 == 0 else "無",
            *_places(n),
            LEVELS[n % len(LEVELS)],
            FIELDS[n % len(FIELDS)],
            GPA[n % len(GPA)],
            LANGUAGE[n % len(LANGUAGE)],
            TUITION[n % len(TUITION)],
            NOTES[n % len(NOTES)],
        ]
        group = [one]
        if n % 10 == 9:  # a second condition, for the graduate school
            group.append([*one[:10], 1, 1, "大学院" if n % 20 == 9 else "博士", "0511", *one[14:]])
        yield group


def _signed(n: int) -> str:
    """The date of the last signature, in 2018 or 2019, in one of the ways that people have."""
    month, day = n % 12 + 1, n % 27 + 1
    return [
        f"平成30年{month}月{day}日",
        f"2018.{month}.{day}",
        f"２０１８年{month}月{day}日",
        f"2018-{month:02}-{day:02}",
        f"H30.{month}.{day}",
        f"2018년 {month}월 {day}일",
    ][n % 6]


def _days(n: int) -> tuple[str, str]:
    """From April 2019 for ten years, or without an end."""
    first = ["2019.4.1", "平成31年4月1日", "2019年4月", "1 April 2019", "2019/04/01"][n % 5]
    last = ["2029.3.31", "令和11年3月31日", "2029年3月", "期限なし", "無期限", "自動更新", ""][n % 7]
    return first, last


def _places(n: int) -> tuple[object, object]:
    return [
        (2, 2),
        ("３名", "3名"),
        ("各2名", ""),
        (3.0, 1),
        ("2名（授業料不徴収）", 2),
        ("若干名", "若干名"),
    ][n % 6]


def _trouble(partners: Sequence[str], trouble: Trouble) -> Iterator[list[object]]:
    empty = [""] * 6
    for n in range(trouble.places):
        yield [
            f"p{n}",
            partners[0],
            f"問-{n:03}",
            "大学間協定",
            "",
            "",
            "2018.4.1",
            "2019.4.1",
            "2029.3.31",
            "無",
            "三名",
            2,
            *empty,
        ]
    for n in range(trouble.days):
        yield [
            f"d{n}",
            partners[0],
            f"日-{n:03}",
            "大学間協定",
            "",
            "",
            "01/04/2018",
            "2019.4.1",
            "2029.3.31",
            "無",
            2,
            2,
            *empty,
        ]
    for n in range(trouble.unknown):
        yield [
            f"u{n}",
            "월드브릿지 국제교류대학교",
            f"不-{n:03}",
            "大学間協定",
            "",
            "",
            "2018.4.1",
            "2019.4.1",
            "2029.3.31",
            "無",
            2,
            2,
            *empty,
        ]
