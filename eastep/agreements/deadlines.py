"""The days around the end of an agreement that somebody should not miss. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from eastep.agreements.content import later

type Kind = Literal["end", "ends_by_notice", "notice", "reminder"]


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """One day. *months* are those before the end, of a reminder."""

    kind: Kind
    on: date
    months: int = 0


def deadlines(
    ends_on: date, *, notice_months: int, is_ending: bool, reminders: Sequence[int]
) -> Iterator[Deadline]:
    """The end itself; before it the days of the reminders, and the last one on which notice can still be given.

    With notice given there is only the end.

    >>> [str(one.on) for one in deadlines(date(2028, 3, 31), notice_months=6, is_ending=False, reminders=(12, 1))]
    ['2027-03-31', '2028-02-29', '2027-09-30', '2028-03-31']
    """
    if is_ending:
        yield Deadline(kind="ends_by_notice", on=ends_on)
        return
    for months in reminders:
        yield Deadline(kind="reminder", on=later(ends_on, -months), months=months)
    if notice_months:
        yield Deadline(kind="notice", on=later(ends_on, -notice_months))
    yield Deadline(kind="end", on=ends_on)
