"""The states of a round, of a simulation, of a comparison, and of an answer."""

from django.db import models
from django.utils.translation import pgettext_lazy

from eastep.core.workflow import Workflow


class RoundState(models.TextChoices):
    OPEN = "open", pgettext_lazy("round", "In work")
    FROZEN = "frozen", pgettext_lazy("round", "Frozen")


ROUND = Workflow(
    {  # verb: (may start from, leads to)
        "change": ((RoundState.OPEN,), RoundState.OPEN),  # whatever the placement is computed from
        "freeze": ((RoundState.OPEN,), RoundState.FROZEN),
        "unfreeze": ((RoundState.FROZEN,), RoundState.OPEN),
        "answer": ((RoundState.FROZEN,), RoundState.FROZEN),  # what those who were placed say
        "follow": ((RoundState.FROZEN,), RoundState.FROZEN),  # by a second round
    }
)


class SimulationState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("simulation", "Draft")
    COMPUTING = "computing", pgettext_lazy("simulation", "Being computed")
    COMPUTED = "computed", pgettext_lazy("simulation", "Computed")
    FAILED = "failed", pgettext_lazy("simulation", "Not possible")


class ComparisonState(models.TextChoices):
    COMPUTING = "computing", pgettext_lazy("comparison", "Being computed")
    COMPUTED = "computed", pgettext_lazy("comparison", "Computed")
    FAILED = "failed", pgettext_lazy("comparison", "Not possible")


C = ComparisonState
COMPARISON = Workflow(
    {
        "start": ((C.COMPUTING, C.COMPUTED, C.FAILED), C.COMPUTING),
        "finish": ((C.COMPUTING,), C.COMPUTED),
        "fail": ((C.COMPUTING,), C.FAILED),
    }
)


class Answer(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("answer", "Accepted")
    DECLINED = "declined", pgettext_lazy("answer", "Declined")


S = SimulationState
SIMULATION = Workflow(
    {
        "change": ((S.DRAFT, S.FAILED), S.DRAFT),
        "start": ((S.DRAFT, S.FAILED, S.COMPUTING, S.COMPUTED), S.COMPUTING),
        "finish": ((S.COMPUTING,), S.COMPUTED),
        "fail": ((S.COMPUTING,), S.FAILED),
        "move": ((S.COMPUTED, S.FAILED), S.COMPUTING),  # an applicant by hand, or back again
    }
)
