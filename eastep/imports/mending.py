"""The problems of a file put together, so that what is wrong many times is mended once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eastep.core.sheets import column_letter
from eastep.core.text import Text
from eastep.imports.table import Column

type Kept = Mapping[str, Any]  # a problem as SheetFile.problems has it

NAMES = frozenset({"unknown_institution", "ambiguous_institution"})  # confirmed name by name, not here
_SHOWN = 5  # rows that are named


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows with the same text and the same problem in the same column. *position* -1: the file has no such cell."""

    rows: tuple[int, ...]
    position: int
    column: str
    n: int
    value: str
    sentence: Text

    @property
    def name(self) -> str:
        return f"{self.rows[0]}-{self.position}"

    @property
    def letter(self) -> str:
        return column_letter(self.position) if self.position >= 0 else ""

    @property
    def first_rows(self) -> str:
        return in_short(self.rows)

    @property
    def is_cut(self) -> bool:
        """Whether the problem holds only the beginning of what the cell says."""
        return len(self.value) >= 80 and self.value.endswith("…")


def in_short(rows: Sequence[int]) -> str:
    """The first of the rows.

    >>> in_short((2, 3)), in_short(range(2, 100))
    ('2, 3', '2, 3, 4, 5, 6 …')
    """
    return ", ".join(map(str, rows[:_SHOWN])) + (" …" if len(rows) > _SHOWN else "")


def groups(problems: Iterable[Kept], columns: Collection[Column]) -> list[Group]:
    """The errors of rows, but for names; unique columns are never mended together, own ones not where empty."""
    unique = {column.name for column in columns if column.unique}
    own = {column.name for column in columns if column.own}
    found: dict[tuple[object, ...], list[Kept]] = {}
    for one in problems:
        if one["severity"] != "error" or not one["row"] or one["code"] in NAMES:
            continue
        is_own = one["column"] in unique or (not one["value"] and one["column"] in own)
        same = (one["position"], one["column"], one["n"], one["value"], one["code"], one["sentence"]["en"])
        found.setdefault((*same, one["row"] if is_own else 0), []).append(one)
    return [
        Group(
            rows=tuple(dict.fromkeys(one["row"] for one in ones)),
            position=ones[0]["position"],
            column=ones[0]["column"],
            n=ones[0]["n"],
            value=ones[0]["value"],
            sentence=Text(**ones[0]["sentence"]),
        )
        for ones in found.values()
    ]


def of_the_sheet(problems: Iterable[Kept]) -> list[Text]:
    """What is wrong with the file as a whole."""
    return [Text(**one["sentence"]) for one in problems if one["severity"] == "error" and not one["row"]]


def notices(problems: Iterable[Kept]) -> list[tuple[Text, Text]]:
    """Place and sentence of what is worth knowing."""
    return [
        (Text(**one["place"]), Text(**one["sentence"])) for one in problems if one["severity"] == "notice"
    ]
