"""The states of a file that is brought in."""

from django.db import models
from django.utils.translation import pgettext_lazy

from eastep.core.workflow import Workflow


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
