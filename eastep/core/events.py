"""What can happen, and that it has happened: audit, outbox and notification are one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from eastep.core.models import Entry

if TYPE_CHECKING:
    from eastep.people.models import User

EVENTS: dict[str, Event] = {}
REACTIONS: dict[str, dict[str, Callable[[Entry], None]]] = {}


@dataclass(frozen=True)
class Event:
    """One kind of happening, ``app.noun_verbed``, and its sentence; ``{by}`` and the entry's facts fill it.

    *words* says a fact that is a code in the reader's language; *people* are the facts that are keys to people.
    """

    name: str
    sentence: Any
    words: Mapping[str, Callable[[Any], object]] = field(default_factory=dict, hash=False)
    people: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        EVENTS[self.name] = self


def reacts_to(name: str) -> Callable[[Callable[[Entry], None]], Callable[[Entry], None]]:
    """Have the function run, at least once, in the background after each event *name*."""

    def register(reaction: Callable[[Entry], None]) -> Callable[[Entry], None]:
        REACTIONS.setdefault(name, {})[f"{reaction.__module__}.{reaction.__qualname__}"] = reaction
        return reaction

    return register


def record(event: Event, subject: models.Model, *, by: User, **facts: Any) -> Entry:
    """Write that *event* happened to *subject*, and promise one job to each reaction.

    Call it inside the action's transaction: what is rolled back was never promised. *facts* are JSON values
    and keys to people, never copies of their data.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() belongs inside the transaction of an action")
    entry = Entry.objects.create(
        event=event.name,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        by=by,
        facts=facts,
    )
    for reaction in REACTIONS.get(event.name, {}):
        app.configure_task("core.react", queue="reactions").defer(entry_id=entry.pk, reaction=reaction)
    return entry


def history(subject: models.Model) -> models.QuerySet[Entry]:
    """The entries about *subject*, oldest first, with who did it."""
    return Entry.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).select_related(
        "by"
    )


def sentence(entry: Entry) -> str:
    """What happened, in the reader's language."""
    return sentences([entry])[0][1]


def sentences(entries: Iterable[Entry]) -> list[tuple[Entry, str]]:
    """Each entry with its sentence; the people whom facts name are asked for all at once."""
    told = [(entry, EVENTS[entry.event]) for entry in entries]
    keys = {entry.facts[name] for entry, event in told for name in event.people}
    people = get_user_model().objects.in_bulk(keys) if keys else {}
    gone = _("somebody whose record was erased")

    def facts(entry: Entry, event: Event) -> dict[str, object]:
        worded = {name: say(entry.facts[name]) for name, say in event.words.items()}
        named = {name: people.get(entry.facts[name], gone) for name in event.people}
        return {**entry.facts, **worded, **named}

    return [(entry, str(event.sentence).format(by=entry.by, **facts(entry, event))) for entry, event in told]
