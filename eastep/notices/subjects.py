"""What notices are about, in words: each app says how its own things are called."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from eastep.core.models import Entry

type Names = Mapping[int, object]

_names: dict[str, Callable[[Collection[int]], Names]] = {}


def names_subjects(
    kind: str,
) -> Callable[[Callable[[Collection[int]], Names]], Callable[[Collection[int]], Names]]:
    """Have the function name the things of one kind (``agreements.agreement``) by their keys, in one query.

    It answers in the reader's language. Put it in the app's ``events.py`` or ``queries.py``.
    """

    def register(names: Callable[[Collection[int]], Names]) -> Callable[[Collection[int]], Names]:
        _names[kind] = names
        return names

    return register


def subjects_of(entries: Iterable[Entry]) -> dict[int, str]:
    """What each entry is about, by the entry's key; as many queries as there are kinds. Unknown kinds are left out."""
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.subject_type, []).append(entry)
    found: dict[int, str] = {}
    for kind, some in by_kind.items():
        if name := _names.get(kind):
            named = name({entry.subject_id for entry in some})
            found |= {entry.pk: str(named[entry.subject_id]) for entry in some if entry.subject_id in named}
    return found
