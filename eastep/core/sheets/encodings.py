"""Which encoding a text file is in, told from its bytes.

Excel in Japan writes CSV in CP932, in Korea in CP949. Much is valid in both, so strict decoding decides
little. What decides is whether the decoded text looks written: Japanese is kana and the kanji of JIS level 1,
Korean is the 2,350 syllables of KS X 1001. Read with the wrong table, Japanese becomes syllables that nobody
uses and Korean becomes half-width kana between rare kanji. Each reading is weighed and the better one wins.
"""

import re
from collections import Counter
from dataclasses import dataclass

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp932", "cp949")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SAMPLE = 200_000  # bytes that are weighed; the whole file is still decoded strictly

# Half-width kana as it is written: a run starts with a full letter, marks stand where they can stand.
_KANA_WORD = re.compile(r"(?:(?:[ｳｶ-ﾄﾊ-ﾎ]ﾞ|[ﾊ-ﾎ]ﾟ|[ｦｱ-ﾜ])(?:[ｧ-ｯｰﾝ]*))+")
_KANA_RUN = re.compile(r"[｡-ﾟ]+")
_UNDEFINED = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
_KANA_AT_KANJI = re.compile(r"[｡-ﾟ](?=[㐀-鿿豈-﫿a-z])|[㐀-鿿豈-﫿a-z](?=[｡-ﾟ])")


class Undecodable(Exception):
    """No encoding fits. ``code`` is "cut_off" when only the last character is incomplete, else "not_text"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Decoded:
    text: str
    encoding: str
    alternatives: tuple[str, ...] = ()  # encodings that would decode the bytes too


def detect(content: bytes) -> Decoded:
    """*content* as text; Raises Undecodable."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return Decoded(text=decode(content, encoding), encoding=encoding)
    if b"\0" in content[:_SAMPLE]:
        encoding = _utf16_order(content[:_SAMPLE])
        return Decoded(text=decode(content, encoding), encoding=encoding)
    readings = {}
    for encoding in ("utf-8", "cp932", "cp949"):
        try:
            readings[encoding] = decode(content, encoding)
        except Undecodable as error:
            good = len(content[:-3].decode("utf-8", "ignore").encode()) >= len(content) - 6
            if encoding == "utf-8" and error.code == "cut_off" and good and len(content) > 30:
                raise  # a long text is good UTF-8 up to its last character
    if not readings:
        raise Undecodable("not_text")
    if "utf-8" in readings:  # text in CP932 or CP949 is next to never valid UTF-8
        best = "utf-8"
    else:
        weights = {encoding: _weight(text[:_SAMPLE], encoding) for encoding, text in readings.items()}
        best = max(weights, key=lambda encoding: weights[encoding])
    others = () if content.isascii() else tuple(name for name in readings if name != best)
    return Decoded(text=readings[best], encoding=best, alternatives=others)


def decode(content: bytes, encoding: str) -> str:
    """*content* in *encoding*, strictly and without a byte order mark. Raises Undecodable."""
    codec = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    try:
        text = content.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        whole = error.start > 0 and error.end >= len(content)
        tail = "unexpected end" in error.reason or "truncated" in error.reason
        raise Undecodable("cut_off" if whole and tail else "not_text") from error
    if encoding == "cp932" and _UNDEFINED.search(
        text
    ):  # bytes that Python decodes although CP932 has no sign for them
        raise Undecodable("not_text")
    return text


def _utf16_order(sample: bytes) -> str:
    """UTF-16 without a mark: delimiters and line ends are ASCII, whose zero byte comes first or second."""
    return "utf-16-be" if sample[::2].count(0) > sample[1::2].count(0) else "utf-16-le"


def _weight(text: str, encoding: str) -> float:
    """How much *text* looks written by people who use *encoding*; more is better, per character."""
    letters = Counter(character for character in text if character > "\x7f")
    total = sum(letters.values())
    if not total:
        return 0.0
    weigh = _japanese if encoding == "cp932" else _korean
    weight = sum(weigh(character) * count for character, count in letters.items())
    if encoding == "cp932":
        weight += sum(_half_width(run) for run in _KANA_RUN.findall(text))
        weight -= len(_KANA_AT_KANJI.findall(text)) * 3
    return weight / total


_JAPANESE_LEADS = (
    (range(0x88, 0x98), 1.5),  # JIS level 1, the kanji of daily use
    ((0x81, 0x82, 0x87), 0.8),  # punctuation, full-width letters and digits, ①
    (range(0x83, 0x87), -1.0),  # Greek, Cyrillic, box drawing (kana come before)
    ((0x98,), 0.0),  # levels 1 and 2
    ((*range(0x99, 0xA0), *range(0xE0, 0xEB)), -0.3),  # JIS level 2
    ((0xED, 0xEE, 0xFA, 0xFB, 0xFC), -0.3),  # the extensions of NEC and IBM: 髙, 﨑
    (range(0xA1, 0xE0), 0.0),  # half-width kana: weighed by the run
)


def _japanese(character: str) -> float:
    lead = character.encode("cp932")[0]
    if "ぁ" <= character <= "ヿ":
        return 2.0
    for leads, weight in _JAPANESE_LEADS:
        if lead in leads:
            return weight
    return -5.0  # private use


def _half_width(run: str) -> float:
    return 1.2 * len(run) if _KANA_WORD.fullmatch(run) and len(run) > 1 else -1.5 * len(run)


def _korean(character: str) -> float:
    lead, *trail = character.encode("cp949")
    if "가" <= character <= "힣":
        return (
            1.5 if trail[0] >= 0xA1 and lead >= 0xB0 else -1.5
        )  # outside the 2,350: legal, hardly ever written
    if 0xA1 <= lead <= 0xAC:
        return 0.5  # punctuation, full-width letters, kana
    if 0xCA <= lead <= 0xFD:
        return -0.3  # hanja
    return -5.0
