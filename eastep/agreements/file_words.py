"""Records of an office's own lists in words, for the page and the download that show what taking a file over would change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from eastep.agreements import in_words
from eastep.agreements.sheets.records import Record
from eastep.agreements.states import Level, VersionState
from eastep.core.text import Text

type NameOf = Callable[[str], str]

LABELS: Mapping[str, Mapping[str, Any]] = {  # kind: field of its records: what it is called
    "agreements": {
        "standing": pgettext_lazy("agreement", "Standing"),
        "reference": gettext_lazy("Our reference"),
        "partner_reference": gettext_lazy("Partner's reference"),
        "faculty": gettext_lazy("Our faculty"),
        "partner_faculty": gettext_lazy("Partner's faculty"),
        "level": gettext_lazy("Kind of agreement"),
        "signed_on": gettext_lazy("Last signature"),
        "starts_on": gettext_lazy("First day"),
        "ends_on": gettext_lazy("Last day"),
        "notice_months": gettext_lazy("Notice period"),
        "conditions": gettext_lazy("Conditions"),
        "other": gettext_lazy("Other terms"),
    },
    "exchanges": {
        "year": gettext_lazy("Year"),
        "sent": gettext_lazy("Students sent"),
        "received": gettext_lazy("Students received"),
        "sent_terms": gettext_lazy("Terms sent"),
        "received_terms": gettext_lazy("Terms received"),
    },
}
NOTHING_SAID = "–"


def institutions_in(records: Iterable[Record]) -> set[str]:
    """The partners that the records name."""
    return {record["partner"] for record in records}


def institutions_in_changes(_fields: Iterable[tuple[str, Any, Any]]) -> set[str]:
    """A partner never changes: the record would be another one."""
    return set()


def title(kind: str, record: Record, name_of: NameOf) -> str:
    """The partner, and what tells its agreements apart."""
    if kind == "exchanges":
        parts = [name_of(record["partner"]), record["reference"], str(record["year"])]
    else:
        parts = [
            name_of(record["partner"]),
            record["reference"],
            value("faculty", record["faculty"], name_of),
        ]
    return " · ".join(part for part in parts if part not in ("", NOTHING_SAID))


def label(kind: str, field: str) -> str:
    """What a field of a difference is called; conditions come one by one."""
    name, _space, number = field.partition(" ")
    if name == "condition":
        return _("Condition {number}").format(number=number)
    return str(LABELS[kind].get(field, field))


def value(field: str, said: Any, _name_of: NameOf) -> str:
    """What a field says; "–" for nothing."""
    if field == "ends_on" and said == "":
        return str(in_words.NO_DAY)
    if said in ("", None, []):
        return NOTHING_SAID
    if say := SAYINGS.get(field.partition(" ")[0]):
        return say(said)
    return str(said)


def all_values(kind: str, record: Record, name_of: NameOf) -> list[tuple[str, str]]:
    """Every field of the record that says something, with what it is called."""
    words = [(label(kind, field), field, record.get(field)) for field in LABELS[kind] if field != "standing"]
    found = [(name, value(field, said, name_of)) for name, field, said in words]
    return [(name, said) for name, said in found if said != NOTHING_SAID]


def _condition(part: Mapping[str, Any]) -> str:
    """A condition in one line, from the office's side."""
    words = in_words.Words.of()
    parts = [_("We send") if part["direction"] == "out" else _("We receive")]
    parts += [words.value(("conditions", "mobility"), part["mobility"])]
    parts += [f"{words.label(('conditions', 'places'))}: {in_words.places(part['places'])}"]
    for name in ("fields", "levels", "terms", "months", "other"):
        if part[name]:
            parts.append(words.value(("conditions", name), part[name]))
    for name in ("language", "minimum_gpa"):
        if part[name]:
            parts.append(f"{words.label(('conditions', name))}: {part[name]}")
    if part["language_is"] == "recommended":
        parts.append(str(in_words.LANGUAGE_IS["recommended"]))
    return " · ".join(one for one in parts if one != NOTHING_SAID)


SAYINGS: Mapping[str, Callable[[Any], str]] = {
    "standing": lambda said: str(VersionState(said).label),
    "faculty": lambda said: str(Text(**said)),
    "partner_faculty": lambda said: str(Text(**said)),
    "level": lambda said: str(Level(said).label),
    "signed_on": in_words.day,
    "starts_on": in_words.day,
    "ends_on": in_words.day,
    "notice_months": in_words.months,
    "conditions": lambda said: " / ".join(map(_condition, said)),
    "condition": _condition,
    "other": lambda said: str(Text(**said)) or NOTHING_SAID,
}
