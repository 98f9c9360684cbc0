"""Reads after the freezing: what those who were placed answered, who keeps a place, and who is next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONArray, JSONObject

from eastep.applications.eligibility import Place
from eastep.applications.models import Frozen, Option, Outcome, PlaceAnswer, Simulation
from eastep.applications.models.simulations import OutcomeQuerySet
from eastep.applications.records import to_place
from eastep.applications.report import Document, stay_of
from eastep.applications.simulating import Stay
from eastep.applications.states import Answer
from eastep.standards.facts import Standards
from eastep.standards.queries import standards_in_force


def placed_of(frozen: Frozen) -> QuerySet[Any]:
    """Those who hold a place in the frozen result, with their `answer` ("" for none), `answered_at`, and `frozen_at`."""
    return with_answers(Outcome.objects.filter(simulation=frozen.simulation_id, row__isnull=False), frozen)


def with_answers(rows: QuerySet[Outcome], frozen: Frozen) -> QuerySet[Any]:
    """*rows* of the frozen result with the same three columns."""
    answers = PlaceAnswer.objects.filter(round=frozen.round_id, applicant=OuterRef("applicant"))
    return rows.annotate(
        answer=Coalesce(Subquery(answers.values("answer")), Value("")),
        answered_at=Subquery(answers.values("at")),
        frozen_at=Value(frozen.at),
    )


def answer_figures(frozen: Frozen) -> dict[str, int]:
    """How many hold a place in the frozen result, and what they answered; "none" is no answer."""
    counted = {one.value: Count("pk", filter=Q(answer=one)) for one in Answer}
    found = placed_of(frozen).aggregate(placed=Count("pk"), **counted)
    return {**found, "none": found["placed"] - found["accepted"] - found["declined"]}


def answered_before(frozen: Frozen) -> QuerySet[Any]:
    """Those whose answer is older than the frozen result: it may have been about another place."""
    return placed_of(frozen).filter(answered_at__lt=F("frozen_at"))


class Without(NamedTuple):
    """Somebody who keeps no place: the declined *stay*, if that is why; whether an officer decided it *by_hand*."""

    stay: dict[str, str] | None
    by_hand: bool


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a frozen result stands after the answers: its *places*, the rows that are *kept* (one for each person, with
    the home and host of the same *stays*), and by number those who are *without* a place."""

    places: list[Place]
    kept: list[int]
    stays: list[tuple[str, str]]
    without: dict[str, Without]


def standing(frozen: Frozen) -> Standing:
    """Who keeps a place, and who does not. Who has not answered keeps it."""
    simulation, standards = frozen.simulation, standards_in_force()
    declined = placed_of(frozen).filter(answer=Answer.DECLINED).values_list("applicant", "details")
    without = {applicant: Without(_wish(details), False) for applicant, details in declined}
    kept, stays = [], []
    people = simulation.outcomes.order_by("position")
    columns = ("applicant", "row", "home__key", "host__key", "touched")
    for applicant, row, home, host, touched in people.values_list(*columns):
        if row is None:
            without[applicant] = Without(None, touched == Outcome.Touched.MOVED)
        elif applicant not in without:
            kept.append(row)
            stays.append((home, host))
    return Standing(
        places=places_of(simulation.options.all(), standards), kept=kept, stays=stays, without=without
    )


def _wish(details: Document) -> dict[str, str]:
    stay = cast(Stay, stay_of(details))
    return {"host": stay["host"], "start": stay["start"], "length": stay["length"]}


def places_of(options: QuerySet[Option], standards: Standards | None = None) -> list[Place]:
    """The rows of places as the result has them, with what its simulation changed."""
    standards = standards or standards_in_force()
    rows = options.order_by("row").values_list("row", "details")
    return [to_place(record, row=row, standards=standards) for row, record in rows]


def waiting_for(simulation: Simulation, option: Option) -> OutcomeQuerySet:
    """Who wanted this row of places more than what they got, in the order in which the rule would serve them.

    Whom an officer moved by hand is not among them: that was decided.
    """
    rows: OutcomeQuerySet = simulation.outcomes.filter(_wanted(Value(option.row)), home=option.home_id)
    return rows.exclude(touched=Outcome.Touched.MOVED).order_by("position")


def with_first_waiting(options: QuerySet[Option], number: int) -> QuerySet[Option]:
    """Each row of places with the keys of the first *number* who wait for it, `first_waiting`."""
    row = OuterRef("row")
    rows = Outcome.objects.filter(_wanted(row), simulation=OuterRef("simulation"), home=OuterRef("home"))
    rows = rows.exclude(touched=Outcome.Touched.MOVED).order_by("position")
    return options.annotate(first_waiting=ArraySubquery(rows.values("pk")[:number]))


def _wanted(row: OuterRef | Value) -> Q:
    """Outcomes with a choice that was better than what they got, and for which the row was refused."""
    full = JSONArray(JSONObject(code=Value("full"), full=JSONArray(JSONObject(row=row))))
    no_exchange = JSONArray(JSONObject(code=Value("no_exchange"), rows=JSONArray(row)))
    return Q(details__choices__contains=full) | Q(details__choices__contains=no_exchange)
