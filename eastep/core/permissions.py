"""Who may do what: said once with `allow`, asked once in each action with `authorise`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from eastep.people.models import User

_allowed: dict[str, Rule] = {}


class Rule:
    """A question about a person and a thing. Rules combine with ``&``, ``|`` and ``~``."""

    def __init__(self, test: Callable[[User, Any], bool]) -> None:
        self.test = test

    def __call__(self, user: User, subject: object = None) -> bool:
        return self.test(user, subject)

    def __and__(self, other: Rule) -> Rule:
        return Rule(lambda user, subject: self(user, subject) and other(user, subject))

    def __or__(self, other: Rule) -> Rule:
        return Rule(lambda user, subject: self(user, subject) or other(user, subject))

    def __invert__(self) -> Rule:
        return Rule(lambda user, subject: not self(user, subject))


def allow(permission: str, *, to: Rule) -> None:
    """Give *permission* (``app.verb_noun``) to whom the rule holds for. Each is said once."""
    if permission in _allowed:
        raise ValueError(f"{permission} is said twice")
    _allowed[permission] = to


def permitted(user: User, permission: str, subject: object = None) -> bool:
    """Whether *user* may. A permission that nobody was given raises KeyError: a typing error must not pass."""
    return user.is_active and _allowed[permission](user, subject)


def authorise(user: User, permission: str, subject: object = None) -> None:
    """Raise PermissionDenied unless *user* may."""
    if not permitted(user, permission, subject):
        raise PermissionDenied(_("You do not have the role that this needs."))
