"""What every verb of a round begins with: its row locked, so that two people at once lose nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from eastep.applications import queries
from eastep.applications.models import Round, RuleComparison, Simulation
from eastep.applications.records import Record
from eastep.applications.simulating import Impossible
from eastep.applications.states import ROUND
from eastep.core.errors import Refused
from eastep.core.permissions import authorise
from eastep.people.models import User


def locked(round_: Round, *, by: User, permission: str | None) -> Round:
    """The round as it is now, for this transaction alone. Raises PermissionDenied, and Refused if it was deleted.

    Without *permission* the caller asks who may.
    """
    found = Round.objects.select_for_update(of=("self",)).select_related("home").filter(pk=round_.pk).first()
    if found is None:
        raise Refused(_("The round has been deleted meanwhile."), code="gone")
    if permission:
        authorise(by, permission, found)
    return found


def to_change(round_: Round, *, by: User, permission: str) -> Round:
    """The same, for a change of what a placement is computed from: Refused while frozen, and the edition moves on."""
    found = locked(round_, by=by, permission=permission)
    if "change" not in ROUND.open_to(found.state):
        raise Refused(
            _("The result of this round is frozen. Unfreeze it first; that needs a reason."), code="frozen"
        )
    found.edition += 1
    found.save(update_fields=["edition"])
    return found


def checked_rule(rule: Mapping[str, Any], round_: Round) -> Record:
    """*rule* in its one spelling. Refused if the round cannot have it."""
    try:
        return queries.checked_rule(rule, round_)
    except Impossible as error:
        raise Refused(error.sentence, code=error.code) from error


def defer(task: str, subject: RuleComparison | Simulation, by: User) -> None:
    """One job in the action's own transaction; *run* tells a late one that it is late."""
    app.configure_task(f"applications.{task}", queue="placement").defer(
        subject_id=subject.pk, by_id=by.pk, run=subject.run
    )
