"""The states of a placement round."""

from django.db import models
from django.utils.translation import pgettext_lazy

from eastep.core.workflow import Workflow


class RoundState(models.TextChoices):
    CHECKING = "checking", pgettext_lazy("round", "Sheets being read")
    FAULTY = "faulty", pgettext_lazy("round", "Sheets need mending")
    READY = "ready", pgettext_lazy("round", "Ready to place")
    PLACING = "placing", pgettext_lazy("round", "Being placed")
    PLACED = "placed", pgettext_lazy("round", "Placed")


S = RoundState
ROUND = Workflow(
    {  # verb: (may start from, leads to); a job that was lost can always be started again
        "replace": ((S.CHECKING, S.FAULTY, S.READY, S.PLACING, S.PLACED), S.CHECKING),
        "reject": ((S.CHECKING, S.PLACING), S.FAULTY),
        "pass": ((S.CHECKING,), S.READY),
        "start": ((S.READY, S.PLACING, S.PLACED), S.PLACING),
        "finish": ((S.PLACING,), S.PLACED),
    }
)
