"""The words of the two sheets: what offices write above the columns, and for the two lengths of a stay.

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
CHOICE_HOST = (
    "Choice {n}: host",
    "Choice {n} host institution",
    "Choice {n}",
    "第{n}志望 受入大学",
    "第{n}志望",
    "{n}지망 수학교",
    "{n}지망",
)
CHOICE_START = ("Choice {n}: start term", "Choice {n} start", "第{n}志望 開始学期", "{n}지망 시작 학기")
CHOICE_LENGTH = ("Choice {n}: length", "Choice {n} duration", "第{n}志望 期間", "{n}지망 기간")
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
