"""A checked file taken over into the round: all of its good rows, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eastep.applications import events, queries
from eastep.applications.actions.files import Compared, compare, locked_file, moved, read_on
from eastep.applications.actions.lists import (
    fill_applicant,
    fill_place,
    has_long_list,
    institution_keys,
    keep_earlier,
    next_number,
)
from eastep.applications.actions.locking import defer, locked
from eastep.applications.models import Round, RoundApplicant, RoundFile, RoundPlace, Withdrawn
from eastep.applications.states import FILE, ROUND, FileState
from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.people.models import User
from eastep.standards.queries import standards_in_force

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


@transaction.atomic
def take_file(file: RoundFile, *, by: User, run: int, only_good: bool, remove_missing: bool) -> RoundFile:
    """Have the good rows taken over; a job does it. Bad rows: Refused, unless *only_good*.

    With *remove_missing*, rows of the same homes that this file does not have are withdrawn.
    """
    file = locked_file(file, by=by, run=run)
    file.state = FILE.after(file.state, "take")
    ROUND.after(file.round.state, "change")
    if file.errors and not only_good:
        raise Refused(
            ngettext(
                "One problem is not mended yet. Mend it, or choose to take over the good rows alone.",
                "{number} problems are not mended yet. Mend them, or choose to take over the good rows alone.",
                file.errors,
            ).format(number=file.errors),
            code="bad_rows",
        )
    if remove_missing and (file.errors or file.left_out):
        raise Refused(
            _(
                "As long as rows are bad or left out, nobody knows what this file does not have. Mend them first, or "
                "withdraw single rows in the lists."
            ),
            code="missing_unknown",
        )
    file.remove_missing = remove_missing
    file.run += 1
    moved(file, "run", "remove_missing")
    defer("finish_file", file, by)
    return file


def finish_file(file: RoundFile, *, by: User, run: int) -> RoundFile:
    """Take over what was shown. If the round has changed since, it is compared again first, and nothing is taken."""
    with transaction.atomic():
        round_ = locked(file.round, by=by, permission=None)  # whoever asked may have lost the role since
        file = RoundFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        file.round = round_
        if file.run != run or file.state != FileState.TAKING:
            return file
        is_open = "change" in ROUND.open_to(round_.state) and by.has_perm("applications.bring_in", round_)
        rows = queries.unpacked(file)
        has_long = file.kind == RoundFile.Kind.APPLICANTS and any(
            has_long_list(round_, fields) for _row, fields in rows
        )
        if round_.edition != file.edition or not is_open or has_long:
            file.difference = {"outdated": True}  # so that the page can say why nothing was taken over
            return read_on(file, by, "difference")
        compared = compare(file, (fields for _row, fields in rows), standards_in_force())
        gone = compared.found.missing if file.remove_missing else []
        if compared.found.new or compared.found.changed or gone:
            round_.edition += 1
            round_.save(update_fields=["edition"])
            TAKE_OVER[RoundFile.Kind(file.kind)](round_, compared, gone, by, file.name)
            _read_waiting(round_, file, by)
        file.state = FILE.after(file.state, "finish")
        file.records = b""
        moved(file, "records")
        counts = compared.found
        record(
            events.FILE_TAKEN, round_, by=by, file=file.name, sha256=file.sha256, new=len(counts.new),
            changed=len(counts.changed), same=counts.same, gone=len(gone),
        )  # fmt: skip
    return file


def _read_waiting(round_: Round, taken: RoundFile, by: User) -> None:
    """What was compared with the round as it was is compared again: language results may have their applicants now."""
    waiting = (
        round_.files.select_for_update(of=("self",)).filter(state=FileState.CHECKED).exclude(pk=taken.pk)
    )
    for file in waiting.without_bulk():
        file.round = round_
        read_on(file, by)


def _take_places(round_: Round, compared: Compared, gone: Iterable[str], by: User, file: str) -> None:
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
    RoundFile.Kind.PLACES: _take_places,
    RoundFile.Kind.APPLICANTS: _take_applicants,
    RoundFile.Kind.LANGUAGES: _take_languages,
}
