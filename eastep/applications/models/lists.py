"""What a round holds: its places and its applicants, as plain records (see records.py) with columns for lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eastep.applications.models.rounds import Round
from eastep.applications.models.search import Named, NamedQuerySet
from eastep.institutions.models import Institution

if TYPE_CHECKING:
    from eastep.people.models import User


class Withdrawn(models.TextChoices):
    """Why a row does not count any more; it can always come back."""

    NO = "", pgettext_lazy("row", "Counts")
    OFFICE = "office", pgettext_lazy("row", "Withdrawn by the office")
    FILE = "file", pgettext_lazy("row", "Not in the newest file")


class RoundPlaceQuerySet(models.QuerySet["RoundPlace"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees its places."""
        return self.filter(round__in=Round.objects.visible_to(user))

    def counting(self) -> Self:
        return self.filter(withdrawn="")


class RoundPlace(models.Model):
    """What one host offers to one home in a round; *number* names the row within the round for good."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="places", verbose_name=_("placement round"))
    number = models.PositiveIntegerField(_("row"))
    key = models.TextField()  # records.place_key
    home = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("home institution")
    )
    host = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("host institution")
    )
    start = models.CharField(_("start term"), max_length=11)
    length = models.CharField(_("length"), max_length=4)
    places = models.PositiveIntegerField(_("places"))
    record = models.JSONField()
    withdrawn = models.CharField(_("state"), max_length=6, choices=Withdrawn, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    earlier = models.JSONField(default=list)  # [{"record", "until", "by", "file"}], the oldest first
    objects = RoundPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of places")
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="one_row_of_places_of_a_number"),
            models.UniqueConstraint(fields=["round", "key"], name="one_row_for_places_of_a_kind"),
        ]
        indexes = [
            models.Index(fields=["round", "host", "number"], name="places_of_a_host"),
            models.Index(fields=["round", "home", "number"], name="places_of_a_home"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.host}"

    def get_absolute_url(self) -> str:
        return reverse("round_place", args=[self.round_id, self.number])


class RoundApplicantQuerySet(NamedQuerySet["RoundApplicant"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees its applicants."""
        return self.filter(round__in=Round.objects.visible_to(user))

    def counting(self) -> Self:
        return self.filter(withdrawn="")


class RoundApplicant(Named):
    """One applicant of a round. *results* are language results that came in a file of their own, by test."""

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="applicants", verbose_name=_("placement round")
    )
    home = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("home institution")
    )
    score = models.DecimalField(_("score"), max_digits=12, decimal_places=4)
    choices = models.PositiveSmallIntegerField(_("number of choices"))
    record = models.JSONField()
    results = models.JSONField(_("further language results"), default=dict)
    withdrawn = models.CharField(_("state"), max_length=6, choices=Withdrawn, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=500, blank=True)  # for the withdrawal
    version = models.PositiveIntegerField(default=1)
    earlier = models.JSONField(default=list)
    objects = RoundApplicantQuerySet.as_manager()

    class Meta:
        verbose_name = _("applicant")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "applicant"], name="one_applicant_of_a_number_in_a_round"
            ),
        ]
        indexes = [
            models.Index(fields=["round", "-score", "applicant"], name="applicants_by_score"),
            models.Index(fields=["round", "home", "applicant"], name="applicants_of_a_home"),
            models.Index(fields=["round", "withdrawn", "applicant"], name="applicants_by_state"),
            GinIndex(fields=["grams"], name="applicants_by_gram"),
        ]

    def __str__(self) -> str:
        return f"{self.applicant} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("round_applicant", args=[self.round_id, self.pk])


class WaiverQuerySet(models.QuerySet["Waiver"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees what was waived in it."""
        return self.filter(applicant__round__in=Round.objects.visible_to(user))

    def in_force(self) -> Self:
        return self.filter(ended_at=None)


class Waiver(models.Model):
    """An officer lets one objection to one choice of an applicant pass, with a reason that everybody sees."""

    applicant = models.ForeignKey(
        RoundApplicant, models.CASCADE, related_name="waivers", verbose_name=_("applicant")
    )
    host = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("host institution")
    )
    start = models.CharField(_("start term"), max_length=11)
    length = models.CharField(_("length"), max_length=4)
    code = models.CharField(_("objection"), max_length=40)  # of eligibility.Objection
    reason = models.TextField(_("reason"), max_length=1_000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("waived by")
    )
    at = models.DateTimeField(_("waived at"), auto_now_add=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken back by"), null=True
    )
    ended_at = models.DateTimeField(_("taken back at"), null=True)
    objects = WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiver")
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "host", "start", "length", "code"],
                condition=Q(ended_at=None),
                name="one_waiver_of_an_objection_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_waiver_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.code
