"""What a cell of a sheet says, and the error when it cannot be read."""

import re
import unicodedata
from decimal import Decimal
from types import MappingProxyType
from typing import Any

Cell = str | int | float | Decimal | None


class Unreadable(ValueError):
    """A cell that cannot be read. *code* is stable; `sentences.sentence` makes the sentence with the remedy.

    *value* is the part as it was written, *facts* fill the sentence's places.
    """

    def __init__(self, code: str, value: object, /, **facts: Any) -> None:
        super().__init__(f"{code}: {value}")
        self.code = code
        self.value = "" if value is None else str(value)
        self.facts = MappingProxyType(facts)


def text_of(cell: Cell) -> str:
    """The cell as one text: full-width made half-width, a number without the tail that a sheet adds.

    >>> text_of(311.0), text_of("ＪＬＰＴ　Ｎ２ "), text_of(3.8000000000000003)
    ('311', 'JLPT N2', '3.8')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return format(cell, ".15g")  # what a sheet shows: the sixteenth digit is noise of its arithmetic
    return unicodedata.normalize("NFKC", str(cell)).strip()


def squeezed(text: str) -> str:
    """Only the letters and digits, in lower case, for comparing names.

    >>> squeezed("J.TEST 実用日本語検定")
    'jtest実用日本語検定'
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


NOTHING = frozenset(
    map(squeezed, ["none", "n/a", "any", "なし", "無し", "不問", "指定なし", "없음", "무관", "해당 없음"])
)
"""Ways to leave a cell empty in words."""


def says_nothing(text: str) -> bool:
    """Whether the text is empty or one of the words for nothing.

    >>> says_nothing("-"), says_nothing("指定なし"), says_nothing("N2")
    (True, True, False)
    """
    return len(text) < 12 and squeezed(text) in {*NOTHING, ""}
