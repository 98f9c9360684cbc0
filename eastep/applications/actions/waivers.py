"""The verbs of waivers."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eastep.applications import events
from eastep.applications.actions.locking import to_change
from eastep.applications.eligibility import WAIVABLE
from eastep.applications.models import RoundApplicant, Waiver
from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.institutions.models import Institution
from eastep.people.models import User


@transaction.atomic
def waive_objection(
    applicant: RoundApplicant, *, by: User, host: Institution, start: str, length: str, code: str, reason: str
) -> Waiver:
    """Let one objection to one choice pass. Refused if it is waived already, or if nobody can waive it."""
    round_ = to_change(applicant.round, by=by, permission="applications.waive_objection")
    applicant = RoundApplicant.objects.select_for_update(of=("self",)).get(pk=applicant.pk)
    if code not in WAIVABLE:
        raise Refused(_("Where there are no places, there is nothing to waive."), code="nothing_to_waive")
    if {"host": host.key, "start": start, "length": length} not in applicant.record["choices"]:
        raise Refused(
            _("The applicant does not have this choice any more. Look at the applicant again."),
            code="no_choice",
        )
    found, is_new = Waiver.objects.get_or_create(
        applicant=applicant,
        host=host,
        start=start,
        length=length,
        code=code,
        ended_at=None,
        defaults={"by": by, "reason": reason},
    )
    if not is_new:
        raise Refused(_("This has been waived already."), code="waived")
    record(
        events.OBJECTION_WAIVED, round_, by=by, applicant=applicant.applicant, objection=code, reason=reason
    )
    return found


@transaction.atomic
def end_waiver(waiver: Waiver, *, by: User) -> Waiver:
    """Take back what was waived."""
    round_ = to_change(waiver.applicant.round, by=by, permission="applications.waive_objection")
    waiver = Waiver.objects.select_for_update(of=("self",)).select_related("applicant").get(pk=waiver.pk)
    if waiver.ended_at:
        raise Refused(_("This has been taken back already."), code="ended")
    waiver.ended_at, waiver.ended_by = timezone.now(), by
    waiver.save(update_fields=["ended_at", "ended_by"])
    record(events.WAIVER_ENDED, round_, by=by, applicant=waiver.applicant.applicant, objection=waiver.code)
    return waiver
