"""The verbs of those who were placed: who accepted the place of the frozen result, and who declined it."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from eastep.applications import events, queries
from eastep.applications.actions.following import refuse_followed, refuse_other
from eastep.applications.actions.lists import SHOWN, listed
from eastep.applications.actions.locking import locked
from eastep.applications.models import Frozen, PlaceAnswer, Round
from eastep.applications.states import ROUND, Answer
from eastep.core.errors import Refused
from eastep.core.events import Event, record
from eastep.people.models import User

BATCH = 2_000
EVENTS = {Answer.ACCEPTED: events.PLACES_ACCEPTED, Answer.DECLINED: events.PLACES_DECLINED}


@transaction.atomic
def enter_answers(
    round_: Round, *, by: User, applicants: Collection[str], answer: Answer, seen: int | None = None
) -> int:
    """Note what *applicants* (numbers) said of their place; what they said before is in the history.

    How many that were. *seen* is the key of the frozen result that the person saw. Refused if another one is frozen
    now, if one of the applicants has no place in it, or if a second round has begun.
    """
    round_, frozen = _frozen(round_, by, "applications.enter_answers", seen)
    numbers = sorted(set(applicants))
    placed = queries.placed_of(frozen).filter(applicant__in=numbers).values_list("applicant", flat=True)
    if unknown := sorted(set(numbers).difference(placed)):
        raise Refused(
            _("These applicants have no place in the frozen result: {applicants}.").format(
                applicants=listed(unknown[:SHOWN], len(unknown))
            ),
            code="not_placed",
        )
    if not numbers:
        return 0
    rows = [PlaceAnswer(round=round_, applicant=number, answer=answer, by=by) for number in numbers]
    PlaceAnswer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["round", "applicant"],
        update_fields=["answer", "by", "at"],
        batch_size=BATCH,
    )
    _record(EVENTS[answer], round_, by, numbers)
    return len(numbers)


@transaction.atomic
def take_back_answers(
    round_: Round, *, by: User, applicants: Collection[str], seen: int | None = None
) -> int:
    """As if *applicants* had not answered. How many of them had. Refused as `enter_answers` is."""
    round_, _result = _frozen(round_, by, "applications.take_back_answers", seen)
    rows = round_.answers.filter(applicant__in=list(applicants))
    numbers = sorted(rows.values_list("applicant", flat=True))
    if numbers:
        rows.delete()
        _record(events.ANSWERS_TAKEN_BACK, round_, by, numbers)
    return len(numbers)


def _frozen(round_: Round, by: User, permission: str, seen: int | None) -> tuple[Round, Frozen]:
    """The round and its frozen result, if answers to it can still be changed."""
    round_ = locked(round_, by=by, permission=permission)
    if "answer" not in ROUND.open_to(round_.state):
        raise Refused(
            _("Answers are for the places of a frozen result. Freeze a result first."), code="not_frozen"
        )
    refuse_followed(round_)
    frozen = cast(Frozen, queries.frozen_of(round_))
    refuse_other(frozen, seen)
    return round_, frozen


def _record(event: Event, round_: Round, by: User, numbers: list[str]) -> None:
    """One entry; *all* keeps every number, so that each answer has its history."""
    told = listed(numbers[:SHOWN], len(numbers))
    record(event, round_, by=by, applicants=told, all=numbers)
