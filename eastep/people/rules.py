"""Who somebody is, as questions that the rules of later apps are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eastep.core.permissions import Rule, allow

if TYPE_CHECKING:
    from eastep.people.models import User

SYSTEM = "system@eastep.invalid"  # the address of the user that automatic acts are recorded under


@Rule
def is_system(user: User, subject: Any) -> bool:
    """What runs by itself, such as loading what a release brings."""
    return user.email == SYSTEM


@Rule
def is_programme(user: User, subject: Any) -> bool:
    """An administrator of the programme, in either country."""
    return user.has_role("programme")


@Rule
def is_oneself(user: User, subject: Any) -> bool:
    return bool(user == subject)


@Rule
def is_own(user: User, subject: Any) -> bool:
    return bool(subject.user_id == user.pk)


allow("people.add_person", to=is_system | is_programme)
allow("people.edit_names", to=is_oneself)
allow("people.choose_language", to=is_oneself)
allow("people.save_view", to=is_oneself)
allow("people.forget_view", to=is_own)
