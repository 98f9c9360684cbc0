"""What is different between two contents of an agreement, place by place. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from eastep.agreements.content import Condition, Content

ORDER = (  # of what can be different, as the form asks for it; JSON has no order of its own
    *(
        "format",
        "level",
        "parties",
        "institution",
        "name",
        "faculty",
        "starts_on",
        "ends_on",
        "notice_months",
    ),
    *(
        "conditions",
        "sending",
        "receiving",
        "mobility",
        "places",
        "months",
        "fields",
        "language",
        "language_is",
    ),
    *("minimum_gpa", "terms", "levels", "blended", "field_note", "days", "first_year", "last_year"),
    *("balance", "counts", "expires_after", "tolerance", "other", "en", "ja", "ko"),
)
type Path = tuple[str | int, ...]
"""Where something stands: ("starts_on",), ("balance", "tolerance"), ("parties", 1, "faculty"), ("other", "ja");
("conditions", 3) is the whole condition with the id 3, ("conditions", 3, "places") a part of it, and
("conditions", "order") the ids in their order.
"""


@dataclass(frozen=True)
class Change:
    """One place that says something else; None before: it is new, None after: it is taken out."""

    path: Path
    before: Any
    after: Any

    @property
    def condition(self) -> int | None:
        """The id of the condition that it is about."""
        number = self.path[1] if self.path[0] == "conditions" else None
        return number if isinstance(number, int) else None

    @property
    def is_added(self) -> bool:
        """Whether it is a whole new condition."""
        return self.condition is not None and len(self.path) == 2 and self.before is None

    @property
    def is_removed(self) -> bool:
        """Whether it is a whole condition that is not there any more."""
        return self.condition is not None and len(self.path) == 2 and self.after is None


def changes(old: Content, new: Content) -> list[Change]:
    """Every place in which *new* differs from *old*, in the order of the form; none if and only if they are equal.

    >>> changes({"a": 1, "b": {"en": "x"}}, {"a": 1, "b": {"en": "y"}})
    [Change(path=('b', 'en'), before='x', after='y')]
    >>> changes({"conditions": [{"id": 1, "places": 2}]}, {"conditions": [{"id": 1, "places": 3}]})
    [Change(path=('conditions', 1, 'places'), before=2, after=3)]
    """
    return list(_of_mapping((), old, new))


def merged(typed: Content, now: Content, *, known: int) -> Content:
    """What somebody *typed*, with the conditions that others have added *now*, of which the typist did not know.

    The typist knew of ids up to *known*. Own new conditions whose id has been given meanwhile get the next free one.

    >>> first, second = {"id": 1}, {"id": 2}
    >>> merged({"conditions": [first, {"id": 2, "mine": True}]}, {"conditions": [first, second]}, known=1)
    {'conditions': [{'id': 1}, {'id': 3, 'mine': True}, {'id': 2}]}
    """
    others = [one for one in now["conditions"] if one["id"] > known]
    given = {one["id"] for one in others}
    free = max([known, *given, *(one["id"] for one in typed["conditions"])])
    own = []
    for one in typed["conditions"]:
        if one["id"] in given:
            free += 1
            own.append({**one, "id": free})
        else:
            own.append(one)
    return {**typed, "conditions": own + others}


def _of_mapping(path: Path, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for name in sorted(old | new, key=_rank):
        before, after = old.get(name), new.get(name)
        here: Path = (*path, name)
        if here == ("conditions",):
            yield from _of_conditions(before or [], after or [])
        elif here == ("parties",) and before and after and len(before) == len(after):
            for position, (one, other) in enumerate(zip(before, after, strict=True)):
                yield from _of_mapping((*here, position), one, other)
        elif isinstance(before, dict) and isinstance(after, dict):
            yield from _of_mapping(here, before, after)
        elif before != after:
            yield Change(here, before, after)


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _of_conditions(old: list[Condition], new: list[Condition]) -> Iterator[Change]:
    """By their ids: those that are gone first, then the others in their new order."""
    was, now = {one["id"]: one for one in old}, {one["id"]: one for one in new}
    for number, condition in was.items():
        if number not in now:
            yield Change(("conditions", number), condition, None)
    for number, condition in now.items():
        if number not in was:
            yield Change(("conditions", number), None, condition)
        else:
            yield from _of_mapping(("conditions", number), was[number], condition)
    both_before = [number for number in was if number in now]
    both_after = [number for number in now if number in was]
    if both_before != both_after:
        yield Change(("conditions", "order"), both_before, both_after)
