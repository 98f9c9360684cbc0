"""Reads of placement rounds that several callers share."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from eastep.applications.eligibility import Choice
from eastep.applications.eligibility import Waiver as Waived
from eastep.applications.models import (
    Frozen,
    Move,
    Outcome,
    Round,
    RoundFile,
    Simulation,
    Waiver,
)
from eastep.applications.models.simulations import OutcomeQuerySet
from eastep.applications.placing import Move as Moved
from eastep.applications.records import Record, to_applicant, to_place
from eastep.applications.report import About, Document
from eastep.applications.simulating import Basis, simulate
from eastep.institutions.models import Institution
from eastep.institutions.seasons import Season, start_of
from eastep.standards.queries import standards_in_force

LAST = 1_000  # where not being placed stands among the choices


def names_of(keys: Collection[str] | None = None) -> Callable[[str], str]:
    """The names of the institutions with these keys, or of all, in the reader's language; one query."""
    rows = Institution.objects.all() if keys is None else Institution.objects.filter(key__in=keys)
    names = {key: str(name) for key, name in rows.values_list("key", "name")}
    return names.__getitem__


# What a placement is computed from


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
    )


# What came out


def result_document(simulation: Simulation) -> Document:
    """The whole result of a computed simulation, with the words and rules for students that the round has now.

    Read in one piece: a job that writes another result meanwhile waits.
    """
    with transaction.atomic():
        rows = Simulation.objects.select_for_update(of=("self",)).select_related("round")
        return _result_document(rows.get(pk=simulation.pk))


def _result_document(simulation: Simulation) -> Document:
    round_ = simulation.round
    shown = {"students_see": round_.students_see, "minimum_cell": round_.minimum_cell}
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


# What a file is compared with


def held_records(round_: Round, kind: str, *, with_gone: bool = False) -> dict[str, Record]:
    """What the round holds of one kind, by key; rows that a newer file no longer had count only *with_gone*."""
    gone = {} if with_gone else {"withdrawn": "file"}
    if kind == RoundFile.Kind.PLACES:
        return dict(round_.places.exclude(**gone).values_list("key", "record"))
    if kind == RoundFile.Kind.APPLICANTS:
        return dict(round_.applicants.exclude(**gone).values_list("applicant", "record"))
    return {
        f"{number}|{test}": {"applicant": number, "result": text}
        for number, results in round_.applicants.exclude(results={}).values_list("applicant", "results")
        for test, text in results.items()
    }


def packed(rows: list[Any]) -> bytes:
    """Good rows of a file as they are kept until it is taken over."""
    return zlib.compress(json.dumps(rows, ensure_ascii=False).encode())


def unpacked(file: RoundFile) -> list[tuple[int, Record]]:
    """Row number and record of each good row."""
    content = bytes(file.records)
    return [(row, fields) for row, fields in json.loads(zlib.decompress(content))] if content else []
