"""Rounds and simulations for tests, made by the actions; the jobs are done by hand."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from eastep.applications import actions
from eastep.applications.models import Round, Simulation
from eastep.applications.records import applicant_record, place_record
from eastep.applications.tests.factories import KOREA, make_applicant, make_choice, make_place
from eastep.people.models import User

BOTH = (make_choice(), make_choice(host=KOREA))
PLACES = (make_place(), make_place(host=KOREA))  # rows 1 and 2: one place each
PEOPLE = (
    make_applicant("a", name="佐藤 花", score=Decimal(90), choices=BOTH),
    make_applicant("b", name="鈴木 一", score=Decimal(80), choices=BOTH),
    make_applicant("c", name="高橋 直", score=Decimal(70), choices=BOTH),
)


def make_round(
    by: User, *, places: Iterable[Any] = PLACES, people: Iterable[Any] = PEOPLE, **given: Any
) -> Round:
    """Two rows with one place each, which three applicants want in the same order, unless told otherwise."""
    round_ = actions.open_round(by=by, **{"title": "2027", "seed": "7"} | given)
    for place in places:
        actions.add_place(round_, by=by, fields=place_record(place))
    for person in people:
        actions.add_applicant(round_, by=by, fields=applicant_record(person))
    round_.refresh_from_db()
    return round_


def made(
    round_: Round, by: User, name: str = "As it is", rule: dict[str, Any] | None = None, **changes: Any
) -> Simulation:
    simulation = actions.make_simulation(round_, by=by, name=name, seed=round_.seed, rule=rule)
    if changes:
        simulation = actions.change_simulation(
            simulation, by=by, run=simulation.run, name=name, seed=simulation.seed, changes=changes,
        )  # fmt: skip
    return simulation


def computed(
    round_: Round, by: User, name: str = "As it is", rule: dict[str, Any] | None = None, **changes: Any
) -> Simulation:
    simulation = made(round_, by, name, rule, **changes)
    actions.start_simulation(simulation, by=by, run=simulation.run)
    return work(simulation, by)


def work(simulation: Simulation, by: User) -> Simulation:
    """Do the job that lies in the queue."""
    simulation.refresh_from_db()
    actions.compute_simulation(simulation, by=by, run=simulation.run)
    return Simulation.objects.select_related("round").get(pk=simulation.pk)


def moved(
    simulation: Simulation, by: User, applicant: str, row: int | None, reason: str = "Family"
) -> Simulation:
    actions.move_applicant(simulation, by=by, run=simulation.run, applicant=applicant, row=row, reason=reason)
    return work(simulation, by)


def where(simulation: Simulation) -> Sequence[tuple[str, int | None]]:
    """Applicant and row of places, in order of service."""
    return list(simulation.outcomes.order_by("position").values_list("applicant", "row"))
