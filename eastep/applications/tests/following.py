"""Frozen rounds for tests, with answers entered."""

from collections.abc import Iterable, Mapping
from typing import Any

from eastep.applications import actions
from eastep.applications.models import Round
from eastep.applications.states import Answer
from eastep.applications.tests.simulations import computed, make_round
from eastep.people.models import User


def frozen(by: User, *, answers: Mapping[str, Iterable[str]] | None = None, **given: Any) -> Round:
    """A round of `make_round` with its result frozen; *answers* are numbers by answer."""
    round_ = make_round(by, **given)
    actions.freeze_round(round_, by=by, simulation=computed(round_, by))
    for answer, numbers in (answers or {}).items():
        actions.enter_answers(round_, by=by, applicants=list(numbers), answer=Answer(answer))
    return Round.objects.get(pk=round_.pk)


def said(round_: Round) -> dict[str, str]:
    """The answers, by number."""
    return dict(round_.answers.order_by("applicant").values_list("applicant", "answer"))
