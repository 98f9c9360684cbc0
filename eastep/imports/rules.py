"""Who may say what the headings and names in an institution's sheets mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eastep.core.permissions import Rule, allow
from eastep.institutions.rules import is_office_of
from eastep.people.rules import is_programme

if TYPE_CHECKING:
    from eastep.people.models import User


@Rule
def hands_in_for(user: User, institution: Any) -> bool:
    """Whose sheets they are: the institution's office; without institution, the programme."""
    return is_programme(user) if institution is None else is_office_of(user, institution)


allow("imports.remember_headings", to=hands_in_for)
allow("imports.remember_names", to=hands_in_for)
allow("imports.forget_heading", to=hands_in_for)
allow("imports.forget_name", to=hands_in_for)
