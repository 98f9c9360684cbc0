"""Whoever asked to act for an institution is told what became of it, and the programme that somebody has asked."""

from __future__ import annotations

from django.urls import reverse

from eastep.core.events import reacts_to
from eastep.core.models import Entry
from eastep.institutions.models import Claim
from eastep.institutions.states import Role
from eastep.notices.actions import tell
from eastep.people.models import User


@reacts_to("institutions.institution_claimed")
def tell_the_programme(entry: Entry) -> None:
    programme = User.objects.filter(memberships__role=Role.PROGRAMME, is_active=True).distinct()
    tell(entry, people=programme, url=_address(entry), key=f"entry:{entry.pk}")


@reacts_to("institutions.claim_granted")
@reacts_to("institutions.claim_refused")
def tell_the_claimant(entry: Entry) -> None:
    claim = Claim.objects.select_related("person").get(pk=entry.subject_id)
    tell(entry, people=[claim.person], url=_address(entry), key=f"entry:{entry.pk}")


def _address(entry: Entry) -> str:
    return reverse("claim", args=[entry.subject_id])
