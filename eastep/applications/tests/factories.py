"""Places and applicants with sensible values for all that a test does not mention."""

import json
import random
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from eastep.applications.eligibility import Applicant, Choice, Place
from eastep.applications.placing import BY_CLAIM, Move, Result, place_applicants
from eastep.applications.records import canonical
from eastep.applications.report import About, Document, document
from eastep.applications.simulating import Basis, simulate
from eastep.institutions.seasons import Season
from eastep.placement import Rule
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


def placed(
    places: Sequence[Place], applicants: Sequence[Applicant], seed: str = "2027", **given: Any
) -> Result:
    return place_applicants(places, applicants, standards=STANDARDS, start_of=start_of, seed=seed, **given)


def make_basis(places: Sequence[Place], applicants: Sequence[Applicant], **given: Any) -> Basis:
    usual: dict[str, Any] = {"standards": STANDARDS, "start_of": start_of}
    return Basis(places=places, applicants=applicants, **usual | given)


def make_document(
    places: Sequence[Place],
    applicants: Sequence[Applicant],
    seed: str = "2027",
    *,
    changes: dict[str, Any] | None = None,
    moves: Sequence[Move] = (),
    about: About | None = None,
    rule: Rule = BY_CLAIM,
    **given: Any,
) -> Document:
    """A result document as it comes back from the database or from a file."""
    basis = make_basis(places, applicants, **given)
    done = simulate(basis, seed=seed, rule=rule, changes=changes, moves=moves)
    made: Document = json.loads(canonical(document(done, about or About(title="Spring 2027"))))
    return made


def random_round(
    seed: object, *, applicants: int = 14, scores: int = 6
) -> tuple[list[Place], list[Applicant]]:
    """A small round full of conflicts: terms and years, rows by level, equal scores, few places."""
    chance = random.Random(str(seed))
    places: list[Place] = []
    for host in (YONSEI, KOREA):
        for start in (SPRING, AUTUMN):
            for length in ("term", "year"):
                for levels in [(), (6,)][: chance.randint(1, 2)]:
                    if chance.random() < 0.8:
                        places.append(
                            make_place(
                                row=len(places) + 2,
                                host=host,
                                start=start,
                                length=length,
                                levels=levels,
                                places=chance.randint(0, 3),
                                language=chance.choice(["", "", "TOPIK 4", "TOPIK 5"]),
                            )
                        )
    wishes = [
        make_choice(host=h, start=s, length=n)
        for h in (YONSEI, KOREA)
        for s in (SPRING, AUTUMN)
        for n in ("term", "year")
    ]
    people = [
        make_applicant(
            f"a{number}",
            level=chance.choice([6, 6, 7]),
            score=Decimal(chance.randint(1, scores)),
            choices=tuple(chance.sample(wishes, chance.randint(1, 5))),
        )
        for number in range(applicants)
    ]
    return places, people


def where(result: Result) -> dict[str, tuple[str, str, str] | None]:
    """Where each applicant went: (host, term, length)."""
    return {
        outcome.applicant.id: (met.choice.host, str(met.choice.start), met.choice.length)
        if (met := outcome.placed)
        else None
        for outcome in result.outcomes
    }
