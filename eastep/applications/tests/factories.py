"""Places and applicants with sensible values for all that a test does not mention."""

from datetime import date
from decimal import Decimal
from typing import Any

from eastep.applications.eligibility import Applicant, Choice, Place
from eastep.applications.placing import Result, place_applicants
from eastep.institutions.seasons import Season
from eastep.standards.facts import Standards
from eastep.standards.gpa import Gpa
from eastep.standards.languages import LanguageResult, parse_requirement, parse_results

WASEDA, KYOTO = "JP:F113310103581", "JP:F126110107407"
YONSEI, KOREA = "KR:0000149", "KR:0000069"
SPRING, AUTUMN = Season(2027, 1), Season(2027, 2)
STANDARDS = Standards.shipped()


def make_place(**given: Any) -> Place:
    if isinstance(given.get("language"), str):
        given["language"] = parse_requirement(given["language"], STANDARDS)
    usual: dict[str, Any] = {
        "row": 2,
        "home": WASEDA,
        "host": YONSEI,
        "start": SPRING,
        "length": "term",
        "places": 1,
    }
    return Place(**usual | given)


def make_choice(**given: Any) -> Choice:
    usual: dict[str, Any] = {"host": YONSEI, "start": SPRING, "length": "term"}
    return Choice(**usual | given)


def make_applicant(id: str = "a", **given: Any) -> Applicant:
    if isinstance(given.get("languages"), str):
        given["languages"] = parse_results(given["languages"], STANDARDS)
    usual: dict[str, Any] = {
        "row": 2,
        "id": id,
        "name": "佐藤 花",
        "home": WASEDA,
        "field": "0311",
        "level": 6,
        "gpa": Gpa(Decimal("3.2"), "4.0"),
        "languages": (LanguageResult(test="TOPIK", value="4", taken_on=date(2026, 4, 12)),),
        "score": Decimal(80),
        "choices": (make_choice(),),
    }
    return Applicant(**usual | given)


def start_of(season: Season, _institution: str) -> date:
    return date(season.year, 3 if season.kind == "spring" else 9, 1)


def placed(places: list[Place], applicants: list[Applicant], seed: str = "2027") -> Result:
    return place_applicants(places, applicants, standards=STANDARDS, start_of=start_of, seed=seed)


def where(result: Result) -> dict[str, tuple[str, str, str] | None]:
    """Where each applicant went: (host, term, length)."""
    return {
        outcome.applicant.id: (met.choice.host, str(met.choice.start), met.choice.length)
        if (met := outcome.placed)
        else None
        for outcome in result.outcomes
    }
