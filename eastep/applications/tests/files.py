"""Sheets of places and applicants as a file, written as an office would."""

import io
from collections.abc import Sequence

from eastep.core.sheets import SheetOut, write_xlsx

PLACE_HEADINGS = ["派遣元大学", "受入大学", "分野", "課程", "開始学期", "期間", "人数", "最低GPA", "語学要件"]
PLACES: list[list[object]] = [
    ["早稲田大学", "延世大学校", "", "学部", "2027年度前期", "1学期", 1, "2.5/4.0", "TOPIK 4"],
    ["早稲田", "고려대학교", "03", "", "2027-spring", "1年間", 2, "", ""],
]
APPLICANT_HEADINGS = [
    *("受付番号", "氏名", "所属大学", "分野", "課程", "GPA", "語学成績", "総合点"),
    *(
        "第1志望 受入大学",
        "第1志望 開始学期",
        "第1志望 期間",
        "第2志望 受入大学",
        "第2志望 開始学期",
        "第2志望 期間",
    ),
]
CHOICES = ["延世大学校", "2027年度前期", "1学期", "高麗大学校", "2027年度前期", "1年"]
APPLICANTS: list[list[object]] = [
    ["A-001", "髙﨑 花", "早稲田大学", "0311", "学部", "3.2/4.0", "TOPIK 4 2026-04-12", 80, *CHOICES],
    ["A-002", "ﾀﾅｶ ﾀﾛｳ", "Waseda", "0311", "学部", "3.0/4.0", "TOPIK 5 2026-04-12", "９０", *CHOICES],
    ["A-003", "Nguyễn Thị Minh Khai", "早大", "0311", "学部", "2.0/4.0", "", 70.5, *CHOICES[:3], "", "", ""],
]


def workbook(headings: Sequence[str], rows: Sequence[Sequence[object]], name: str = "Sheet1") -> bytes:
    to = io.BytesIO()
    write_xlsx([SheetOut(name=name, headings=headings, rows=rows)], to)  # type: ignore[arg-type]
    return to.getvalue()


def places(rows: Sequence[Sequence[object]] = PLACES) -> tuple[str, bytes]:
    return "places.xlsx", workbook(PLACE_HEADINGS, rows)


def applicants(rows: Sequence[Sequence[object]] = APPLICANTS) -> tuple[str, bytes]:
    return "applicants.xlsx", workbook(APPLICANT_HEADINGS, rows)
