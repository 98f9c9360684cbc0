"""Reads about guests and invitations."""

from __future__ import annotations

from django.db.models import QuerySet

from eastep.agreements.models import Agreement, Invitation
from eastep.agreements.models.agreements import STAFF
from eastep.institutions.models import Membership
from eastep.institutions.states import Role
from eastep.people.models import User


def has_office(institution_id: int) -> bool:
    """Whether the institution works with EASTEP itself: somebody acts for its international office."""
    return Membership.objects.filter(
        institution=institution_id, role=Role.OFFICE, user__is_active=True
    ).exists()


def sees_invitations(agreement: Agreement, user: User) -> bool:
    """Whether the person is staff of one of the two sides, the programme, or its auditor."""
    homes = [place for place, role in user.roles if place and role in STAFF]
    return bool(user.roles & {(None, "auditor"), (None, "programme")}) or (
        agreement.parties.filter(institution__in=homes).exists()
    )


def guest_invitations(person: User) -> QuerySet[Invitation]:
    """What the person may see as a guest now, newest first: for the first page and the agreement's."""
    rows = Invitation.objects.live().filter(person=person)
    return rows.select_related("party__agreement", "party__institution", "party__partner").order_by("-pk")
