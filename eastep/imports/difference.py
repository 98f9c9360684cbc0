"""What a file would change: new records, changed fields, the same, and what it does not have. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

type Change = tuple[str, Any, Any]  # field, before, after (None: not there)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How the records *brought* differ from those *held*, by key, in the order in which they came."""

    new: tuple[str, ...]
    changed: Mapping[str, tuple[Change, ...]]
    same: int
    missing: tuple[str, ...]  # held, but not brought


def difference(held: Mapping[str, Mapping[str, Any]], brought: Mapping[str, Mapping[str, Any]]) -> Difference:
    """Compare records by key, field by field; the members of a list one by one: of "choices" "choice 2".

    >>> held = {"A1": {"score": "80", "choices": ["x", "y"]}, "A2": {"score": "70", "choices": []}}
    >>> difference(held, {"A1": {"score": "81", "choices": ["x"]}}).changed
    {'A1': (('score', '80', '81'), ('choice 2', 'y', None))}
    """
    changed = {
        key: _changes(held[key], record)
        for key, record in brought.items()
        if key in held and held[key] != record
    }
    new = tuple(key for key in brought if key not in held)
    return Difference(
        new=new,
        changed=changed,
        same=len(brought) - len(new) - len(changed),
        missing=tuple(key for key in held if key not in brought),
    )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    changes: list[Change] = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, list) or isinstance(new, list):
            one = name.removesuffix("s")
            pairs = enumerate(zip_longest(old or (), new or ()), start=1)
            changes += [(f"{one} {number}", was, now) for number, (was, now) in pairs if was != now]
        else:
            changes.append((name, old, new))
    return tuple(changes)
