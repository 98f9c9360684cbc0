"""Reads of what came out: a result as a document, two results side by side, what is frozen."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from eastep.applications.models import Frozen, Outcome, Round, Simulation
from eastep.applications.models.simulations import OutcomeQuerySet
from eastep.applications.placing import Move as Moved
from eastep.applications.records import to_applicant, to_place
from eastep.applications.report import Document
from eastep.applications.simulating import Basis, simulate
from eastep.institutions.seasons import start_of
from eastep.standards.queries import standards_in_force

LAST = 1_000  # where not being placed stands among the choices


def result_document(simulation: Simulation) -> Document:
    """The whole result of a computed simulation, with the words and rules for students that the round has now.

    Read in one piece: a job that writes another result meanwhile waits.
    """
    with transaction.atomic():
        rows = Simulation.objects.select_for_update(of=("self",)).select_related("round")
        return _result_document(rows.get(pk=simulation.pk))


def _result_document(simulation: Simulation) -> Document:
    round_ = simulation.round
    shown = {name: getattr(round_, name) for name in ("students_see", "minimum_cell", "most_choices")}
    return {
        **simulation.result,
        "title": round_.title,
        "scoring": round_.scoring,
        "settings": {**simulation.result["settings"], **shown},
        "applicants": list(simulation.outcomes.order_by("position").values_list("details", flat=True)),
        "places": list(simulation.options.order_by("row").values_list("details", flat=True)),
    }


def check_moves(simulation: Simulation, moves: Sequence[Moved]) -> None:
    """Raise Impossible, as the engine will, unless *moves* together fit the places of the computed *simulation*."""
    standards = standards_in_force()
    rows = simulation.options.values_list("row", "details")
    people = simulation.outcomes.filter(applicant__in=[move.applicant for move in moves])
    moved = {own["id"]: {**own, "choices": []} for own in people.values_list("details", flat=True)}
    basis = Basis(
        places=[to_place(record, row=row, standards=standards) for row, record in rows],
        applicants=[to_applicant(own, row=1, standards=standards) for own in moved.values()],
        standards=standards,
        start_of=start_of,
    )
    simulate(basis, seed=simulation.seed, moves=moves)


def moved_between(first: Simulation, second: Simulation) -> OutcomeQuerySet:
    """Whom *second* puts elsewhere than *first*, with `before` (the details there, None: not in it) and `how`.

    `how` is "better" or "worse" by the applicant's own list, else "other": a row that is not on the list, or an
    applicant whom only *second* has.
    """
    there = Outcome.objects.filter(simulation=first, applicant=OuterRef("applicant"))
    same = there.annotate(held=Coalesce("row", 0)).filter(held=Coalesce(OuterRef("row"), 0))
    rank = Case(
        When(row=None, then=LAST), default="choice", output_field=IntegerField()
    )  # None: not on the list
    rows = second.outcomes.filter(~Exists(same)).annotate(
        before=Subquery(there.values("details")[:1]),
        rank=rank,
        rank_before=Subquery(there.annotate(place=rank).values("place")[:1]),
    )
    return rows.annotate(
        how=Case(
            When(rank__lt=F("rank_before"), then=Value("better")),
            When(rank__gt=F("rank_before"), then=Value("worse")),
            default=Value("other"),
        )
    )


def only_in(first: Simulation, second: Simulation) -> OutcomeQuerySet:
    """The applicants of *first* whom *second* does not have."""
    return first.outcomes.filter(~Exists(second.outcomes.filter(applicant=OuterRef("applicant"))))


def frozen_of(round_: Round) -> Frozen | None:
    """What is frozen of the round now, without its content."""
    rows = round_.frozen.filter(ended_at=None).defer("content").select_related("simulation", "by")
    return rows.first()
