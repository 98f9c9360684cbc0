"""Who is told of what: the people of the side that has to know."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from eastep.agreements.models import Party
from eastep.core.models import Entry
from eastep.institutions.states import Role
from eastep.notices.actions import tell
from eastep.notices.models import Notice
from eastep.people.models import User


def tell_partner(entry: Entry, party: Party, *, key: str = "") -> list[Notice]:
    """Tell the people of the other side of what has happened. Of what is not shared, it hears nothing."""
    return tell_side(entry, party.other, key=key)


def tell_side(entry: Entry, party: Party, *, key: str = "") -> list[Notice]:
    """Tell the people of this side. Who has a notice of the same *key* gets no second one."""
    agreement = party.agreement
    if agreement.shared_at is None and not party.is_author:
        return []
    return tell(entry, people=people_of(party), url=agreement.get_absolute_url(), key=key)


def people_of(party: Party) -> list[User]:
    """Whom a side is reached through: the named people, else its whole office, else its guests.

    Who has left the office hears no more, whoever named them.
    """
    office = Q(memberships__institution=party.institution_id, memberships__role=Role.OFFICE)
    active = User.objects.filter(is_active=True)
    choices: tuple[QuerySet[User], ...] = (
        active.filter(office, pk__in=party.responsible.values("pk")),
        active.filter(office),
        active.filter(pk__in=party.invitations.live().values("person")),
    )
    return next((found for found in (list(some.order_by("pk")) for some in choices) if found), [])
