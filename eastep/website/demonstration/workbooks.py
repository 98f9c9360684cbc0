"""The demo's sheets as files: the same programme as offices in three languages would write it."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import normalize

from django.utils.translation import gettext as _

import eastep
from eastep.applications.eligibility import Applicant, Place
from eastep.core.sheets import SheetOut, write_csv, write_xlsx
from eastep.core.sheets.write import CellOut
from eastep.institutions.register import Register
from eastep.standards.facts import Standards
from eastep.standards.gpa import Gpa
from eastep.website.demonstration.offices import FILES as OFFICE_FILES
from eastep.website.demonstration.offices import office_files
from eastep.website.demonstration.programme import Programme, make_programme
from eastep.website.demonstration.words import JA, WORDS, Words

type Rows = list[list[CellOut]]
type Progress = Callable[..., AbstractContextManager[Any]]  # as click.progressbar

FILES = 9 + OFFICE_FILES
MADE_FROM = (
    *("website/demonstration/*", "applications/eligibility.py", "core/sheets/write.py"),
    *("institutions/*.py", "institutions/shipped/*", "standards/*.py", "standards/shipped/*"),
)

HALF_WIDTH = {normalize("NFKC", chr(kana)): chr(kana) for kana in range(0xFF61, 0xFFA0)}


def make_files(programme: Programme) -> Iterator[tuple[str, bytes]]:
    """Each file with its name: a pair a language, one as CSV, one with errors for the shell, and what two offices keep.

    Names in Hangul do not exist in CP932, so only the places are written in it.
    """
    for words in WORDS:
        yield (
            f"places-{words.language}.xlsx",
            _xlsx(words.places, words.place_headings, place_rows(programme, words)),
        )
        yield (
            f"applicants-{words.language}.xlsx",
            _xlsx(words.applicants, applicant_headings(programme, words), applicant_rows(programme, words)),
        )
    yield "places-ja-cp932.csv", _csv_in_cp932([list(JA.place_headings), *place_rows(programme, JA)])
    yield "applicants-ja.csv", _csv(applicant_headings(programme, JA), applicant_rows(programme, JA))
    yield "applicants-with-errors-ja.xlsx", _xlsx(JA.applicants, *rows_with_errors(programme))
    yield from office_files(programme)


def write_files(folder: Path, progress: Progress) -> None:
    """Write the files into *folder*; what is there already with the same bytes is not touched.

    A stamp beside them says from which code they were made and what they held: the second time is quick.
    """
    stamp = folder / ".made"
    if stamp.exists() and stamp.read_text() == _made(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with progress(length=FILES, label=_("Writing the sheets")) as bar:
        for name, content in make_files(make_programme()):
            file = folder / name
            if not file.exists() or file.read_bytes() != content:
                file.write_bytes(content)
            bar.update(1)
    stamp.write_text(_made(folder))


def _made(folder: Path) -> str:
    """A hash of the code and data that the files are made from, and of the files."""
    made = sha256()
    package = Path(eastep.__file__).parent
    code = [path for pattern in MADE_FROM for path in package.glob(pattern) if path.is_file()]
    for path in sorted([*code, *folder.glob("*-*.*")]):
        made.update(path.read_bytes())
    return made.hexdigest()


def place_rows(programme: Programme, words: Words) -> Rows:
    return [_place(place, words) for place in programme.places]


def _place(place: Place, words: Words) -> list[CellOut]:
    return [
        *(_university(place.home, words), _university(place.host, words), _fields(place.fields, words)),
        *(words.level_of(place.levels), words.season(place.start), words.lengths[place.length], place.places),
        *_gpa(place.minimum_gpa, words),
        words.requirement(place.language),
    ]


def applicant_headings(programme: Programme, words: Words) -> list[str]:
    most = max(len(applicant.choices) for applicant in programme.applicants)
    numbered = [heading.format(n=n) for n in range(1, most + 1) for heading in words.choice_headings]
    return [*words.applicant_headings, *numbered]


def applicant_rows(programme: Programme, words: Words) -> Rows:
    """One row an applicant. One person in the Japanese sheet was typed in half-width kana."""
    rows = [_applicant(applicant, words) for applicant in programme.applicants]
    if words is JA:
        row = next(row for row in rows if set(normalize("NFD", f"{row[1]}")) <= {*HALF_WIDTH})
        home = Register.shipped().resolve(f"{row[2]}").university
        row[1:3] = [half_width(f"{row[1]}"), half_width(home.reading if home else "")]
    return rows


def _applicant(applicant: Applicant, words: Words) -> list[CellOut]:
    row: list[CellOut] = [
        *(
            applicant.id,
            applicant.name,
            _university(applicant.home, words),
            _fields((applicant.field,), words),
        ),
        *(words.levels[applicant.level], *_gpa(applicant.gpa, words), words.results(applicant.languages)),
        applicant.score,
    ]
    for choice in applicant.choices:
        row += [_university(choice.host, words), words.season(choice.start), words.lengths[choice.length]]
    return row


def _university(key: str, words: Words) -> str:
    return Register.shipped().by_key[key].name(words.language)


@cache
def _fields(codes: tuple[str, ...], words: Words) -> str:
    names = {field.code: field.label for field in Standards.shipped().fields if field.code in codes}
    return "; ".join(f"{code} {names[code].in_language(words.language)}" for code in codes)


def _gpa(gpa: Gpa | None, words: Words) -> tuple[CellOut, CellOut]:
    return (gpa.value, words.scale.format(scale=gpa.scale)) if gpa else (None, None)


def half_width(text: str) -> str:
    """Kana in half width, the voiced sound mark a sign of its own.

    >>> half_width("わせだ・ガ")
    'ﾜｾﾀﾞ･ｶﾞ'
    """
    katakana = "".join(chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ゖ" else sign for sign in text)
    return "".join(HALF_WIDTH.get(sign, sign) for sign in normalize("NFD", katakana))


def rows_with_errors(programme: Programme) -> tuple[list[str], Rows]:
    """What a sheet looks like that grew in an office. The tutorial mends it; the test lists what is found.

    The headings stand in row 4; the row of the n-th applicant is n + 4.
    """
    headings = applicant_headings(programme, JA)
    rows = [_applicant(applicant, JA) for applicant in programme.applicants[:30]]
    number, gpa, languages, score, host, start = 0, 5, 7, 8, 9, 10  # columns
    rows[2][score] = "８７．５"  # full width: read without a word
    rows[4][score] = "八十"
    rows[7][host] = "延世大"  # a short name: read
    rows[9][host] = "ヨンゼ大学"
    rows[12][host] = "中大"  # 中央大学 or 中央大学校
    rows[15][number] = rows[14][number]
    rows[18][gpa] = 4.5 if rows[18][6] == "4.0点満点" else 120
    rows[21][start] = None
    rows[24][languages] = "韓国語能力試験 7級"
    rows[27][languages] = "TOEIC 800点（2026年2月30日）"
    total: list[CellOut] = ["合計", f"{len(rows)}名"]
    return ["2027年度 日韓交換留学 志願者名簿"], [["作成：国際課"], [], list(headings), *rows, total]


# Files


def _xlsx(name: str, headings: list[str] | tuple[str, ...], rows: Rows) -> bytes:
    file = io.BytesIO()
    write_xlsx([SheetOut(name=name, headings=headings, rows=rows)], file)
    return file.getvalue()


def _csv(headings: list[str], rows: Rows) -> bytes:
    file = io.BytesIO()
    write_csv(headings, rows, file)
    return file.getvalue()


def _csv_in_cp932(rows: Rows) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows(rows)
    return file.getvalue().encode("cp932")
