"""Somebody says that they act for an institution; the programme decides."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.core.permissions import authorise
from eastep.institutions import events
from eastep.institutions.actions.locking import locked
from eastep.institutions.actions.roles import give_role
from eastep.institutions.models import Claim, Institution, Membership
from eastep.institutions.states import CLAIM, ClaimState, Role
from eastep.people.models import User


@transaction.atomic
def claim_institution(institution: Institution, *, by: User, note: str) -> Claim:
    """Ask the programme for the role of the institution's office. Refused while an earlier claim is open."""
    institution = locked(institution)
    authorise(by, "institutions.claim_institution", institution)
    if Membership.objects.filter(user=by, institution=institution, role=Role.OFFICE).exists():
        raise Refused(_("You act for this institution already."), code="has_role")
    if Claim.objects.open().filter(institution=institution, person=by).exists():
        raise Refused(
            _("You have asked for this already. The programme has not decided yet."), code="already_asked"
        )
    claim = Claim(institution=institution, person=by, note=note)
    claim.full_clean()
    claim.save()
    record(events.INSTITUTION_CLAIMED, claim, by=by, person=by.pk)
    return claim


@transaction.atomic
def grant_claim(claim: Claim, *, by: User) -> Claim:
    """The person acts for the institution's office from now on."""
    claim = locked(claim)
    authorise(by, "institutions.grant_claim", claim)
    _decide(claim, "grant", by=by)
    give_role(claim.person, by=by, role=Role.OFFICE, institution=claim.institution)
    record(events.CLAIM_GRANTED, claim, by=by, person=claim.person_id)
    return claim


@transaction.atomic
def refuse_claim(claim: Claim, *, by: User, reason: str) -> Claim:
    """The person does not get the role, for a reason that they read."""
    claim = locked(claim)
    authorise(by, "institutions.refuse_claim", claim)
    _decide(claim, "refuse", by=by, reason=reason)
    record(events.CLAIM_REFUSED, claim, by=by, person=claim.person_id)
    return claim


@transaction.atomic
def withdraw_claim(claim: Claim, *, by: User) -> Claim:
    """The person does not ask any more."""
    claim = locked(claim)
    authorise(by, "institutions.withdraw_claim", claim)
    _decide(claim, "withdraw", by=by)
    record(events.CLAIM_WITHDRAWN, claim, by=by, person=claim.person_id)
    return claim


def _decide(claim: Claim, verb: str, *, by: User, reason: str = "") -> None:
    claim.state = ClaimState(CLAIM.after(claim.state, verb))
    claim.reason, claim.decided_by, claim.decided_at = reason, by, timezone.now()
    claim.full_clean()
    claim.save(update_fields=["state", "reason", "decided_by", "decided_at"])
