"""What offices write above columns that sheets of several kinds have."""

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
