"""Folding: what counts as the same writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastep.institutions.folding import fold, grams, plain
from eastep.institutions.register import Register

names = st.sampled_from(
    [form for university in Register.shipped().universities for form in university.forms()]
)
texts = (
    st.text(max_size=20)
    | st.text(alphabet="大学校대학교ūniversty the of國학だいがく&'ﾀﾞ ", max_size=20)
    | names
)


@given(texts)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(texts)
def test_spaces_and_case_make_no_difference_around_a_text(text: str) -> None:
    assert fold(f"　{text}\t") == fold(text)
    assert plain(f" ({text}) ") == plain(text)


@given(names)
def test_capitals_make_no_difference(name: str) -> None:
    assert (fold(name.upper()), plain(name.upper())) == (fold(name), plain(name))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("早稲田大学", "早稲田"),
        ("早稻田大學", "早稲田"),
        ("ﾜｾﾀﾞ", "わせだ"),
        ("ワセダ だいがく", "わせだ"),
        ("Ｗａｓｅｄａ Ｕｎｉｖ．", "waseda"),
        ("Ōsaka University", "osaka"),
        ("The University of Tokyo", "tokyo"),
        ("Tokyo University of Science", "tokyoscience"),
        ("Nara Women’s University", "narawomens"),
        ("Art & Design", "artdesign"),
        ("國學院大學", "国学院"),
        ("沖縄科学技術大学院大学", "沖縄科学技術"),
        ("国立大学法人東京大学", "東京"),
        ("延世大学校", "延世"),
        ("연세대학교", "연세"),
        ("와세다대학", "와세다"),
        ("국립부경대학교", "부경"),
        ("髙﨑大学", "高崎"),
        ("가야", "가야"),  # hangul is not taken apart
        ("がくぎげい", "がくぎげい"),  # nor is kana
        ("University", ""),
        ("大学", ""),
    ],
)
def test_fold(text: str, key: str) -> None:
    assert fold(text) == key


def test_plain_keeps_what_tells_two_universities_apart() -> None:
    assert plain("University of Hyogo") != plain("Hyogo University")
    assert plain("Kyoto Univ.") == plain("KYOTO  UNIVERSITY")


def test_grams_mark_the_beginning() -> None:
    assert grams("東京") == {"^東", "東京"}
    assert grams("") == frozenset()
