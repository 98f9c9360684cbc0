"""Who may change institutions, their faculties, terms and contacts, and the roles at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eastep.core.permissions import Rule, allow
from eastep.people.rules import is_programme, is_system

if TYPE_CHECKING:
    from eastep.people.models import User


@Rule
def is_anybody(user: User, subject: Any) -> bool:
    """Whoever has signed in, guests too."""
    return True


@Rule
def is_office_of(user: User, institution: Any) -> bool:
    """The international office of the institution."""
    return (institution.pk, "office") in user.roles


@Rule
def is_programme_auditor(user: User, subject: Any) -> bool:
    """Who reads everything and changes nothing."""
    return (None, "auditor") in user.roles


@Rule
def is_claimant(user: User, claim: Any) -> bool:
    return bool(claim.person_id == user.pk)


allow("institutions.import_institutions", to=is_programme | is_system)
allow("institutions.load_shipped", to=is_system)

allow("institutions.add_contact", to=is_office_of | is_programme)
allow("institutions.edit_contact", to=is_office_of | is_programme)
allow("institutions.remove_contact", to=is_office_of | is_programme)
allow("institutions.add_faculty", to=is_office_of | is_programme)
allow("institutions.rename_faculty", to=is_office_of | is_programme)
allow("institutions.remove_faculty", to=is_office_of | is_programme)
allow("institutions.set_term", to=is_office_of | is_programme | is_system)

allow("institutions.see_people", to=is_office_of | is_programme | is_programme_auditor)
allow("institutions.see_history", to=is_office_of | is_programme | is_programme_auditor)
allow("institutions.give_role", to=is_programme | is_system)
allow("institutions.take_role", to=is_programme | is_system)

allow("institutions.claim_institution", to=is_anybody)
allow("institutions.grant_claim", to=is_programme)
allow("institutions.refuse_claim", to=is_programme)
allow("institutions.withdraw_claim", to=is_claimant)
