"""Which encoding a text is in: names of real people and places, alone and in a sheet."""
# ruff: noqa: SIM905 (word lists)

import random

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from eastep.core.sheets import Cell, read_workbook
from eastep.core.sheets.delimited import detect_delimiter
from eastep.core.sheets.encodings import detect

JAPANESE = """髙﨑 髙橋 山﨑 﨑田 齋藤 渡邊 廣瀬 濵田 德永 早稲田大学 京都大学 同志社大学 さくら はるか ヒロシ 田中太郎
氏名 学部 評点平均 第１希望 志願者番号 交換留学 九州大学大学院 曻地 彅 ㈱日立 ① 東京都千代田区 国際交流課 韓国 高麗大学校 成均館大学校
ﾔﾏﾀﾞﾀﾛｳ ﾊﾟｸｼﾞｭﾝﾎ ﾜﾀﾅﾍﾞ ｽｽﾞｷ ﾌﾟﾛｸﾞﾗﾑ名 学部ｺｰｽ""".split()
KOREAN = """똠방각하 김똠이 펲시맨 홍길동 서울대학교 연세대학교 고려대학교 성균관대학교 부산대학교 성명 학번 평점 지원자 번호
제1지망 와세다대학 도쿄대학 가나다 김민준 이서연 박지우 최예준 강하은 國際學部 서울特別市 뷁 햏햏 윤 쀼""".split()

# A few bytes alone can be good text in two encodings: 德永 in CP932 is 힉i in UTF-8. In a sheet the headings decide.
ALONE_EITHER = {"德永", "﨑田", "뷁", "쀼"}


@pytest.mark.parametrize("text", JAPANESE)
def test_japanese_in_cp932(text: str) -> None:
    if text not in ALONE_EITHER:
        assert detect(text.encode("cp932")).text == text
    assert detect(f"id,氏名\r\n1,{text}\r\n".encode("cp932")).encoding == "cp932"


@pytest.mark.parametrize("text", KOREAN)
def test_korean_in_cp949(text: str) -> None:
    if text not in ALONE_EITHER:
        assert detect(text.encode("cp949")).text == text
    assert detect(f"번호,성명\r\n1,{text}\r\n".encode("cp949")).encoding == "cp949"


def test_every_first_name_of_a_large_table_of_syllables_is_korean() -> None:
    """Surname and two syllables of the 2,350 of KS X 1001, in random order: the hardest input that is common."""
    syllables = [
        bytes((lead, trail)).decode("cp949") for lead in range(0xB0, 0xC9) for trail in range(0xA1, 0xFF)
    ]
    draw = random.Random(1)
    names = [draw.choice("김이박최정강조윤장임") + "".join(draw.choices(syllables, k=2)) for _ in range(2000)]
    wrong = [name for name in names if detect(name.encode("cp949")).encoding != "cp949"]
    assert len(wrong) <= 10, wrong  # 99.5 %, of names that nobody has, without anything around them


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode(encoding: str) -> None:
    text = "번호,氏名\r\n1,髙﨑 똠 Müller\r\n"
    book = read_workbook(text.encode(encoding))
    assert list(book.sheets[0].rows) == [["번호", "氏名"], ["1", "髙﨑 똠 Müller"]]
    assert book.detected.encoding == {"utf-16": "utf-16-le"}.get(encoding, encoding)


def test_a_person_can_say_otherwise() -> None:
    content = "가,나\r\n".encode("cp949")
    detected = read_workbook(content).detected
    assert (detected.encoding, detected.delimiter, detected.alternatives) == ("cp949", ",", ("cp932",))
    assert str(detected.sentence) == "Text in cp949, separated by commas"
    assert read_workbook(content, encoding="cp932").detected.encoding == "cp932"
    for encoding, code in (("utf-8", "wrong_encoding"), ("latin-1", "unknown_encoding")):
        with pytest.raises(ValidationError) as caught:
            read_workbook(content, encoding=encoding)
        assert caught.value.code == code


@pytest.mark.parametrize(
    "text", ["氏名,大学\r\n" + "髙﨑さくら,早稲田大学\r\n" * 3, "이름,대학\r\n" + "홍길동,서울대\r\n" * 3]
)
def test_a_text_that_ends_within_a_character_is_cut_off(text: str) -> None:
    for encoding in ("utf-8", "utf-16", "utf-16-be"):
        content = text.rstrip().encode(encoding)
        with pytest.raises(ValidationError) as caught:
            read_workbook(content[:-1])
        assert caught.value.code == "cut_off"


def test_a_quotation_mark_that_is_never_closed_is_refused() -> None:
    for text, row in (('id,name\n1,"Kim\n2,Lee\n', 3), ('id,name\n1,"' + "x" * 200_000, 2), ('a,"b', 1)):
        with pytest.raises(ValidationError) as caught:
            read_workbook(text.encode())
        assert (caught.value.code, f"row {row}" in caught.value.messages[0] or row == 3) == (
            "unclosed_quote",
            True,
        )


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a\tb, c\n1\t2, 3\n", "\t"),
        ("name;gpa\nKim, M;3,5\nLee;4,1\n", ";"),
        ("only\none\ncolumn\n", ","),
        ("Places 2027\n\nhome,host,places\nTokyo,Yonsei,3\nOsaka,Korea,2\n", ","),
        ('a,b\n"x;y;z",2\n"x;y;z",3\n', ","),
    ],
)
def test_the_delimiter(text: str, delimiter: str) -> None:
    assert detect_delimiter(text) == delimiter
    assert detect_delimiter(text.replace("\n", "\r\n")) == delimiter


def test_csv_as_excel_and_people_write_it() -> None:
    def rows(text: str) -> list[list[Cell]]:
        return list(read_workbook(text.encode()).sheets[0].rows)

    assert rows("sep=;\r\nid;n\r\n001;1,5\r\n") == [["id", "n"], ["001", "1,5"]]
    assert rows('a,b\r\n"two\r\nlines",2\r\n') == [["a", "b"], ["two\r\nlines", "2"]]
    assert rows("a,b\r1,2\r") == [["a", "b"], ["1", "2"]]
    assert rows("a,b,c\n1\n\n1,2,3") == [["a", "b", "c"], ["1", "", ""], ["", "", ""], ["1", "2", "3"]]
    assert rows("a,b\n1,2\n\x1a") == [["a", "b"], ["1", "2"]]


@given(st.text(alphabet=st.characters(min_codepoint=0x3041, max_codepoint=0x30F6), min_size=2, max_size=6))
def test_kana_is_never_korean(text: str) -> None:
    if all(len(sign.encode("cp932", "replace")) == 2 for sign in text):
        assert detect(text.encode("cp932")).text == text
