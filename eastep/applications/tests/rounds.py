"""Rounds for tests, made by the actions; the jobs are done at once."""

from typing import Any

from eastep.applications import actions
from eastep.applications.models import Round, Simulation
from eastep.applications.records import applicant_record, place_record
from eastep.applications.tests.factories import make_applicant, make_place
from eastep.institutions.models import Institution
from eastep.people.models import User


def institution(key: str) -> Institution:
    return Institution.objects.get(key=key)


def make_round(by: User, home: Institution | None = None, **given: Any) -> Round:
    """A round with one place and two applicants for it."""
    round_ = actions.open_round(by=by, home=home, **{"title": "2027", "seed": "7"} | given)
    actions.add_place(round_, by=by, fields=place_record(make_place(places=1)))
    for number, score in (("a", 80), ("b", 70)):
        actions.add_applicant(round_, by=by, fields=applicant_record(make_applicant(number, score=score)))
    round_.refresh_from_db()
    return round_


def computed(round_: Round, by: User, name: str = "As it is") -> Simulation:
    simulation = actions.make_simulation(round_, by=by, name=name, seed=round_.seed)
    simulation = actions.start_simulation(simulation, by=by, run=simulation.run)
    return actions.compute_simulation(simulation, by=by, run=simulation.run)
