"""The append-only record of what happened."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """Who did what to which row, when. A trigger refuses to change or delete one (see the migration)."""

    event = models.CharField(_("event"), max_length=80)
    subject_type = models.CharField(_("kind of subject"), max_length=80)
    subject_id = models.BigIntegerField(_("subject"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("done by")
    )
    facts = models.JSONField(_("facts"), default=dict)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="entry_by_subject")]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_type} {self.subject_id}"
