"""The states of a round, of a file that is brought in, and of a simulation."""

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


class FileState(models.TextChoices):
    READING = "reading", pgettext_lazy("file", "Being read")
    UNREADABLE = "unreadable", pgettext_lazy("file", "Cannot be read")
    UNCLEAR = "unclear", pgettext_lazy("file", "Columns to confirm")
    CHECKED = "checked", pgettext_lazy("file", "Checked")
    TAKING = "taking", pgettext_lazy("file", "Being taken over")
    TAKEN = "taken", pgettext_lazy("file", "Taken over")
    DROPPED = "dropped", pgettext_lazy("file", "Set aside")


F = FileState
FILE = Workflow(
    {  # a job that was lost can always be started again
        "read": ((F.READING, F.UNREADABLE, F.UNCLEAR, F.CHECKED, F.TAKING), F.READING),
        "refuse": ((F.READING,), F.UNREADABLE),
        "ask": ((F.READING,), F.UNCLEAR),
        "check": ((F.READING,), F.CHECKED),
        "take": ((F.CHECKED, F.TAKING), F.TAKING),
        "finish": ((F.TAKING,), F.TAKEN),
        "drop": ((F.READING, F.UNREADABLE, F.UNCLEAR, F.CHECKED), F.DROPPED),
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
