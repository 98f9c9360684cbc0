"""The good rows of a file written into the round."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import F

from eastep.applications.actions.lists import (
    fill_applicant,
    fill_place,
    institution_keys,
    keep_earlier,
    next_number,
)
from eastep.applications.models import Round, RoundApplicant, RoundFile, RoundPlace, Withdrawn
from eastep.imports.queries import Compared
from eastep.people.models import User

BATCH = 2_000
OVER: Any = {"update_conflicts": True, "unique_fields": ["id"], "batch_size": BATCH}
"""Writes whole rows over those that are there: for thousands, bulk_update takes ten times as long."""
PLACE_COLUMNS = [
    "record",
    "key",
    "places",
    "home",
    "host",
    "start",
    "length",
    "withdrawn",
    "version",
    "earlier",
]
APPLICANT_COLUMNS = [
    *("record", "name", "home", "score", "choices", "search_key", "grams"),
    *("withdrawn", "reason", "version", "earlier"),
]


def take_over(file: RoundFile, compared: Compared, gone: Collection[str], *, by: User) -> None:
    """What the inbox of a round does with the good rows."""
    round_ = file.round
    round_.edition += 1
    round_.save(update_fields=["edition"])
    TAKE_OVER[RoundFile.Kind(file.kind)](round_, compared, gone, by, file.name)


def take_places(round_: Round, compared: Compared, gone: Iterable[str], by: User, file: str) -> None:
    keys, held = institution_keys(), {row.key: row for row in round_.places.all()}
    number = next_number(round_)
    new, changed = [], []
    for key in (*compared.found.new, *compared.found.changed):
        if row := held.get(key):
            keep_earlier(row, by=by, file=file)
            row.withdrawn = "" if row.withdrawn == Withdrawn.FILE else row.withdrawn
            changed.append(row)
        else:
            row = RoundPlace(round=round_, number=number)
            number += 1
            new.append(row)
        fill_place(row, compared.brought[key], keys)
    RoundPlace.objects.bulk_create(new, batch_size=BATCH)
    RoundPlace.objects.bulk_create(changed, update_fields=PLACE_COLUMNS, **OVER)
    round_.places.filter(key__in=list(gone), withdrawn="").update(
        withdrawn=Withdrawn.FILE, version=F("version") + 1
    )


def _take_applicants(round_: Round, compared: Compared, gone: Iterable[str], by: User, file: str) -> None:
    keys = institution_keys()
    held = {row.applicant: row for row in round_.applicants.all()}
    new, changed = [], []
    for number in (*compared.found.new, *compared.found.changed):
        if row := held.get(number):
            keep_earlier(row, by=by, file=file)
            if row.withdrawn == Withdrawn.FILE:
                row.withdrawn, row.reason = "", ""
            changed.append(row)
        else:
            row = RoundApplicant(round=round_)
            new.append(row)
        fill_applicant(row, compared.brought[number], keys)
    RoundApplicant.objects.bulk_create(new, batch_size=BATCH)
    RoundApplicant.objects.bulk_create(changed, update_fields=APPLICANT_COLUMNS, **OVER)
    round_.applicants.filter(applicant__in=list(gone), withdrawn="").update(
        withdrawn=Withdrawn.FILE, reason=file[:500], version=F("version") + 1
    )


def _take_languages(round_: Round, compared: Compared, gone: Iterable[str], by: User, file: str) -> None:
    """Results by test go to their applicants; those that are gone are taken away again."""
    said: dict[str, dict[str, str | None]] = {}
    for key in (*compared.found.new, *compared.found.changed):
        number, _, test = key.rpartition("|")  # a number may hold a bar, a test does not
        said.setdefault(number, {})[test] = compared.brought[key]["result"]
    for key in gone:
        number, _, test = key.rpartition("|")  # a number may hold a bar, a test does not
        said.setdefault(number, {})[test] = None
    changed = []
    for row in round_.applicants.filter(applicant__in=said):
        results: dict[str, Any] = {**row.results, **said[row.applicant]}
        row.results = {test: text for test, text in results.items() if text}
        row.version += 1
        changed.append(row)
    RoundApplicant.objects.bulk_create(changed, update_fields=["results", "version"], **OVER)


TAKE_OVER = {
    RoundFile.Kind.PLACES: take_places,
    RoundFile.Kind.APPLICANTS: _take_applicants,
    RoundFile.Kind.LANGUAGES: _take_languages,
}
