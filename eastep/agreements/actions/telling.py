"""Who is told of what: the people of the side that has to know."""

from __future__ import annotations

from django.urls import reverse

from eastep.agreements.models import Invitation, Party
from eastep.core.models import Entry
from eastep.institutions.states import Role
from eastep.notices.actions import tell
from eastep.notices.models import Notice
from eastep.people.models import User


def tell_partner(entry: Entry, party: Party, *, key: str = "") -> list[Notice]:
    """Tell the people of the other side of what has happened. Of what is not shared, it hears nothing."""
    return tell_side(entry, party.other, key=key)


def tell_side(entry: Entry, party: Party, *, key: str = "") -> list[Notice]:
    """Tell the people of this side. Who has a notice of the same *key* gets no second one.

    A guest is led to the door of the own invitation, for there is no other way to sign in.
    """
    agreement = party.agreement
    if agreement.shared_at is None and not party.is_author:
        return []
    if office := _office_of(party):
        return tell(entry, people=office, url=agreement.get_absolute_url(), key=key)
    told = []
    for guest, invitation in _guests_of(party):
        url = reverse("guest_return", args=[invitation.pk, invitation.key])
        told += tell(entry, people=[guest], url=url, key=key)
    return told


def people_of(party: Party) -> list[User]:
    """Whom a side is reached through: the named people, else its whole office, else its guests."""
    return _office_of(party) or [guest for guest, _invitation in _guests_of(party)]


def _office_of(party: Party) -> list[User]:
    """The named people, else all. Who has left the office hears no more, whoever named them."""
    everybody = User.objects.filter(
        is_active=True, memberships__institution=party.institution_id, memberships__role=Role.OFFICE
    ).order_by("pk")
    return list(everybody.filter(pk__in=party.responsible.values("pk"))) or list(everybody)


def _guests_of(party: Party) -> list[tuple[User, Invitation]]:
    live = party.invitations.live().filter(person__is_active=True).select_related("person")
    return [(one.person, one) for one in live.order_by("person_id") if one.person]
