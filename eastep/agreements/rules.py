"""Who may do what with an agreement. The subject is the side (Party) that acts; seeing is said in the models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eastep.core.permissions import Rule, allow
from eastep.people.rules import is_oneself, is_system

if TYPE_CHECKING:
    from eastep.people.models import User


@Rule
def is_office_of_side(user: User, party: Any) -> bool:
    """The international office of the institution on that side."""
    return (party.institution_id, "office") in user.roles


@Rule
def is_guest_of_side(user: User, party: Any) -> bool:
    """A named person of the partner, who has proved the address that the invitation went to."""
    return bool(party.invitations.live().filter(person=user).exists())


@Rule
def is_office_of_either_side(user: User, party: Any) -> bool:
    """The office of one of the two: a side may end what was opened in its name."""
    return is_office_of_side(user, party) or (party.partner_id, "office") in user.roles


@Rule
def is_office_of_institution(user: User, institution: Any) -> bool:
    """Somebody of the office keeps the seal of their own there."""
    return (institution.pk, "office") in user.roles


allow("agreements.keep_calendar", to=is_oneself)
allow("agreements.keep_seal", to=is_office_of_institution)
allow("agreements.write", to=is_office_of_side)
allow("agreements.approve", to=is_office_of_side | is_guest_of_side)
allow("agreements.remark", to=is_office_of_side | is_guest_of_side)
allow("agreements.revoke_invitation", to=is_office_of_either_side)
allow("agreements.remind_of_ends", to=is_system)
allow("agreements.settle_begun", to=is_system)
allow(
    "agreements.bring_in", to=is_office_of_institution
)  # every step from handing a file in to taking it over
