"""Files that an office brings in about its agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eastep.agreements.models.agreements import STAFF
from eastep.imports.models import SheetFile, SheetFileQuerySet
from eastep.institutions.models import Institution

if TYPE_CHECKING:
    from eastep.people.models import User


class AgreementFileQuerySet(SheetFileQuerySet["AgreementFile"]):
    def visible_to(self, user: User) -> Self:
        """The staff of the institution, and the auditors of the programme."""
        if user.roles & {(None, "auditor")}:
            return self
        return self.filter(institution__in=[place for place, role in user.roles if place and role in STAFF])


class AgreementFile(SheetFile):
    """A list of agreements, or of past exchanges, that an office brings in."""

    class Kind(models.TextChoices):
        AGREEMENTS = "agreements", pgettext_lazy("sheet", "Agreements")
        EXCHANGES = "exchanges", pgettext_lazy("sheet", "Past exchanges")

    INTO = "institution"
    OFFICE = "institution"

    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="agreement_files", verbose_name=_("institution")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, blank=True)  # "": to be found out
    objects = AgreementFileQuerySet.as_manager()

    class Meta(SheetFile.Meta):
        indexes = [
            models.Index(fields=["institution", "-handed_in_at", "-id"], name="agreement_files_newest_first")
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="", state__in=["checked", "taking", "taken"]),
                name="a_checked_agreement_file_has_a_kind",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("agreement_file", args=[self.institution_id, self.pk])
