"""The verbs of a round as a whole."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eastep.applications import events, queries
from eastep.applications.actions.following import refuse_followed
from eastep.applications.actions.locking import checked_rule, locked
from eastep.applications.models import Frozen, Round, Simulation
from eastep.applications.report import write
from eastep.applications.states import ROUND, SimulationState
from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.core.permissions import authorise
from eastep.institutions.models import Institution
from eastep.people.models import User


@transaction.atomic
def open_round(
    *, by: User, title: str, seed: str, home: Institution | None = None, scoring: str = ""
) -> Round:
    """Begin a round of *home*, or of the programme."""
    authorise(by, "applications.open_round", home)
    round_ = Round.objects.create(title=title, seed=seed, home=home, scoring=scoring, opened_by=by)
    record(events.ROUND_OPENED, round_, by=by)
    return round_


@transaction.atomic
def change_settings(
    round_: Round,
    *,
    by: User,
    seen: str | None = None,
    title: str,
    seed: str,
    scoring: str,
    students_see: str,
    minimum_cell: int,
    rule: Mapping[str, Any],
    most_choices: int | None,
) -> Round:
    """Other words, seed and rule for new simulations, another limit of choices or rule for what students see.

    *seen* is `Round.settings_hash` as the person saw it; Refused if somebody has changed the settings since, if the
    rule cannot be the round's (`ruling.check_rule`), or if applicants have more than *most_choices* already.
    """
    round_ = locked(round_, by=by, permission="applications.change_settings")
    round_.state = ROUND.after(round_.state, "change")
    if seen not in (None, round_.settings_hash):
        raise Refused(
            _("Somebody else has changed this meanwhile. Compare with what is there now, and save again."),
            code="changed",
        )
    round_.rule, round_.most_choices = checked_rule(rule, round_), most_choices
    if most_choices and (number := round_.applicants.filter(choices__gt=most_choices).count()):
        raise Refused(
            _(
                "Applicants who have more choices than that already: {number}. Shorten their lists first, or allow more."
            ).format(number=number),
            code="longer_lists",
        )
    round_.title, round_.seed, round_.scoring = title, seed, scoring
    round_.students_see, round_.minimum_cell = students_see, minimum_cell
    round_.save(
        update_fields=[
            *("title", "seed", "scoring", "students_see", "minimum_cell", "rule", "most_choices"),
        ]
    )
    record(
        events.SETTINGS_CHANGED, round_, by=by, seed=seed, students_see=students_see, cell=minimum_cell,
        rule=round_.rule, most_choices=most_choices,
    )  # fmt: skip
    return round_


@transaction.atomic
def freeze_round(round_: Round, *, by: User, simulation: Simulation, run: int | None = None) -> Frozen:
    """Keep the JSON result of *simulation* byte for byte as the round's result; nothing changes after that.

    Raises Refused if the simulation is not computed, the round has changed since, or the result is another one
    than the person saw (*run*).
    """
    round_ = locked(round_, by=by, permission="applications.freeze_round")
    simulations = Simulation.objects.select_for_update(of=("self",)).filter(pk=simulation.pk, round=round_)
    if (found := simulations.first()) is None:
        raise Refused(_("The simulation has been deleted meanwhile."), code="gone")
    simulation = found
    simulation.round = round_
    round_.state = ROUND.after(round_.state, "freeze")
    if run not in (None, simulation.run):
        raise Refused(
            _("Somebody else has changed this simulation meanwhile. Look at it again."), code="changed"
        )
    if simulation.state != SimulationState.COMPUTED:
        raise Refused(_("Only a computed simulation can be frozen."), code="not_computed")
    if simulation.edition != round_.edition:
        raise Refused(
            _("The round has changed since this simulation was computed. Compute it again first."),
            code="outdated",
        )
    content = io.BytesIO()
    write(queries.result_document(simulation), "json", content, name_of=str)
    frozen = Frozen.objects.create(
        round=round_,
        simulation=simulation,
        content=zlib.compress(content.getvalue()),
        sha256=sha256(content.getvalue()).hexdigest(),
        by=by,
    )
    round_.save(update_fields=["state"])
    record(events.ROUND_FROZEN, round_, by=by, simulation=simulation.name, sha256=frozen.sha256)
    return frozen


@transaction.atomic
def unfreeze_round(round_: Round, *, by: User, reason: str) -> Round:
    """Open a frozen round again. What was frozen stays kept, with the reason, and so do answers that were entered.

    Refused while a second round has begun with what this one has left.
    """
    round_ = locked(round_, by=by, permission="applications.unfreeze_round")
    round_.state = ROUND.after(round_.state, "unfreeze")
    refuse_followed(round_)
    Frozen.objects.filter(round=round_, ended_at=None).update(
        ended_at=timezone.now(), ended_by=by, reason=reason
    )
    round_.save(update_fields=["state"])
    record(events.ROUND_UNFROZEN, round_, by=by, reason=reason)
    return round_


@transaction.atomic
def discard_round(round_: Round, *, by: User) -> None:
    """Delete the round with all that it holds; that it existed stays in the record. Refused while frozen."""
    round_ = locked(round_, by=by, permission="applications.discard_round")
    ROUND.after(round_.state, "change")
    list(round_.simulations.select_for_update().values_list("pk"))  # a job may be writing its outcomes
    record(events.ROUND_DISCARDED, round_, by=by)
    if round_.follows_id:
        first = Round.objects.get(pk=round_.follows_id)
        record(events.SECOND_ROUND_DISCARDED, first, by=by, title=round_.title)
    round_.frozen.all().delete()
    round_.delete()
