"""Files that are brought into a round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eastep.applications.models.rounds import Round
from eastep.imports.models import SheetFile, SheetFileQuerySet

if TYPE_CHECKING:
    from eastep.people.models import User


class RoundFileQuerySet(SheetFileQuerySet["RoundFile"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees its files."""
        return self.filter(round__in=Round.objects.visible_to(user))


class RoundFile(SheetFile):
    """A file that is brought into a round."""

    class Kind(models.TextChoices):
        PLACES = "places", pgettext_lazy("sheet", "Places")
        APPLICANTS = "applicants", pgettext_lazy("sheet", "Applicants")
        LANGUAGES = "languages", pgettext_lazy("sheet", "Language results")

    INTO = "round"
    OFFICE = "round__home"

    round = models.ForeignKey(Round, models.CASCADE, related_name="files", verbose_name=_("placement round"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, blank=True)  # "": to be found out
    objects = RoundFileQuerySet.as_manager()

    class Meta(SheetFile.Meta):
        indexes = [models.Index(fields=["round", "-handed_in_at", "-id"], name="files_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="", state__in=["checked", "taking", "taken"]),
                name="a_checked_file_has_a_kind",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("round_file", args=[self.round_id, self.pk])
