"""How an office writes the values of its sheets, in three languages. The readers must know every word."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from eastep.institutions.seasons import Season
from eastep.standards.languages import LanguageRequirement, LanguageResult


@dataclass(frozen=True, kw_only=True, eq=False)
class Words:
    language: str
    places: str  # name of the sheet
    applicants: str
    place_headings: tuple[str, ...]
    applicant_headings: tuple[str, ...]
    choice_headings: tuple[str, ...]  # with {n}
    levels: Mapping[int, str]
    between_levels: str
    seasons: Mapping[int, str]  # by half of the year
    lengths: Mapping[str, str]
    scale: str
    tests: Mapping[str, str]  # where the usual name is not the standards' own
    units: Mapping[str, str]  # behind the level or score of a test; "" is for scores
    day: str
    between_results: str
    between_alternatives: str

    def season(self, season: Season) -> str:
        return self.seasons[season.half].format(year=season.year)

    def level_of(self, levels: tuple[int, ...]) -> str:
        return self.between_levels.join(self.levels[level] for level in levels)

    def results(self, results: tuple[LanguageResult, ...]) -> str:
        return self.between_results.join(
            self._named(result.test, result.value) + self._on(result.taken_on) for result in results
        )

    def requirement(self, requirement: LanguageRequirement) -> str:
        return self.between_alternatives.join(
            self._named(least.test, least.value) for least in requirement.alternatives
        )

    def _named(self, test: str, value: object) -> str:
        name = self.tests.get(test, test)
        if value == "":
            return name
        unit = self.units.get(test, "" if isinstance(value, str) else self.units.get("", ""))
        written = f"{value}".replace("準", self.tests.get("準", "準"))
        return f"{name} {written}{unit}"

    def _on(self, day: date | None) -> str:
        return self.day.format(day=day) if day else ""


JA = Words(
    language="ja",
    places="派遣枠",
    applicants="志願者",
    place_headings=(
        *("派遣元大学", "受入大学", "分野", "課程", "開始学期", "期間", "募集人数"),
        *("最低GPA", "GPA満点", "語学要件"),
    ),
    applicant_headings=(
        *("志願者番号", "氏名", "所属大学", "専攻分野", "課程", "評点平均", "GPA満点", "語学成績", "総合点"),
    ),
    choice_headings=("第{n}志望 受入大学", "第{n}志望 開始学期", "第{n}志望 期間"),
    levels={6: "学部", 7: "修士課程", 8: "博士課程"},
    between_levels="、",
    seasons={1: "{year}年度前期", 2: "{year}年度後期"},
    lengths={"term": "1学期", "year": "1年"},
    scale="{scale}点満点",
    tests={
        "JLPT": "日本語能力試験",
        "EJU": "日本留学試験（日本語）",
        "TOPIK": "韓国語能力試験",
        "HANGUL": "ハングル能力検定",
        "Teacher's certificate": "教員の推薦書",
        "Native Japanese": "日本語母語話者",
        "Native Korean": "韓国語母語話者",
        "CEFR Japanese": "日本語のCEFR",
        "CEFR Korean": "韓国語のCEFR",
    },
    units={"TOPIK": "級", "HANGUL": "級", "IELTS": "", "": "点"},
    day="（{day.year}年{day.month}月{day.day}日）",
    between_results="、",
    between_alternatives=" または ",
)

KO = Words(
    language="ko",
    places="파견 인원",
    applicants="지원자",
    place_headings=(
        *("파견교", "수학교", "전공 분야", "과정", "시작 학기", "기간", "모집 인원"),
        *("최소 평점", "평점 만점", "어학 요건"),
    ),
    applicant_headings=(
        *("지원자 번호", "성명", "소속 대학", "전공 분야", "과정", "평점", "평점 만점", "어학 성적", "총점"),
    ),
    choice_headings=("{n}지망 수학교", "{n}지망 시작 학기", "{n}지망 기간"),
    levels={6: "학부", 7: "석사과정", 8: "박사과정"},
    between_levels=", ",
    seasons={1: "{year}년 1학기", 2: "{year}년 2학기"},
    lengths={"term": "1학기", "year": "1년"},
    scale="{scale} 만점",
    tests={
        "HANGUL": "한글능력검정",
        "EJU": "일본유학시험 일본어",
        "Teacher's certificate": "교사 추천서",
        "Native Japanese": "일본어 모국어 화자",
        "Native Korean": "한국어 모국어 화자",
        "CEFR Japanese": "일본어 CEFR",
        "CEFR Korean": "한국어 CEFR",
        "準": "준",
    },
    units={"TOPIK": "급", "HANGUL": "급", "IELTS": "", "": "점"},
    day=" ({day:%Y.%m.%d})",
    between_results=", ",
    between_alternatives=" 또는 ",
)

EN = Words(
    language="en",
    places="Places",
    applicants="Applicants",
    place_headings=(
        *(
            "Home institution",
            "Host institution",
            "Field (ISCED-F)",
            "Level",
            "Start term",
            "Length",
            "Places",
        ),
        *("Minimum GPA", "GPA scale", "Language requirement"),
    ),
    applicant_headings=(
        *("Applicant ID", "Name", "Home institution", "Field (ISCED-F)", "Level", "GPA", "GPA scale"),
        *("Language results", "Score"),
    ),
    choice_headings=("Choice {n}: host", "Choice {n}: start term", "Choice {n}: length"),
    levels={6: "Bachelor", 7: "Master", 8: "Doctorate"},
    between_levels="; ",
    seasons={1: "Spring {year}", 2: "Autumn {year}"},
    lengths={"term": "One term", "year": "Academic year"},
    scale="{scale}",
    tests={"EJU": "EJU Japanese", "準": "pre-"},
    units={},
    day=" {day:%Y-%m-%d}",
    between_results="; ",
    between_alternatives=" or ",
)

WORDS = (JA, KO, EN)
