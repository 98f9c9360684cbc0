"""The shipped register: what is in it, what is found, and what is never guessed."""

from collections import Counter

import pytest

from eastep.institutions.register import (
    Register,
    University,
    read_shipped,
    shipped_faculties,
    shipped_sources,
)


@pytest.fixture(scope="module")
def register() -> Register:
    return Register.shipped()


def name_of(register: Register, text: str) -> str:
    """The Japanese (for Korea, Korean) name that *text* resolves to, else the code."""
    resolution = register.resolve(text)
    found = resolution.university
    return resolution.code if found is None else found.name("ja" if found.country == "JP" else "ko")


def test_the_lists_are_whole(register: Register) -> None:
    assert Counter(university.country for university in register.universities) == {"JP": 813, "KR": 199}
    assert len(register.by_key) == 1012
    assert all(university.code and university.name("en") for university in register.universities)


def test_a_domain_belongs_to_one_university(register: Register) -> None:
    domains = Counter(university.domain for university in register.universities if university.domain)
    assert [domain for domain, times in domains.items() if times > 1] == []


def test_only_bare_facts_are_shipped() -> None:
    assert list(read_shipped("universities.csv")[0]) == [
        *("country", "code", "name_ja", "name_ko", "name_en", "city", "domain")
    ]


def test_every_reviewed_row_is_complete(register: Register) -> None:
    rows = read_shipped("reviewed.csv")
    assert len(rows) >= 60
    assert len({(row["country"], row["code"]) for row in rows}) == len(rows)
    for row in rows:
        key = f"{row['country']}:{row['code']}"
        assert key in register.by_key
        assert all(row[column] for column in ("name_ja", "name_ko", "name_en", "reading", "source")), key
        aliases = [row[column] for column in ("aliases_ja", "aliases_ko", "aliases_en")]
        parts = [alias for cell in aliases if cell for alias in cell.split(";")]
        assert parts == [part.strip() for part in parts if part.strip()], key


def test_every_row_has_a_source(register: Register) -> None:
    assert set(shipped_sources()) == set(register.by_key)
    assert all(shipped_sources().values())


def test_readings_are_kana() -> None:
    for row in read_shipped("reviewed.csv"):
        assert all("\u3040" <= letter <= "\u30ff" or letter == " " for letter in row["reading"]), row[
            "reading"
        ]


def test_faculties_belong_to_reviewed_universities(register: Register) -> None:
    faculties = shipped_faculties()
    assert all(register.by_key[key].reviewed for key in faculties)
    assert "政治経済学部" in faculties["JP:F113310103581"]
    assert all(len(set(names)) == len(names) for names in faculties.values())


@pytest.mark.parametrize(
    "text",
    [
        "早稲田",
        "わせだ",
        "Waseda",
        "와세다",
        "早稻田",
        "ﾜｾﾀﾞ",
        "早大",
        "waseda univ",
        "와세다대",
        "와세다대학교",
        "waseda.ac.jp",
    ],
)
def test_waseda_is_found_in_every_script(register: Register, text: str) -> None:
    assert register.search(text)[0].name_ja == "早稲田大学"
    assert name_of(register, text) == "早稲田大学"


def test_korea_univ_has_several_candidates(register: Register) -> None:
    found = [university.name_en for university in register.search("Korea Univ")]
    assert found[0] == "Korea University"
    assert {"Korea University of Technology and Education", "Korea National University of Education"} < set(
        found
    )
    assert [university.name_en for university in register.resolve("Korea Univ").candidates] == [
        "Korea University",
        "Korea University of Technology and Education",
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("東大", "東京大学"),
        ("Tokyo University", "東京大学"),
        ("University of Tokyo", "東京大学"),
        ("東京大", "東京大学"),
        ("도쿄대학교", "東京大学"),
        ("阪大", "大阪大学"),
        ("Osaka University", "大阪大学"),
        ("慶応大", "慶應義塾大学"),
        ("Keio", "慶應義塾大学"),
        ("同志社", "同志社大学"),
        ("中央大学", "中央大学"),
        ("東京外大", "東京外国語大学"),
        ("APU", "立命館アジア太平洋大学"),
        ("Hyogo University", "兵庫大学"),
        ("University of Hyogo", "兵庫県立大学"),
        ("F113110102700", "東京大学"),
        ("JP:F113110102700", "東京大学"),
        ("고대", "고려대학교"),
        ("고려대", "고려대학교"),
        ("Korea University", "고려대학교"),
        ("高麗大学校", "고려대학교"),
        ("연대", "연세대학교"),
        ("Yonsei Univ.", "연세대학교"),
        ("延世", "연세대학교"),
        ("ヨンセ", "연세대학교"),
        ("SNU", "서울대학교"),
        ("ソウル大", "서울대학교"),
        ("SKKU", "성균관대학교"),
        ("Sung Kyun Kwan Univ.", "성균관대학교"),
        ("이대", "이화여자대학교"),
        ("이화여대", "이화여자대학교"),
        ("POSTECH", "포항공과대학교"),
        ("부경대학교", "국립부경대학교"),
        ("国立釜慶大学校", "국립부경대학교"),
        ("가야대학교", "가야대학교(김해)"),
        ("고려대 세종", "고려대학교 세종캠퍼스"),
        ("연세대학교(미래)[분교]", "연세대학교 미래캠퍼스"),
        ("Kangwon National University", "강원대학교"),
        ("0000149", "연세대학교"),
    ],
)
def test_names_and_aliases_resolve(register: Register, text: str, name: str) -> None:
    assert name_of(register, text) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("中大", {"中央大学", "中央大学校"}),
        ("中央大", {"中央大学", "中央大学校"}),
        ("KU", {"京都大学", "関西大学", "建国大学校", "高麗大学校"}),
        ("CNU", {"全南大学校", "忠南大学校"}),
        ("KNU", {"江原大学校", "慶北大学校"}),
        ("외대", {"韓国外国語大学校", "釜山外国語大学校"}),
        ("神大", {"神戸大学", "神奈川大学"}),
        ("Seoul University", {"ソウル大学校", "ソウル市立大学校"}),
        ("東京科学大学", {"東京工業大学", "東京医科歯科大学"}),
        ("明治", {"明治大学", "明治学院大学", "明治薬科大学", "明治国際医療大学"}),
    ],
)
def test_what_may_mean_several_is_never_picked(register: Register, text: str, names: set[str]) -> None:
    resolution = register.resolve(text)
    assert (resolution.university, resolution.code) == (None, "ambiguous")
    assert {university.name("ja") for university in resolution.candidates} == names


@pytest.mark.parametrize(
    "text", ["Wasada", "", " ", "大学", "Univ.", "University", "12", "149", "Atlantis University", "?"]
)
def test_what_is_no_name_is_unknown(register: Register, text: str) -> None:
    assert (register.resolve(text).code, register.resolve(text).candidates) == ("unknown", ())


def test_every_name_of_the_list_resolves_to_its_row(register: Register) -> None:
    """All but one English name that two universities share."""
    failing = {
        name
        for university in register.universities
        for name in (university.name_ja, university.name_ko, university.name_en, university.key)
        if name and register.resolve(name).university != university
    }
    assert failing == {"Seisen University"}


def test_the_plain_name_is_never_a_campus(register: Register) -> None:
    campuses = [university for university in register.universities if university.is_campus]
    assert len(campuses) == 10
    for campus in campuses:
        main = register.resolve(campus.name_ko.split()[0]).university
        assert main is not None
        assert not main.is_campus


def test_a_misspelling_is_searched_but_never_resolved(register: Register) -> None:
    assert register.search("Wasada")[0].name_ja == "早稲田大学"
    assert register.resolve("Wasada").university is None


def test_search_is_limited_and_ordered(register: Register) -> None:
    assert len(register.search("tokyo", limit=3)) == 3
    assert register.search("tokyo", limit=30)[:3] == register.search("tokyo", limit=3)
    assert register.search("") == []


def test_a_register_of_other_universities() -> None:
    one = University(key="FR:1", name_en="University of Somewhere")
    assert Register([one]).search("Somewhere") == [one]
    assert Register([]).search("Somewhere") == []
