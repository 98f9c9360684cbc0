"""Two files in, places and applicants out: what the commands of the shell begin with."""

from __future__ import annotations

from dataclasses import dataclass

from eastep.applications.eligibility import Applicant, Place
from eastep.applications.sheets import read_applicants, read_places
from eastep.imports import Problem
from eastep.imports.kinds import Taken
from eastep.institutions.register import Register
from eastep.standards.facts import Standards


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Both sheets as read, with what is known about institutions and standards."""

    places: Taken[Place]
    applicants: Taken[Applicant]
    standards: Standards

    @property
    def errors(self) -> int:
        return self.places.errors + self.applicants.errors

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Errors before notices, places before applicants; at most ten thousand a sheet."""
        both = (*self.places.problems, *self.applicants.problems)
        return tuple(sorted(both, key=lambda problem: problem.severity != "error"))


def take_in(
    places: tuple[str, bytes], applicants: tuple[str, bytes], *, register: Register, standards: Standards
) -> Intake:
    """Read both files, each given as (name, content)."""
    return Intake(
        places=read_places(places[1], places[0], register=register, standards=standards),
        applicants=read_applicants(applicants[1], applicants[0], register=register, standards=standards),
        standards=standards,
    )
