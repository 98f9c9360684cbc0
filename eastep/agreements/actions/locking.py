"""What every verb of an agreement begins and ends with: its row locked, and its columns for lists written."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from eastep.agreements import queries
from eastep.agreements.actions.recounting import keep_rule
from eastep.agreements.actions.settling import settle_sides
from eastep.agreements.content import field_keys
from eastep.agreements.models import Agreement, Party, Version
from eastep.agreements.states import OPEN, VersionState
from eastep.core.errors import Refused
from eastep.core.permissions import authorise
from eastep.people.models import User

COLUMNS = (
    "starts_on",
    "paused_from",
    "resumes_on",
    "ends_on",
    "is_agreed",
    "open_state",
    "level",
    "mobility",
    "field_keys",
    "tolerance",
    "unit",
    "moved_at",
)


def locked(party: Party, *, by: User, permission: str = "agreements.write") -> Party:
    """The side as it is now, its agreement locked for this transaction. Raises PermissionDenied, Refused if it is gone.

    What the partner has not shared yet does not exist for the other side.
    """
    agreement = Agreement.objects.select_for_update().filter(pk=party.agreement_id).first()
    found = Party.objects.select_related("institution", "partner", "faculty").filter(pk=party.pk).first()
    if agreement is None or found is None:
        raise Refused(_("The agreement has been deleted meanwhile."), code="gone")
    found.agreement = agreement
    authorise(by, permission, found)
    if agreement.shared_at is None and not found.is_author:
        raise Refused(_("The partner has not shared this draft yet."), code="not_shared")
    return found


def version_in_work(party: Party) -> Version:
    """The one version that is draft, proposed or recorded. Refused if there is none that this side knows."""
    version = queries.open_version(party.agreement)
    if version is None or (version.shared_at is None and version.author_id != party.institution_id):
        raise Refused(
            _("No version of this agreement is in work any more. Look at what is there now."),
            code="no_version",
        )
    return version


def settle(agreement: Agreement, *changed: str) -> None:
    """Write what the versions say into the agreement's columns for lists, with the columns *changed*."""
    versions = list(agreement.versions.defer("canonical").order_by("in_force_from", "number"))
    standing = [version for version in versions if version.state == VersionState.AGREED]
    agreed = [
        version for version in versions if version in standing or version.state == VersionState.REPLACED
    ]
    shown = queries.relevant_of(versions, timezone.localdate())
    agreement.is_agreed = bool(agreed)
    work = next((version for version in versions if version.state in OPEN), None)
    agreement.open_state = work.state if work else ""
    if agreed:
        ends = [version.in_force_until for version in standing]
        agreement.starts_on = agreed[0].in_force_from
        agreement.ends_on = None if None in ends else max(day for day in ends if day)
        agreement.paused_from, agreement.resumes_on = _pause(standing)
        if agreement.ending_on:
            agreement.ends_on = min(agreement.ending_on, agreement.ends_on or agreement.ending_on)
    elif shown:
        agreement.starts_on, agreement.ends_on = period_of(shown)
    if shown:
        agreement.level = shown.content["level"]
        agreement.mobility = sorted({condition["mobility"] for condition in shown.content["conditions"]})
        agreement.field_keys = field_keys(shown.content["conditions"])
        keep_rule(agreement)
    settle_sides(agreement, work=work, shown=shown)
    agreement.moved_at = timezone.now()
    agreement.save(update_fields=[*COLUMNS, *changed])


def settle_begun(*, by: User, today: date) -> None:
    """Settle where another version holds since a day on which nobody acted. Each agreement is a transaction of its own."""
    authorise(by, "agreements.settle_begun")
    begun = Version.objects.filter(
        state=VersionState.AGREED, in_force_from__lte=today, agreement__moved_at__date__lt=F("in_force_from")
    )
    for pk in list(begun.order_by("agreement").values_list("agreement", flat=True).distinct()):
        with transaction.atomic():
            settle(Agreement.objects.select_for_update().get(pk=pk))


def _pause(agreed: list[Version]) -> tuple[date | None, date | None]:
    """The newest days between two versions, in the order of their first days, on which none holds: first, and after."""
    for before, after in reversed(list(pairwise(agreed))):
        if before.in_force_until and after.in_force_from:
            first = before.in_force_until + timedelta(days=1)
            if first < after.in_force_from:
                return first, after.in_force_from
    return None, None


def period_of(version: Version) -> tuple[date, date | None]:
    """First and last day, as the content says."""
    starts_on, ends_on = version.content["starts_on"], version.content["ends_on"]
    return date.fromisoformat(starts_on), date.fromisoformat(ends_on) if ends_on else None
