"""The demo's places and applicants: one seed, always the same programme."""

from dataclasses import dataclass
from functools import cache
from random import Random

from eastep.applications.eligibility import Applicant, Place
from eastep.standards.facts import Standards
from eastep.website.demonstration.applicants import make_applicants
from eastep.website.demonstration.places import make_places, universities

SEED = "2027"


@dataclass(frozen=True, kw_only=True)
class Programme:
    """Rows are numbered as in the sheets that are written from them: the first stands in row 2."""

    places: tuple[Place, ...]
    applicants: tuple[Applicant, ...]


@cache
def make_programme(seed: str = SEED) -> Programme:
    """Places and applicants of the round of 2027. The applicants do not move the places."""
    known, standards = universities(), Standards.shipped()
    places = make_places(Random(f"places {seed}"), known, standards)  # noqa: S311
    applicants = make_applicants(Random(f"applicants {seed}"), known, places, standards)  # noqa: S311
    return Programme(places=places, applicants=applicants)
