"""The steps of a longer task, as `{% steps %}` shows them."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step. Without *url* it cannot be opened (yet); *note* is a word on how it stands: "3 rows to mend"."""

    name: object
    state: Literal["done", "now", "open"] = "open"
    url: str = ""
    note: object = ""


def up_to(names: list[object], current: int) -> list[Step]:
    """Steps that are taken one after the other, counted from 1: done before *current*, open after it.

    >>> [step.state for step in up_to(["Send", "Check", "Place"], 2)]
    ['done', 'now', 'open']
    """
    return [
        Step(name=name, state="done" if n < current else "now" if n == current else "open")
        for n, name in enumerate(names, start=1)
    ]
