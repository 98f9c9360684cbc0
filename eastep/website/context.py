"""What the shell of every page needs."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from eastep.notices.queries import unread_count


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of the navigation."""

    url: str
    label: object
    is_here: bool


EVERYBODY = frozenset({"student", "office", "coordinator", "programme", "auditor"})
ANYBODY = frozenset({"anybody"})  # without a role or without signing in, too
NAVIGATION = (  # name of the address, label, who sees it
    ("home", _("Home"), EVERYBODY),
    ("agreements", _("Agreements"), frozenset({"programme", "auditor", "office", "coordinator"})),
    ("rounds", _("Placement rounds"), frozenset({"programme", "auditor", "office"})),
    ("institutions", _("Institutions"), ANYBODY),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The navigation for the person's roles, how many notices wait, and whether this is the demonstration."""
    return {
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "unread_notices": cache(lambda: _unread_notices(request)),  # one query, and only where it is shown
        "demo": settings.DEMO,
    }


def _navigation(request: HttpRequest) -> list[Entry]:
    user = getattr(request, "user", None)  # none where the request was refused before anybody was known
    if user is None:
        return []
    roles = {"anybody"}
    if user.is_authenticated:
        roles |= {role for _institution, role in user.roles}
    return [
        Entry(url=url, label=label, is_here=_is_here(request.path, url))
        for name, label, seen_by in NAVIGATION
        if (name == "home" and user.is_authenticated) or roles & seen_by
        for url in _address(name)
    ]


def _unread_notices(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    return unread_count(user) if user is not None and user.is_authenticated else 0


def _address(name: str) -> list[str]:
    """The address, where the page exists."""
    try:
        return [reverse(name)]
    except NoReverseMatch:
        return []


def _is_here(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
