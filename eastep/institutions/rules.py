"""Who may change institutions, their terms, and the roles at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eastep.core.permissions import Rule, allow
from eastep.people.rules import is_programme, is_system

if TYPE_CHECKING:
    from eastep.people.models import User


@Rule
def is_office_of(user: User, institution: Any) -> bool:
    """The international office of the institution."""
    return (institution.pk, "office") in user.roles


allow("institutions.import_institutions", to=is_programme | is_system)
allow("institutions.load_shipped", to=is_system)
allow("institutions.set_term", to=is_office_of | is_programme | is_system)
allow("institutions.give_role", to=is_programme | is_system)
allow("institutions.take_role", to=is_programme | is_system)
