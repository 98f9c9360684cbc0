"""Who may do what with notices: everybody with their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eastep.core.permissions import Rule, allow
from eastep.people.rules import is_oneself

if TYPE_CHECKING:
    from eastep.people.models import User


@Rule
def is_told(user: User, notice: Any) -> bool:
    """The person whom the notice is for."""
    return bool(notice.person_id == user.pk)


allow("notices.read_notices", to=is_oneself)
allow("notices.choose_mail", to=is_oneself)
allow("notices.mail_again", to=is_told)
