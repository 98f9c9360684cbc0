"""Records of a file in words, for the page and the download that show what taking it over would change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from eastep.applications import reasons
from eastep.applications.models import RoundFile
from eastep.applications.records import Record

type NameOf = Callable[[str], str]

LABELS: Mapping[str, Mapping[str, Any]] = {  # kind: field of its records: what it is called
    RoundFile.Kind.PLACES: {
        "home": _("Home institution"),
        "host": _("Host institution"),
        "fields": _("Field (ISCED-F)"),
        "levels": _("Level (EQF)"),
        "start": _("Start term"),
        "length": _("Length"),
        "places": pgettext_lazy("capacity", "Places"),
        "carried": _("Carried over"),
        "minimum_gpa": _("Minimum GPA"),
        "language": _("Language requirement"),
    },
    RoundFile.Kind.APPLICANTS: {
        "id": _("Applicant number"),
        "name": _("Name"),
        "home": _("Home institution"),
        "field": _("Field (ISCED-F)"),
        "level": _("Level (EQF)"),
        "gpa": _("GPA"),
        "languages": _("Language results"),
        "score": _("Score"),
        "choices": _("Choices"),
        "language": _("Language of letters"),
    },
    RoundFile.Kind.LANGUAGES: {"applicant": _("Applicant number"), "result": _("Language result")},
}


def signed(number: int) -> str:
    """A number whose sign matters, with a minus sign that is not a hyphen: "+2", "−1", "0"."""
    return f"{number:+d}".replace("-", "−") if number else "0"


WORDED: Mapping[str, Callable[[Any], str]] = {
    "level": reasons.levels,
    "levels": reasons.levels,
    "start": reasons.season,
    "length": reasons.length,
    "carried": signed,
}


def institutions_in(records: Iterable[Record]) -> set[str]:
    """The keys of all institutions that the records name."""
    keys = set()
    for record in records:
        keys |= {record[name] for name in ("home", "host") if record.get(name)}
        keys |= {choice["host"] for choice in record.get("choices", ())}
    return keys


def institutions_in_changes(fields: Iterable[tuple[str, Any, Any]]) -> set[str]:
    """The same for fields of a difference: (name, before, after)."""
    keys = set()
    for name, *values in fields:
        for said in values:
            if isinstance(said, dict):
                keys.add(said["host"])
            elif name in ("home", "host") and said:
                keys.add(said)
    return keys


def title(kind: str, record: Record, name_of: NameOf) -> str:
    """What the row is about: the host and term, or the applicant."""
    if kind == RoundFile.Kind.PLACES:
        return reasons.choice(record, name_of)
    if kind == RoundFile.Kind.APPLICANTS:
        return f"{record['id']} {record['name']}"
    return str(record["applicant"])


def label(kind: str, field: str) -> str:
    """What a field of a difference is called; choices come one by one."""
    name, _space, number = field.partition(" ")
    if name == "choice":
        return gettext("Choice {n}").format(n=number)
    return str(LABELS[kind].get(field, field))


def value(field: str, said: Any, name_of: NameOf) -> str:
    """What a field says: institutions by name, terms in words, choices one after the other; "–" for nothing."""
    if said in ("", None, []):
        return "–"
    if field in ("home", "host"):
        return name_of(said)
    if field == "choices":
        return " → ".join(reasons.choice(choice, name_of) for choice in said)
    if worded := WORDED.get(field):
        return worded(said)
    return reasons.choice(said, name_of) if isinstance(said, dict) else str(said)


def carried_words(record: Record) -> str:
    """How the places that can be given come about: "3 + 1 carried over"; "" where nothing is carried over."""
    carried = record.get("carried", 0)
    if not carried:
        return ""
    said = (
        gettext("{places} + {number} carried over")
        if carried > 0
        else gettext("{places} − {number} carried over")
    )
    return said.format(places=record["places"], number=abs(carried))


def all_values(kind: str, record: Record, name_of: NameOf) -> list[tuple[str, str]]:
    """Every field of the record that says something, with what it is called."""
    return [
        (label(kind, field), value(field, record[field], name_of))
        for field in LABELS[kind]
        if record.get(field) not in ("", None, [])
    ]
