"""The verbs of memory: keep what a person has confirmed about headings and names, and take it back."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models, transaction

from eastep.core.events import Event, record
from eastep.core.permissions import authorise
from eastep.imports import events
from eastep.imports.headings import fold
from eastep.imports.layout import Source
from eastep.imports.models import HeadingMeaning, NameMeaning
from eastep.imports.queries import remembered_headings, remembered_names
from eastep.institutions.folding import plain
from eastep.institutions.models import Institution
from eastep.people.models import User


@transaction.atomic
def remember_headings(
    institution: Institution | None, *, by: User, kind: str, meanings: Mapping[str, Source]
) -> list[HeadingMeaning]:
    """Keep which column each heading is; returned are those that were not known so before."""
    _lock(institution)
    authorise(by, "imports.remember_headings", institution)
    known = remembered_headings(institution, kind)
    given = {fold(heading): source for heading, source in meanings.items()}
    changed = [
        HeadingMeaning(institution=institution, kind=kind, heading=heading, column=name, number=n)
        for heading, (name, n) in sorted(
            given.items()
        )  # in one order, so that two people never wait for each other
        if known.get(heading) != (name, n) and _fits(HeadingMeaning, "heading", heading)
    ]
    kept = HeadingMeaning.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["institution", "kind", "heading"],
        update_fields=["column", "number"],
    )
    _record(events.HEADINGS_REMEMBERED, institution, kept, by)
    return kept


@transaction.atomic
def remember_names(
    institution: Institution | None, *, by: User, names: Mapping[str, Institution]
) -> list[NameMeaning]:
    """Keep which institution each name means; returned are those that were not known so before."""
    _lock(institution)
    authorise(by, "imports.remember_names", institution)
    known = remembered_names(institution)
    given = {plain(written): meant for written, meant in names.items()}
    changed = [
        NameMeaning(institution=institution, written=written, meant=meant)
        for written, meant in sorted(given.items(), key=lambda pair: pair[0])
        if known.get(written) != meant.key and _fits(NameMeaning, "written", written)
    ]
    kept = NameMeaning.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["institution", "written"], update_fields=["meant"]
    )
    _record(events.NAMES_REMEMBERED, institution, kept, by)
    return kept


@transaction.atomic
def forget_heading(meaning: HeadingMeaning, *, by: User) -> None:
    """Ask about this heading again when it comes."""
    meaning = HeadingMeaning.objects.select_for_update().get(pk=meaning.pk)
    authorise(by, "imports.forget_heading", meaning.institution)
    record(events.HEADING_FORGOTTEN, meaning.institution or meaning, by=by, heading=meaning.heading)
    meaning.delete()


@transaction.atomic
def forget_name(meaning: NameMeaning, *, by: User) -> None:
    """Ask about this name again when it comes."""
    meaning = NameMeaning.objects.select_for_update().get(pk=meaning.pk)
    authorise(by, "imports.forget_name", meaning.institution)
    record(events.NAME_FORGOTTEN, meaning.institution or meaning, by=by, written=meaning.written)
    meaning.delete()


def _lock(institution: Institution | None) -> None:
    """One after the other, so that the event tells truly how many were new."""
    if institution:
        Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)


def _fits(model: type[models.Model], name: str, text: str) -> bool:
    """Whether the text can be kept; a longer one is only asked about again."""
    longest = getattr(model._meta.get_field(name), "max_length", None) or 0
    return 0 < len(text) <= longest


def _record(
    event: Event, institution: Institution | None, kept: list[HeadingMeaning] | list[NameMeaning], by: User
) -> None:
    if kept:
        record(event, institution or kept[0], by=by, count=len(kept))
