"""Numbers written in words, in Japanese and Korean: read only to say which digits to write instead."""

_DIGITS = {sign: value for value, signs in enumerate((
    "〇零영공", "一壱壹일", "二弐貳이", "三参參삼", "四사", "五伍오", "六육륙", "七칠", "八팔", "九구",
)) for sign in signs}  # fmt: skip
_POWERS = {"十": 10, "拾": 10, "십": 10, "百": 100, "백": 100, "千": 1000, "천": 1000}
_COUNTERS = "名人席件명인개"


def number_in_words(text: str) -> int | None:
    """The number up to 9,999 that *text* spells, None if it spells none.

    >>> [number_in_words(text) for text in ("八十", "二十五名", "八〇", "팔십", "이십 명", "多数", "八十十")]
    [80, 25, 80, 80, 20, None, None]
    """
    text = text.replace(" ", "")
    signs = text.rstrip(_COUNTERS) if len(text) > 1 else text
    if not signs or any(sign not in _DIGITS and sign not in _POWERS for sign in signs):
        return None
    if not any(sign in _POWERS for sign in signs):
        return int("".join(str(_DIGITS[sign]) for sign in signs)) if len(signs) < 5 else None
    total, digit, last = 0, None, 10_000
    for sign in signs:
        if sign in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[sign]
        else:
            if _POWERS[sign] >= last:
                return None
            last = _POWERS[sign]
            total += (1 if digit is None else digit) * last
            digit = None
    return total + (digit or 0)
