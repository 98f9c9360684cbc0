"""What becomes of the mail that tells of a notice."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from eastep.core.workflow import Workflow


class MailState(TextChoices):
    NONE = "none", pgettext_lazy("mail", "No mail")
    WAITING = "waiting", pgettext_lazy("mail", "On its way")
    SENT = "sent", pgettext_lazy("mail", "Sent")
    FAILED = "failed", pgettext_lazy("mail", "Not delivered")


M = MailState
MAIL = Workflow(
    {
        "send": ((M.WAITING,), M.SENT),
        "put_off": ((M.WAITING,), M.WAITING),
        "give_up": ((M.WAITING,), M.FAILED),
        "mail_again": ((M.FAILED,), M.WAITING),
    }
)
