"""What stands in the cells of the office's own sheets: numbers of places, months, terms, levels, kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from eastep.agreements.states import Level, Mobility
from eastep.core.sheets import Cell
from eastep.core.text import Text
from eastep.imports import Unreadable
from eastep.imports.cells import one_of, plain_text, read_text, refuse_long
from eastep.imports.numerals import number_in_words
from eastep.standards.cells import Unreadable as NotStandard
from eastep.standards.cells import says_nothing, squeezed
from eastep.standards.facts import Standards
from eastep.standards.levels import SEVERAL, parse_level

NOT_PLACES = _("“{value}” is not a number of places a year. Write it in digits, such as 3.")
NOT_MONTHS = _("“{value}” is not a number of months. Write it in digits, such as 6.")
NOT_TERMS = _("“{value}” does not say in which terms. Write spring, autumn, or both.")
NOT_A_LEVEL = _("“{value}” is not a level of study. Write 学部, 修士 or 博士, or 6, 7 or 8.")

MOST_PLACES = 10_000
MOST_MONTHS = 120
_BRACKETS = re.compile(r"[(\[（【]\s*([^()\[\]（）【】]*)\s*[)\]）】]")
_PLACES = re.compile(
    r"(?P<each>各|각각|각|each\s*|双方|相互に?|最大)?\s*(?:年間?|연간?|매년)?\s*(?P<each2>各|각)?\s*(?P<number>\d{1,5})\s*"
    r"(?:名|人|명|인|students?|persons?|places?)?\s*(?:ずつ|씩|/\s*年|/\s*년|a year|per year|まで|以内|이내)?\s*(?P<each3>each|ずつ|씩)?",
    re.IGNORECASE,
)
_OPEN = frozenset(
    map(
        squeezed,
        [
            "若干名",
            "若干",
            "약간명",
            "약간 명",
            "a few",
            "some",
            "未定",
            "미정",
            "tbd",
            "協議",
            "협의",
            "都度協議",
            "제한없음",
            "制限なし",
        ],
    )
)


@dataclass(frozen=True)
class Places:
    """How many a year; None: not yet defined. *each*: in both directions. *note* is what stood in brackets."""

    number: int | None
    each: bool = False
    note: str = ""


def read_places(cell: Cell) -> Places:
    """3, 3名, 各3名, 3名（授業料不徴収）; 若干名 is not yet defined."""
    refuse_long(cell)
    if (
        isinstance(cell, int | float)
        and not isinstance(cell, bool)
        and cell == int(cell)
        and 0 <= cell <= MOST_PLACES
    ):
        return Places(int(cell))
    if not isinstance(cell, str):
        raise Unreadable("not_places", wording=NOT_PLACES)
    text = plain_text(cell)
    notes = [note for note in _BRACKETS.findall(text) if note]
    bare = _BRACKETS.sub("", text).strip()
    note = "; ".join(notes)
    if squeezed(bare) in _OPEN:
        return Places(None, note=note)
    if found := _PLACES.fullmatch(bare):
        if any(
            re.search(r"\d", one) for one in notes
        ):  # 5名（学部3、大学院2）: how many of what is not one number
            raise Unreadable("not_places", wording=NOT_PLACES)
        is_each = (
            any(found[name] and found[name] != "最大" for name in ("each", "each2", "each3"))
            or "ずつ" in bare
            or "씩" in bare
        )
        return Places(int(found["number"]), each=is_each, note=note)
    if (number := number_in_words(bare)) is not None:
        raise Unreadable("numeral", number=number)
    raise Unreadable("not_places", wording=NOT_PLACES)


def read_months(cell: Cell) -> str:
    """How long, as a number of months: 6, 6ヶ月, half a year, 1年以内."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _months(str(cell))
    text = squeezed(read_text(cell)) if "." not in str(cell) else plain_text(str(cell))
    text = re.sub(
        r"^(?:最大|最長|最高|최대|upto|max(?:imum)?)|(?:以内|以下|まで|이내|이하|前まで|までに|前|전|notice)$",
        "",
        text,
    )
    if text in ("半年", "반년", "半年間", "6か月", "halfayear"):
        return "6"
    if found := re.fullmatch(r"(\d{1,2}(?:\.\d+)?)\s*(?:年間?|년간?|years?)", text):
        return _months(str(Decimal(found[1]) * 12))
    if found := re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*(?:[ヶヵかケカ箇]月間?|月|개월간?|달|months?)?", text):
        return _months(found[1])
    raise Unreadable("not_months", wording=NOT_MONTHS)


def _months(written: str) -> str:
    try:
        number = Decimal(written)
    except InvalidOperation:
        number = Decimal(0)
    if not 0 < number <= MOST_MONTHS:
        raise Unreadable("not_months", wording=NOT_MONTHS)
    return f"{number.normalize():f}"


def whole_months(cell: Cell) -> int:
    """A period of notice."""
    months = read_months(cell)
    if not months.isdecimal() or int(months) > 60:
        raise Unreadable("not_months", wording=NOT_MONTHS)
    return int(months)


def read_terms(cell: Cell) -> tuple[str, ...]:
    """In which halves of the year: spring, autumn, or both."""
    text = read_text(cell).casefold()
    if says_nothing(text) or re.search(
        r"通年|両|both|年2回|every|all|모두|전체|연중|양|いつでも|各学期", text
    ):
        return ("spring", "autumn")
    halves = []
    if re.search(r"spring|春|前期|봄|전기|第?1学期|1학기|march|april|3月|4月|3월|4월", text):
        halves.append("spring")
    if re.search(r"autumn|fall|秋|後期|가을|후기|第?2学期|2학기|sept|october|9月|10月|9월|10월", text):
        halves.append("autumn")
    if not halves:
        raise Unreadable("not_terms", wording=NOT_TERMS)
    return tuple(halves)


def levels(standards: Standards) -> Any:
    """Levels of study; 大学院, 대학원 and graduate are master and doctorate."""

    def read(cell: Cell) -> tuple[int, ...]:
        text = read_text(cell)
        if says_nothing(text) or re.fullmatch(
            r"(?i)all(?: levels)?|全課程|全学年|全て|すべて|전체|전 ?과정", text
        ):
            return ()
        found: dict[int, None] = {}
        for part in re.split(r"[;,/、・，及と&+]|および|및|and", text):
            if not squeezed(part):
                continue
            if squeezed(part) in SEVERAL or squeezed(part) in ("院", "院生"):
                found |= {7: None, 8: None}
                continue
            try:
                found[parse_level(part, standards)] = None
            except NotStandard as error:
                raise Unreadable("not_a_level", wording=NOT_A_LEVEL) from error
        return tuple(found)

    return read


read_direction = one_of(
    {
        "out": ("out", "outgoing", "outbound", "send", "派遣", "送り出し", "파견", "아웃바운드"),
        "in": ("in", "incoming", "inbound", "receive", "受入", "受け入れ", "受入れ", "수용", "초청", "인바운드", "유치"),
        "both": ("both", "mutual", "each way", "双方", "相互", "派遣・受入", "派遣受入", "両方", "상호", "양방향", "파견/수용", "파견·초청", "쌍방"),
    }
)  # fmt: skip
read_kind = one_of(
    {
        Level.UNIVERSITY: ("university", "between universities", "university level", "university-wide", "institutional", "大学間", "大学間協定", "全学", "全学協定", "대학간", "대학 간", "대학 간 협정", "대학교간", "본부", "전교"),
        Level.FACULTY: ("faculty", "between faculties", "faculty level", "departmental", "部局間", "部局間協定", "学部間", "学部間協定", "研究科間", "단과대학간", "단과대학 간", "단과대학 간 협정", "단과대학", "학과간", "학부간", "학부 간 협정", "부서간"),
        Level.MEMORANDUM: ("memorandum", "mou", "memorandum of understanding", "覚書", "양해각서", "각서", "mou(覚書)"),
    }
)  # fmt: skip
read_mobility = one_of(
    {
        Mobility.STUDY: ("study", "student", "students", "student exchange", "exchange", "交換留学", "学生交流", "学生交換", "留学", "学生", "교환학생", "학생 교류", "학생교환", "학생"),
        Mobility.TRAINEESHIP: ("traineeship", "internship", "インターンシップ", "インターン", "인턴십", "현장실습", "인턴"),
        Mobility.TEACHING: ("teaching", "teaching staff", "faculty exchange", "教員交流", "教員", "研究者交流", "교수 교류", "교원 교류", "교원"),
        Mobility.TRAINING: ("training", "staff training", "staff", "職員交流", "職員研修", "職員", "직원 연수", "직원 교류", "직원"),
        Mobility.SPORT: ("sport", "sports", "スポーツ", "スポーツ交流", "스포츠", "체육", "체육 교류"),
    }
)  # fmt: skip
read_language_is = one_of(
    {
        "required": ("required", "必須", "要", "必要", "필수", "의무"),
        "recommended": ("recommended", "推奨", "望ましい", "권장", "추천", "우대"),
    }
)


def in_its_language(text: str) -> Text:
    """*text* in the language of its script."""
    if re.search("[가-힣ㄱ-ㅎ]", text):
        return Text(ko=text)
    if re.search("[ぁ-ヿ一-鿿豈-﫿々〆]", text):
        return Text(ja=text)
    return Text(en=text)
