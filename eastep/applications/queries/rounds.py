"""Reads of a round: the names in it, and all that a placement is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eastep.applications.eligibility import Choice
from eastep.applications.eligibility import Waiver as Waived
from eastep.applications.models import Move, Round, Waiver
from eastep.applications.placing import Move as Moved
from eastep.applications.records import Record, to_applicant, to_place
from eastep.applications.report import About
from eastep.applications.ruling import check_rule
from eastep.applications.simulating import Basis
from eastep.institutions.models import Institution
from eastep.institutions.seasons import Season, start_of
from eastep.standards.queries import standards_in_force


def countries_of(round_: Round) -> list[str]:
    """The countries that the round's places are for and at; as long as these are not two, of all institutions."""
    rows = round_.places.counting().order_by().values_list("home__country", "host__country").distinct()
    found = {code for pair in rows for code in pair}
    if len(found) < 2:
        found |= set(Institution.objects.order_by().values_list("country", flat=True).distinct())
    return sorted(found)


def free_name(round_: Round, pattern: str, start: int = 0) -> str:
    """The first name after *pattern* that no simulation of the round has."""
    taken = set(round_.simulations.values_list("name", flat=True))
    number = start or len(taken) + 1
    while (name := pattern.format(number=number)) in taken:
        number += 1
    return name


def basis_of(round_: Round) -> Basis:
    """The places, applicants and waivers that count in the round, with the standards in force."""
    standards = standards_in_force()
    places = round_.places.counting().order_by("number").values_list("number", "record")
    return Basis(
        places=[to_place(record, row=number, standards=standards) for number, record in places],
        applicants=[
            to_applicant(record, row=number, standards=standards, extra_results=results.values())
            for number, (record, results) in enumerate(
                round_.applicants.counting().order_by("applicant").values_list("record", "results"), 1
            )
        ],
        waivers=waivers_of(round_),
        standards=standards,
        start_of=start_of,
    )


def checked_rule(rule: Mapping[str, Any], round_: Round) -> Record:
    """*rule* in its one spelling, as a rule of this round. Raises Impossible."""
    carried = rule.get("carried") or {}
    return check_rule(
        rule,
        countries=countries_of(round_),
        institutions=set(Institution.objects.filter(key__in=carried).values_list("key", flat=True)),
        is_programme=round_.home_id is None,
    )


def waivers_of(round_: Round) -> list[Waived]:
    """What is waived in the round and counts."""
    rows = (
        Waiver.objects.in_force()
        .filter(applicant__round=round_, applicant__withdrawn="")
        .order_by("pk")
        .values_list("applicant__applicant", "host__key", "start", "length", "code", "reason")
    )
    return [
        Waived(
            applicant=applicant,
            choice=Choice(host=host, start=Season.of(start), length="year" if length == "year" else "term"),
            code=code,
            reason=reason,
        )
        for applicant, host, start, length, code, reason in rows
    ]


def as_move(move: Move) -> Moved:
    return Moved(applicant=move.applicant, row=move.row, reason=move.reason)


def about(round_: Round) -> About:
    """What a result says of the round beside its figures."""
    files = round_.files.filter(state="taken").order_by("pk").values_list("kind", "name", "sha256")
    return About(
        title=round_.title,
        scoring=round_.scoring,
        files=[{"kind": kind, "name": name, "sha256": sha256} for kind, name, sha256 in files],
        students_see=round_.students_see,
        minimum_cell=round_.minimum_cell,
        most_choices=round_.most_choices,
    )
