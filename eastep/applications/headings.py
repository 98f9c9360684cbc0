"""The words of the sheets: what offices write above the columns, and for the two lengths of a stay.

Compared without case, width, spaces and punctuation; ``{n}`` is the number of a choice.
"""

HOME = (
    "Home institution",
    "Home",
    "Home university",
    "派遣元大学",
    "所属大学",
    "在籍大学",
    "파견교",
    "소속 대학",
    "소속대학교",
)
HOST = (
    "Host institution",
    "Host",
    "Host university",
    "受入大学",
    "派遣先大学",
    "派遣先",
    "수학교",
    "파견 대학",
    "파견대학교",
)
FIELD = (
    "Field",
    "Field (ISCED-F)",
    "ISCED-F",
    "分野",
    "専攻分野",
    "学問分野",
    "전공 분야",
    "전공계열",
    "분야",
    "分野 ISCED-F",
    "분야 ISCED-F",
)
LEVEL = ("Level", "Level (EQF)", "EQF", "課程", "課程 (EQF)", "과정", "과정 (EQF)", "학위 과정")
START = (
    "Start term",
    "Start",
    "Term",
    "学期",
    "학기",
    "開始学期",
    "留学開始学期",
    "派遣学期",
    "시작 학기",
    "파견 학기",
    "수학 시작 학기",
)
LENGTH = ("Length", "Duration", "期間", "留学期間", "기간", "수학 기간", "파견 기간")
PLACES = (
    "Places",
    "Seats",
    "Number of places",
    "人数",
    "募集人数",
    "派遣枠",
    "定員",
    "인원",
    "모집 인원",
    "선발 인원",
    "정원",
    "파견 정원",
)
CARRIED = (
    "Carried over",
    "Carried over from earlier years",
    "Places carried over",
    "Carry-over",
    "Carryover",
    "繰越枠",
    "繰越",
    "繰り越し",
    "繰越人数",
    "前年度繰越",
    "前年度からの繰越",
    "過年度繰越",
    "이월 정원",
    "이월",
    "이월 인원",
    "전년도 이월",
    "전년도 이월 인원",
    "이월분",
)
MINIMUM_GPA = (
    "Minimum GPA",
    "GPA minimum",
    "Min GPA",
    "最低GPA",
    "GPA基準",
    "최소 평점",
    "최저 GPA",
    "평점 기준",
)
SCALE = ("GPA scale", "Scale", "GPA満点", "GPAの満点", "GPA 만점", "평점 만점", "만점")
REQUIREMENT = ("Language requirement", "Language", "語学要件", "語学基準", "어학 요건", "어학 기준")
ID = (
    "Applicant number",
    "Applicant ID",
    "ID",
    "受付番号",
    "志願者番号",
    "学籍番号",
    "접수번호",
    "지원자 번호",
    "학번",
)
NAME = ("Name", "Full name", "氏名", "名前", "성명", "이름")
GPA = ("GPA", "Grade point average", "評点平均", "성적", "평점", "평점 평균")
RESULTS = ("Language results", "Language tests", "語学成績", "語学スコア", "어학 성적", "공인 어학 성적")
SCORE = ("Score", "Total score", "総合点", "選考点", "得点", "총점", "선발 점수", "종합 점수")
FAMILY = ("Family name", "Last name", "Surname", "姓", "氏", "성")
GIVEN = ("Given name", "First name", "名", "이름")  # beside a family name; 이름 alone is the whole name
LETTERS = (
    "Language of letters",
    "Correspondence language",
    "連絡言語",
    "通知の言語",
    "通知言語",
    "連絡に使う言語",
    "연락 언어",
    "안내 언어",
    "통지 언어",
)
RANK = (
    "Choice number",
    "Number of the choice",
    "Choice",
    "Rank",
    "Preference",
    "志望順位",
    "志望順",
    "希望順位",
    "志望番号",
    "지망 순위",
    "지망 번호",
    "지망",
    "희망 순위",
)
WISH = (
    *HOST,
    "Host of the choice",
    "志望大学",
    "志望先",
    "志望校",
    "希望大学",
    "希望先",
    "지망 대학",
    "지망교",
    "희망 대학",
)
TEST = (
    "Language test",
    "Test",
    "Test name",
    "語学試験",
    "試験",
    "試験名",
    "試験の種類",
    "어학 시험",
    "시험",
    "시험명",
    "시험 종류",
    "어학 시험명",
)
TEST_VALUE = (
    "Score or level",
    "Score",
    "Level",
    "Result",
    "Test score",
    "スコア・級",
    "級・点",
    "級・点数",
    "スコア",
    "点数",
    "得点",
    "級",
    "レベル",
    "結果",
    "スコアまたは級",
    "점수 또는 급수",
    "점수",
    "성적",
    "급수",
    "등급",
    "결과",
)
TEST_DATE = (
    "Date of the test",
    "Date",
    "Test date",
    "受験日",
    "試験日",
    "取得日",
    "発表日",
    "시험일",
    "응시일",
    "취득일",
    "발표일",
)
CHOICE_HOST = (
    "Choice {n}: host",
    "Choice {n} host institution",
    "Choice {n}",
    "第{n}志望 受入大学",
    "第{n}志望",
    "第{n}志望 大学",
    "第{n}志望 大学名",
    "第{n}志望校",
    "第{n}希望",
    "第{n}希望 大学",
    "{n}지망 수학교",
    "{n}지망",
    "{n}지망 대학",
    "{n}지망 대학교",
    "제{n}지망",
    "Choice {n} host",
    "Choice {n} university",
)
CHOICE_START = (
    "Choice {n}: start term",
    "Choice {n} start",
    "Choice {n} term",
    "第{n}志望 開始学期",
    "第{n}志望 学期",
    "第{n}志望 留学開始学期",
    "第{n}希望 学期",
    "{n}지망 시작 학기",
    "{n}지망 학기",
    "{n}지망 파견 학기",
)
CHOICE_LENGTH = (
    "Choice {n}: length",
    "Choice {n} duration",
    "第{n}志望 期間",
    "第{n}志望 留学期間",
    "第{n}希望 期間",
    "{n}지망 기간",
    "{n}지망 파견 기간",
)
RANK_WORDS = (
    "{n}",
    "第{n}志望",
    "第{n}希望",
    "第{n}",
    "{n}位",
    "第{n}位",
    "{n}志望",
    "{n}지망",
    "제{n}지망",
    "{n}순위",
    "Choice {n}",
)
LANGUAGE_WORDS = {
    "en": ("English", "en", "英語", "영어", "eng"),
    "ja": ("Japanese", "ja", "日本語", "일본어", "jp", "jpn"),
    "ko": ("Korean", "ko", "韓国語", "한국어", "kr", "kor", "朝鮮語", "국문"),
}
TERM_WORDS = (
    "term",
    "one term",
    "1 term",
    "semester",
    "one semester",
    "1学期",
    "一学期",
    "半年",
    "1학기",
    "한 학기",
)
YEAR_WORDS = (
    "year",
    "academic year",
    "one year",
    "1 year",
    "1年",
    "一年",
    "1年間",
    "通年",
    "1년",
    "일년",
    "학년",
)
