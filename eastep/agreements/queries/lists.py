"""Reads for the list of agreements: one row each, from the reader's own side."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from eastep.agreements.content import later
from eastep.agreements.models import Party, Version
from eastep.agreements.models.agreements import STAFF
from eastep.agreements.states import Standing, VersionState, WaitsFor
from eastep.core.text import TrilingualField

if TYPE_CHECKING:
    from eastep.people.models import User

SHOWN = (  # columns that a row of the list needs, beside the names
    *("position", "reference", "balance", "work_state", "waits_for", "places_out", "places_in"),
    *("agreement__paused_from", "agreement__resumes_on", "agreement__moved_at", "agreement__mobility"),
    *("agreement__starts_on", "agreement__ends_on", "agreement__ending_on", "agreement__is_agreed"),
    *("agreement__open_state", "agreement__level", "agreement__tolerance"),
)


def sees_all(user: User) -> bool:
    """Whether the person looks at everybody's agreements, and belongs to no side in that."""
    return bool(user.roles & {(None, "programme"), (None, "auditor")})


def listed(user: User) -> QuerySet[Party]:
    """The own side of each agreement that the person sees, once; for the programme and its auditors the first side."""
    rows = Party.objects.all()
    if sees_all(user):
        rows = rows.filter(position=1)
        if (None, "auditor") not in user.roles:
            rows = rows.filter(agreement__shared_at__isnull=False)
    else:
        homes = [place for place, role in user.roles if place and role in STAFF]
        rows = rows.seen_by(user).exclude(position=2, partner__in=homes)
    found = rows.select_related("agreement", "institution", "partner", "faculty")
    return found.defer("institution__grams", "partner__grams")  # far larger than all the rest


def with_names(rows: QuerySet[Party]) -> QuerySet[Party]:
    """*rows* as the list shows them: `own_name`, `own_faculty`, `partner_name` and `partner_faculty` are each a Text.

    A faculty's is None where there is none. No objects are made of institutions and faculties: they take as long as the query.
    """
    return rows.select_related(None).select_related("agreement").only(*SHOWN).annotate(
        own_name=F("institution__name"),
        own_faculty=F("faculty__name"),
        partner_name=F("partner__name"),
        partner_faculty=_faculty_of_the_other_side(),
    )  # fmt: skip


@cache
def _faculty_of_the_other_side() -> Subquery:
    other = Party.objects.filter(agreement=OuterRef("agreement")).exclude(position=OuterRef("position"))
    return Subquery(other.order_by().values("faculty__name"), output_field=TrilingualField(null=True))


def stands(standing: str, on: date) -> Q:
    """The sides whose agreement stands so on the day: `Agreement.standing`, asked of the database."""
    agreed = Q(agreement__is_agreed=True)
    match standing:
        case Standing.ENDED:
            return agreed & Q(agreement__ends_on__lt=on)
        case Standing.COMING:
            return agreed & (Q(agreement__starts_on__gt=on) | _paused(on)) & _lasts(on)
        case Standing.ENDING:
            return agreed & _begun(on) & _lasts(on) & Q(agreement__ending_on__isnull=False)
        case Standing.IN_EFFECT:
            return agreed & _begun(on) & _lasts(on) & Q(agreement__ending_on=None)
        case Standing.DISCARDED:
            return Q(agreement__is_agreed=False, agreement__open_state="")
    return Q(agreement__is_agreed=False, agreement__open_state=standing)


def _begun(on: date) -> Q:
    return (Q(agreement__starts_on=None) | Q(agreement__starts_on__lte=on)) & (
        Q(agreement__resumes_on=None) | ~_paused(on)
    )


def _paused(on: date) -> Q:
    """Between two versions, on a day on which none holds."""
    return Q(agreement__paused_from__lte=on, agreement__resumes_on__gt=on)


def _lasts(on: date) -> Q:
    return Q(agreement__ends_on=None) | Q(agreement__ends_on__gte=on)


def ends_within(months: int, on: date) -> Q:
    """In effect or about to be, and over within so many months."""
    return Q(agreement__is_agreed=True, agreement__ends_on__range=(on, later(on, months)))


def waits_for_us() -> Q:
    return Q(waits_for__in=(WaitsFor.US, WaitsFor.BOTH))


def waits_for_partner() -> Q:
    return Q(waits_for__in=(WaitsFor.PARTNER, WaitsFor.BOTH))


def to_confirm(rows: QuerySet[Party]) -> QuerySet[Party]:
    """What the partner has recorded, and this side can confirm: each with the hash of what it says, `text`."""
    work = Version.objects.open().filter(agreement=OuterRef("agreement"))
    waiting = rows.filter(waits_for=WaitsFor.US, work_state=VersionState.RECORDED)
    return waiting.annotate(text=Subquery(work.values("sha256")))


def to_renew(rows: QuerySet[Party]) -> QuerySet[Party]:
    """What is agreed, has an end, no notice, and nothing in work yet."""
    return rows.filter(
        agreement__is_agreed=True,
        agreement__open_state="",
        agreement__ends_on__isnull=False,
        agreement__ending_on=None,
    )


def to_remind(rows: QuerySet[Party], on: date) -> QuerySet[Party]:
    """What the partner has to act on, and what ends within a year; see `actions.reminding.reminder_of`."""
    return rows.filter(waits_for_partner() | ends_within(12, on), agreement__shared_at__isnull=False)


def balanced() -> Q:
    """Within the tolerance that the agreement allows."""
    return Q(balance__gte=-F("agreement__tolerance"), balance__lte=F("agreement__tolerance"))
