"""Names of institutions made comparable: one key for all the ways in which a name is written."""

import re
import unicodedata
from functools import lru_cache

_ACCENTS = re.compile("[\u0300-\u036f]")  # of Latin letters; the marks of kana and hangul are others
_SMALL_TO_LARGE = {
    code: code - 0x60 for code in [*range(0x30A1, 0x30F7), 0x30FD, 0x30FE]
}  # katakana -> hiragana
_OLD_KANJI = str.maketrans(
    "髙﨑廣澤國學應濱邊邉齋齊櫻龍瀧嶋舘淨圓會實體醫藝經濟藥關縣德惠壽萬靜獨佛澁來樂氣眞禪總聲臺藏讀變豐鐵鹽黑稻靑淸敎淵嶺熙煕雲澁亞",
    "高崎広沢国学応浜辺辺斎斉桜竜滝島館浄円会実体医芸経済薬関県徳恵寿万静独仏渋来楽気真禅総声台蔵読変豊鉄塩黒稲青清教渕嶺煕煕雲渋亜",
)
_LATIN_WORDS_LEFT_OUT = frozenset(["university", "univ", "the", "of", "and", "daigaku", "daehakgyo"])
_INSTITUTION_BEFORE = re.compile("^(国立大学法人|公立大学法人|学校法人|国立(?=.+大学校$)|국립(?=.))")
_INSTITUTION_AFTER = re.compile(
    "(大学院大学|大学校|大学|대학원대학교|대학교|대학|だいがくいんだいがく|だいがっこう|だいがく)$"
)


@lru_cache(maxsize=1 << 16)
def plain(text: str) -> str:
    """*text* without case, width, accents, spaces and punctuation; old kanji as new, katakana as hiragana.

    Every word is kept, but for "the": the University of Hyogo is not Hyogo University.

    >>> plain("Ōsaka  Univ."), plain("The University of Tokyo"), plain("ﾜｾﾀﾞ"), plain("國學院大學")
    ('osakauniversity', 'universityoftokyo', 'わせだ', '国学院大学')
    """
    return "".join(_words(text))


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """The search key of *text*: :func:`plain` without the words for university. Folded twice it is the same.

    >>> {fold(name) for name in ("早稲田大学", "早稻田", " 早稲田大學 ")}
    {'早稲田'}
    >>> fold("The University of Tokyo") == fold("Tokyo Univ.")
    True
    """
    folded = _fold_once(text)
    while (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def grams(key: str) -> frozenset[str]:
    """Pairs of neighbouring characters of a folded key, its beginning marked: what an index holds.

    >>> sorted(grams("わせだ"))
    ['^わ', 'せだ', 'わせ']
    """
    marked = f"^{key}" if key else ""
    return frozenset(marked[start : start + 2] for start in range(len(marked) - 1))


def _fold_once(text: str) -> str:
    joined = "".join(word for word in _words(text) if word not in _LATIN_WORDS_LEFT_OUT)
    return _INSTITUTION_AFTER.sub("", _INSTITUTION_BEFORE.sub("", joined))


def letters(text: str) -> str:
    """The letters and digits of a person's name or number, made comparable like those of institutions.

    >>> letters("ﾀｶｻｷ　Ｈａｎａ"), letters("髙﨑 花"), letters("Nguyễn Thế Anh")
    ('たかさきhana', '高崎花', 'nguyentheanh')
    """
    return "".join(_all_words(text))


@lru_cache(maxsize=1 << 16)
def _words(text: str) -> tuple[str, ...]:
    return tuple("university" if word == "univ" else word for word in _all_words(text) if word != "the")


def _all_words(text: str) -> list[str]:
    lowered = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", lowered))
    folded = unicodedata.normalize("NFKC", bare).translate(_SMALL_TO_LARGE).translate(_OLD_KANJI)
    return "".join(c if c.isalnum() else "" if c in "'’‘`" else " " for c in folded).split()
