"""Words that several pages of results share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from eastep.applications import reasons


def stay_words(stay: Mapping[str, Any] | None, name_of: reasons.NameOf) -> str:
    """Where somebody goes: the stay, which choice it was, and the row of places."""
    if stay is None:
        return _("Not placed")
    facts = {"stay": reasons.choice(stay, name_of), "row": stay["row"], "number": stay["choice"]}
    if stay["choice"]:
        return _("{stay} (choice {number}, row {row})").format(**facts)
    return _("{stay} (not among the choices, row {row})").format(**facts)
