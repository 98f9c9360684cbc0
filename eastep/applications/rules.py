"""Who may work with placement rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eastep.core.permissions import Rule, allow
from eastep.people.rules import is_programme

if TYPE_CHECKING:
    from eastep.people.models import User


@Rule
def is_in_charge(user: User, round_: Any) -> bool:
    """The office of the home that the round belongs to; for a round of the programme, its administrators."""
    return (round_.home_id, "office") in user.roles if round_.home_id else (None, "programme") in user.roles


@Rule
def may_open(user: User, home: Any) -> bool:
    """An office for its own institution (*home*), an administrator for the programme (None)."""
    return (home.pk, "office") in user.roles if home else is_programme(user)


allow("applications.open_round", to=may_open)
allow("applications.change_settings", to=is_in_charge)
allow("applications.discard_round", to=is_in_charge)
allow("applications.bring_in", to=is_in_charge)  # every step from handing a file in to taking it over
allow("applications.edit_rows", to=is_in_charge)
allow("applications.waive_objection", to=is_in_charge)
allow("applications.simulate", to=is_in_charge)
allow("applications.move_applicant", to=is_in_charge)
allow("applications.freeze_round", to=is_in_charge)
allow("applications.unfreeze_round", to=is_in_charge)
allow("applications.enter_answers", to=is_in_charge)
allow("applications.take_back_answers", to=is_in_charge)
allow("applications.open_second_round", to=is_in_charge)
