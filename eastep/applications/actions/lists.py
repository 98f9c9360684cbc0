"""The verbs of single rows: places and applicants edited, withdrawn and brought back by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eastep.applications import events
from eastep.applications.actions.locking import locked, to_change
from eastep.applications.models import Round, RoundApplicant, RoundPlace, Withdrawn, search_fields
from eastep.applications.records import Record, place_key
from eastep.core.errors import Refused, refuse_stale
from eastep.core.events import Event, record
from eastep.institutions.models import Institution
from eastep.people.models import User

TOO_MANY_CHOICES = gettext_lazy(
    "A list may hold {limit} choices at most in this round, and this one has {count}. Leave some of them out."
)
SHOWN = 20  # numbers in one entry of the history


@transaction.atomic
def add_place(round_: Round, *, by: User, fields: Record) -> RoundPlace:
    """One more row of places. Refused if a row of its kind is there."""
    round_ = to_change(round_, by=by, permission="applications.edit_rows")
    row = RoundPlace(round=round_, number=next_number(round_))
    fill_place(row, fields, institution_keys())
    _refuse_same_place(row)
    row.save()
    record(events.PLACE_ADDED, round_, by=by, row=row.number)
    return row


@transaction.atomic
def edit_place(place: RoundPlace, *, by: User, version: int, fields: Record) -> RoundPlace:
    """Another content for one row of places. *version* is what the person saw; Refused if it has gone on.

    What the row says already changes nothing, whoever saw what.
    """
    locked(place.round, by=by, permission="applications.edit_rows")
    row = RoundPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if row.record == fields:
        return row
    refuse_stale(row.version, version)
    round_ = to_change(place.round, by=by, permission="applications.edit_rows")
    keep_earlier(row, by=by)
    fill_place(row, fields, institution_keys())
    _refuse_same_place(row)
    row.save()
    record(events.PLACE_EDITED, round_, by=by, row=row.number)
    return row


@transaction.atomic
def add_applicant(round_: Round, *, by: User, fields: Record) -> RoundApplicant:
    """One more applicant. Refused if the number is taken."""
    round_ = to_change(round_, by=by, permission="applications.edit_rows")
    row = RoundApplicant(round=round_)
    fill_applicant(row, fields, institution_keys())
    _refuse_same_applicant(row)
    row.save()
    record(events.APPLICANT_ADDED, round_, by=by, applicant=row.applicant)
    return row


@transaction.atomic
def edit_applicant(applicant: RoundApplicant, *, by: User, version: int, fields: Record) -> RoundApplicant:
    """Another content for one applicant. *version* is what the person saw; Refused if it has gone on.

    What the row says already changes nothing, whoever saw what.
    """
    locked(applicant.round, by=by, permission="applications.edit_rows")
    row = RoundApplicant.objects.select_for_update(of=("self",)).get(pk=applicant.pk)
    if row.record == fields:
        return row
    refuse_stale(row.version, version)
    round_ = to_change(applicant.round, by=by, permission="applications.edit_rows")
    keep_earlier(row, by=by)
    fill_applicant(row, fields, institution_keys())
    _refuse_same_applicant(row)
    row.save()
    record(events.APPLICANT_EDITED, round_, by=by, applicant=row.applicant)
    return row


@transaction.atomic
def withdraw_places(round_: Round, *, by: User, rows: QuerySet[RoundPlace]) -> int:
    """These rows of places count no more. How many that were."""
    return _change_state(round_, by, RoundPlace, rows, events.PLACES_WITHDRAWN, withdrawn=Withdrawn.OFFICE)


@transaction.atomic
def readmit_places(round_: Round, *, by: User, rows: QuerySet[RoundPlace]) -> int:
    """These rows of places count again."""
    return _change_state(round_, by, RoundPlace, rows, events.PLACES_READMITTED, withdrawn=Withdrawn.NO)


@transaction.atomic
def withdraw_applicants(round_: Round, *, by: User, rows: QuerySet[RoundApplicant], reason: str) -> int:
    """These applicants are placed no more, for a reason that stays with them. How many that were."""
    return _change_state(
        round_,
        by,
        RoundApplicant,
        rows,
        events.APPLICANTS_WITHDRAWN,
        withdrawn=Withdrawn.OFFICE,
        reason=reason,
    )


@transaction.atomic
def readmit_applicants(round_: Round, *, by: User, rows: QuerySet[RoundApplicant]) -> int:
    """These applicants are placed again."""
    return _change_state(
        round_, by, RoundApplicant, rows, events.APPLICANTS_READMITTED, withdrawn=Withdrawn.NO, reason=""
    )


LISTED: dict[type[Any], tuple[str, str]] = {  # in the history: (the fact, the column that fills it)
    RoundPlace: ("rows", "number"),
    RoundApplicant: ("applicants", "applicant"),
}


def _change_state[Row: RoundPlace | RoundApplicant](
    round_: Round,
    by: User,
    model: type[Row],
    rows: QuerySet[Row],
    event: Event,
    *,
    withdrawn: str,
    **given: str,
) -> int:
    """Withdraw those of *rows* that count, or bring back those that do not; the round's alone. None: no change."""
    locked(round_, by=by, permission="applications.edit_rows")
    chosen = model._default_manager.filter(round=round_, pk__in=rows.order_by().values("pk"))
    chosen = chosen.filter(withdrawn="") if withdrawn else chosen.exclude(withdrawn="")
    fact, column = LISTED[model]
    shown = list(chosen.order_by(column).values_list(column, flat=True)[:SHOWN])
    if not shown:
        return 0
    round_ = to_change(round_, by=by, permission="applications.edit_rows")
    number = chosen.update(withdrawn=withdrawn, version=F("version") + 1, **given)
    told = {"reason": given["reason"]} if given.get("reason") else {}
    record(event, round_, by=by, **{fact: listed(shown, number)}, **told)
    return number


# What a record fills in, by hand and from a file alike


def fill_place(row: RoundPlace, fields: Record, keys: Mapping[str, int]) -> None:
    """Set all that is kept of *row* from a place record; *keys* are the institutions' primary keys."""
    _refuse_other_home(row.round, fields)
    row.record, row.key, row.places = fields, place_key(fields), fields["places"]
    row.home_id, row.host_id = keys[fields["home"]], keys[fields["host"]]
    row.start, row.length = fields["start"], fields["length"]


def fill_applicant(row: RoundApplicant, fields: Record, keys: Mapping[str, int]) -> None:
    """The same from an applicant record."""
    _refuse_other_home(row.round, fields)
    _refuse_long_list(row.round, fields)
    row.record, row.applicant, row.name = fields, fields["id"], fields["name"]
    row.home_id, row.score, row.choices = (
        keys[fields["home"]],
        Decimal(fields["score"]),
        len(fields["choices"]),
    )
    for name, value in search_fields(row.applicant, row.name).items():
        setattr(row, name, value)


def keep_earlier(row: RoundPlace | RoundApplicant, *, by: User, file: str = "") -> None:
    """Put what the row says now aside, with who changes it and from which file."""
    row.earlier = [
        *row.earlier,
        {"record": row.record, "until": timezone.now().isoformat(), "by": by.pk, "file": file},
    ]
    row.version += 1


def institution_keys() -> dict[str, int]:
    return dict(Institution.objects.values_list("key", "pk"))


def next_number(round_: Round) -> int:
    """Rows are numbered like those of a sheet: the first is 1. A number is never given twice."""
    return 1 + (round_.places.aggregate(last=Max("number"))["last"] or 0)


def _refuse_other_home(round_: Round, fields: Record) -> None:
    if round_.home and fields["home"] != round_.home.key:
        raise Refused(
            _("This round belongs to {home}. Rows of other home institutions do not belong into it.").format(
                home=round_.home
            ),
            code="other_home",
        )


def has_long_list(round_: Round, fields: Record) -> bool:
    """Whether an applicant has more choices than the round allows."""
    return round_.most_choices is not None and len(fields["choices"]) > round_.most_choices


def _refuse_long_list(round_: Round, fields: Record) -> None:
    if has_long_list(round_, fields):
        raise Refused(
            str(TOO_MANY_CHOICES).format(limit=round_.most_choices, count=len(fields["choices"])),
            code="too_many_choices",
        )


def _refuse_same_place(row: RoundPlace) -> None:
    same = RoundPlace.objects.filter(round=row.round, key=row.key).exclude(pk=row.pk).first()
    if same:
        raise Refused(
            _("Row {row} has places of this kind already. Change the number of places there.").format(
                row=same.number
            ),
            code="same_place",
        )


def _refuse_same_applicant(row: RoundApplicant) -> None:
    if RoundApplicant.objects.filter(round=row.round, applicant=row.applicant).exclude(pk=row.pk).exists():
        raise Refused(
            _("Another applicant of this round has the number {number}.").format(number=row.applicant),
            code="same_applicant",
        )


def listed(shown: list[Any], number: int) -> str:
    """Those of *number* that are *shown*, for an entry of the history or a message; and how many, if these are not all."""
    told = ", ".join(map(str, shown))
    return f"{told} … ({number})" if number > len(shown) else told
