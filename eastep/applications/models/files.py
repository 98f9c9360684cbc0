"""Files that are brought into a round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eastep.applications.models.rounds import Round
from eastep.applications.states import FileState
from eastep.core.text import TrilingualField

if TYPE_CHECKING:
    from eastep.people.models import User


class RoundFileQuerySet(models.QuerySet["RoundFile"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees its files."""
        return self.filter(round__in=Round.objects.visible_to(user))

    def without_bulk(self) -> Self:
        """For lists and for polling: without the columns that can hold megabytes."""
        return self.defer("content", "records", "problems", "proposal", "mends", "left_out", "unknown_names")


class RoundFile(models.Model):
    """A file as it was handed in, byte for byte, and what is known of it; nothing of it counts before it is taken over."""

    class Kind(models.TextChoices):
        PLACES = "places", pgettext_lazy("sheet", "Places")
        APPLICANTS = "applicants", pgettext_lazy("sheet", "Applicants")
        LANGUAGES = "languages", pgettext_lazy("sheet", "Language results")

    round = models.ForeignKey(Round, models.CASCADE, related_name="files", verbose_name=_("placement round"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, blank=True)  # "": to be found out
    name = models.CharField(_("file name"), max_length=255)
    content = models.BinaryField(_("content"))
    sha256 = models.CharField("SHA-256", max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=FileState, default=FileState.READING)
    run = models.PositiveIntegerField(default=1)  # counts the jobs: a late job changes nothing
    rows_read = models.PositiveIntegerField(default=0)  # by the job that is running
    rows_total = models.PositiveIntegerField(default=0)
    # How it is read: what was proposed (imports.proposal), and what the office has said (imports.layout).
    proposal = models.JSONField(default=dict)
    layout = models.JSONField(default=dict)
    mends = models.JSONField(default=list)  # [row, position, text]: what a cell should say
    left_out = models.JSONField(default=list)  # rows that the office leaves out
    # What the last reading found.
    detected = TrilingualField(_("how it was read"))
    errors = models.PositiveIntegerField(_("errors"), default=0)
    problems = models.JSONField(_("problems"), default=list)
    unknown_names = models.JSONField(default=list)
    good = models.PositiveIntegerField(_("good rows"), default=0)
    records = models.BinaryField(default=bytes)  # the good rows, [row, record] as JSON, compressed by zlib
    difference = models.JSONField(
        default=dict
    )  # to what the round held at that edition; see actions/files.py
    edition = models.PositiveIntegerField(default=0)
    remove_missing = models.BooleanField(_("withdraw what is not in this file"), default=False)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed in by")
    )
    handed_in_at = models.DateTimeField(_("handed in at"), auto_now_add=True)
    moved_at = models.DateTimeField(_("in this state since"), auto_now_add=True)
    objects = RoundFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        indexes = [models.Index(fields=["round", "-handed_in_at", "-id"], name="files_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="", state__in=["checked", "taking", "taken"]),
                name="a_checked_file_has_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("round_file", args=[self.round_id, self.pk])

    @property
    def tone(self) -> str:
        return {"unreadable": "problem", "unclear": "warning", "checked": "info", "taken": "good"}.get(
            self.state, "plain"
        )

    @property
    def is_working(self) -> bool:
        """Whether a job is at it."""
        return self.state in (FileState.READING, FileState.TAKING)

    @property
    def changes(self) -> dict[str, Any]:
        """The counts of the difference, by name."""
        return {name: self.difference.get(name, 0) for name in ("new", "changed", "same", "missing")}
