"""What two offices of the demo keep: their own lists, as they grew, and not as EASTEP would have asked for them.

Waseda writes one row an applicant with five choices side by side; its language results are a list of their own.
Yonsei writes one row a choice. Neither writes its own name into every row.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from eastep.applications.eligibility import Applicant, Place
from eastep.core.sheets import SheetOut, write_xlsx
from eastep.core.sheets.write import CellOut
from eastep.institutions.register import Register
from eastep.website.demonstration.people import WASEDA, YONSEI
from eastep.website.demonstration.programme import Programme
from eastep.website.demonstration.words import JA, KO, Words

type Rows = list[list[CellOut]]

MOST = 5  # choices that Waseda's form has room for
WASEDA_PLACES, WASEDA_APPLICANTS = "waseda-派遣枠2027.xlsx", "waseda-応募者2027.xlsx"
WASEDA_NEWER, WASEDA_LANGUAGES = "waseda-応募者2027-訂正版.xlsx", "waseda-語学成績.csv"
YONSEI_PLACES, YONSEI_APPLICANTS = "yonsei-파견정원2027.xlsx", "yonsei-지원자2027.xlsx"
FILES = 6


def office_files(programme: Programme) -> Iterator[tuple[str, bytes]]:
    """Each file with its name. The newer list of Waseda's applicants has two corrections, one new row and two errors."""
    places, applicants = _of(programme, WASEDA)
    yield WASEDA_PLACES, _waseda_places(places)
    yield WASEDA_APPLICANTS, _waseda_applicants(_waseda_rows(applicants[:-1]))
    yield WASEDA_NEWER, _waseda_applicants(_corrected(_waseda_rows(applicants)))
    yield WASEDA_LANGUAGES, _waseda_languages(applicants)
    places, applicants = _of(programme, YONSEI)
    yield YONSEI_PLACES, _yonsei_places(places)
    yield YONSEI_APPLICANTS, _yonsei_applicants(applicants)


def _of(programme: Programme, home: str) -> tuple[list[Place], list[Applicant]]:
    return (
        [place for place in programme.places if place.home == home],
        [one for one in programme.applicants if one.home == home],
    )


def _short(key: str, words: Words) -> str:
    """A university as people call it: 延世大, 와세다대."""
    name = Register.shipped().by_key[key].name(words.language)
    for ending, short in (("大学校", "大"), ("大学", "大"), ("대학교", "대"), ("대학", "대")):
        if name.endswith(ending):
            return name.removesuffix(ending).strip() + short
    return name


# Waseda


def _waseda_places(places: list[Place]) -> bytes:
    headings = ["協定校", "派遣時期", "期間", "枠", "対象課程", "対象分野", "GPA条件", "語学条件"]
    rows: Rows = [
        [
            *(_short(place.host, JA), JA.season(place.start), JA.lengths[place.length], place.places),
            *(JA.level_of(place.levels), "; ".join(place.fields) or None),
            f"{place.minimum_gpa.value}/{place.minimum_gpa.scale}" if place.minimum_gpa else "なし",
            JA.requirement(place.language) or None,
        ]
        for place in places
    ]
    total: list[CellOut] = ["合計", None, None, sum(place.places for place in places)]
    notes: Rows = [["1年間の枠は、各学期の枠に含まれます。"], ["数字は10月1日現在のものです。"]]
    return _xlsx(
        SheetOut(name="注意事項", headings=["2027年度 交換留学"], rows=notes),
        SheetOut(
            name="派遣枠",
            headings=["2027年度 交換留学 派遣枠一覧（学内限）"],
            rows=[["国際課　2026年10月1日現在"], [], [*headings], *rows, total],
        ),
    )


def _waseda_rows(applicants: list[Applicant]) -> Rows:
    return [_waseda_row(one) for one in applicants]


def _waseda_row(one: Applicant) -> list[CellOut]:
    family, _space, given = one.name.partition(" ")
    row: list[CellOut] = [one.id, family, given or None, JA.levels[one.level], one.field]
    row += [one.gpa.value if one.gpa else None, one.score]
    for choice in one.choices[:MOST]:
        row += [_short(choice.host, JA), JA.season(choice.start), JA.lengths[choice.length]]
    return row


def _corrected(rows: Rows) -> Rows:
    """The list a week later: two scores and a choice corrected, one applicant more, and what went wrong by hand."""
    score, host, start = 6, 7, 8
    rows[1][score] = 84
    rows[3][score] = 75.5
    rows[3][host] = "高麗大"
    rows[5][score] = "八十"
    rows[7][start] = "来年春"
    rows[9][host] = "ヨンゼ大"
    return rows


def _waseda_applicants(rows: Rows) -> bytes:
    headings = ["学籍番号", "姓", "名", "課程", "専攻（ISCED）", "累積GPA", "選考点"]
    for n in range(1, MOST + 1):
        headings += [f"第{n}志望", f"第{n}志望 時期", f"第{n}志望 期間"]
    return _xlsx(
        SheetOut(
            name="応募者",
            headings=["2027年度 交換留学（韓国） 応募者一覧"],
            rows=[["GPAは4.0点満点"], [], [*headings], *rows, ["合計", f"{len(rows)}名"]],
        )
    )


def _waseda_languages(applicants: list[Applicant]) -> bytes:
    """One row a result, written by an old program: CP932."""
    rows: list[list[object]] = [["学籍番号", "試験", "級・点", "取得日"]]
    for one in applicants:
        for result in one.languages:
            test, _space, value = JA.results((replace(result, taken_on=None),)).partition(" ")
            rows.append([one.id, test, value, result.taken_on.isoformat() if result.taken_on else ""])
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows(rows)
    return file.getvalue().encode("cp932")


# Yonsei


def _yonsei_places(places: list[Place]) -> bytes:
    headings = ["협정교", "파견학기", "기간", "TO", "과정", "전공 분야", "최소 평점", "어학 기준"]
    rows: Rows = [
        [
            *(_short(place.host, KO), KO.season(place.start), KO.lengths[place.length], place.places),
            *(KO.level_of(place.levels), "; ".join(place.fields) or None),
            f"{place.minimum_gpa.value}/{place.minimum_gpa.scale}" if place.minimum_gpa else None,
            KO.requirement(place.language) or None,
        ]
        for place in places
    ]
    return _xlsx(
        SheetOut(
            name="일본",
            headings=["2027학년도 교환학생 파견 정원 (일본)"],
            rows=[
                ["국제처 국제교류팀"],
                [*headings],
                *rows,
                ["합계", None, None, sum(p.places for p in places)],
            ],
        )
    )


def _yonsei_applicants(applicants: list[Applicant]) -> bytes:
    """One row a choice; the person's own columns are repeated, as a database writes them out."""
    headings = [
        *("학번", "성명", "과정", "전공(ISCED)", "평점평균", "만점", "공인 어학 성적", "총점"),
        *("지망", "희망 대학", "파견학기", "기간"),
    ]
    rows: Rows = [
        [
            *(one.id, one.name, KO.levels[one.level], one.field),
            *((one.gpa.value, one.gpa.scale) if one.gpa else (None, None)),
            *(KO.results(one.languages) or None, one.score, n),
            *(_short(choice.host, KO), KO.season(choice.start), KO.lengths[choice.length]),
        ]
        for one in applicants
        for n, choice in enumerate(one.choices, 1)
    ]
    rows[4][9] = "오사까대"
    rows[11][7] = "구십"
    rows[30][10] = "내년 봄"
    guide: Rows = [["지망은 학생마다 한 줄에 하나씩 적습니다."], ["성적은 2026년 2학기까지입니다."]]
    return _xlsx(
        SheetOut(name="안내", headings=["2027학년도 교환학생 선발"], rows=guide),
        SheetOut(name="지원자", headings=headings, rows=rows),
    )


def _xlsx(*sheets: SheetOut) -> bytes:
    file = io.BytesIO()
    write_xlsx(sheets, file)
    return file.getvalue()
