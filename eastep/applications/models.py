"""Placement rounds: the sheets that came in, and what became of each applicant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eastep.applications.states import RoundState
from eastep.core.text import TrilingualField
from eastep.institutions.folding import grams, letters
from eastep.institutions.models import Institution

if TYPE_CHECKING:
    from eastep.people.models import User


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User) -> Self:
        """The programme's administrators and auditors see the rounds of the programme; nobody else does."""
        return self if user.roles & {(None, "programme"), (None, "auditor")} else self.none()


class Round(models.Model):
    """One placement of applicants from several homes, under one published score and one lottery."""

    title = models.CharField(_("title"), max_length=200)
    seed = models.CharField(
        _("seed of the lottery"),
        max_length=60,
        help_text=_("Any word or number. Publish it: everybody can then check their own lottery number."),
    )
    state = models.CharField(_("state"), max_length=10, choices=RoundState, default=RoundState.CHECKING)
    run = models.PositiveIntegerField(
        default=1
    )  # counts the jobs: a late job of an earlier run changes nothing
    errors = models.PositiveIntegerField(_("errors"), default=0)
    problems = models.JSONField(_("problems"), default=list)
    result = models.JSONField(_("result"), default=dict)  # the result file without its applicants
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    moved_at = models.DateTimeField(_("in this state since"), auto_now_add=True)
    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement round")
        indexes = [models.Index(fields=["-opened_at", "-id"], name="rounds_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="faulty", errors__gt=0)
                | ~models.Q(state="faulty") & models.Q(errors=0),
                name="faulty_exactly_if_there_are_errors",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("round", args=[self.pk])

    @property
    def tone(self) -> str:
        """How the state's badge looks."""
        return {"faulty": "problem", "ready": "info", "placed": "good"}.get(self.state, "plain")


class RoundSheet(models.Model):
    """A file as it was handed in, byte for byte."""

    class Kind(models.TextChoices):
        PLACES = "places", pgettext_lazy("sheet", "Places")
        APPLICANTS = "applicants", pgettext_lazy("sheet", "Applicants")

    round = models.ForeignKey(Round, models.CASCADE, related_name="sheets", verbose_name=_("placement round"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("file name"), max_length=255)
    content = models.BinaryField(_("content"))
    sha256 = models.CharField(max_length=64)
    detected = TrilingualField(_("how it was read"))
    rows = models.PositiveIntegerField(_("rows"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "kind"], name="one_sheet_of_a_kind_in_a_round")
        ]

    def __str__(self) -> str:
        return self.name


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees its outcomes."""
        return self.filter(round__in=Round.objects.visible_to(user))

    def named(self, text: str) -> Self:
        """Those whose name or number holds *text*, in any width, case or kana; one letter is what it begins with."""
        wanted = letters(text)
        pairs = [gram for gram in grams(wanted) if not gram.startswith("^")] or sorted(grams(wanted))
        return self.filter(grams__contains=pairs, search_key__contains=wanted)


class Outcome(models.Model):
    """What became of one applicant; *details* are as in the result file (see report.py)."""

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="outcomes", verbose_name=_("placement round")
    )
    position = models.PositiveIntegerField(_("order of service"))
    applicant = models.CharField(_("applicant number"), max_length=60)
    name = models.CharField(_("name"), max_length=300)
    home = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("home institution")
    )
    score = models.DecimalField(_("score"), max_digits=12, decimal_places=4)
    choice = models.PositiveSmallIntegerField(_("choice that was met"), null=True)
    host = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("host institution"), null=True
    )
    details = models.JSONField(_("details"))
    search_key = models.TextField(editable=False)
    grams = ArrayField(models.CharField(max_length=4), editable=False)
    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "position"], name="one_applicant_at_each_position_of_a_round"
            ),
            models.UniqueConstraint(
                fields=["round", "applicant"], name="one_outcome_for_each_applicant_of_a_round"
            ),
            models.CheckConstraint(
                condition=models.Q(choice__isnull=True, host__isnull=True)
                | models.Q(choice__isnull=False, host__isnull=False),
                name="a_met_choice_has_a_host",
            ),
        ]
        indexes = [
            models.Index(fields=["round", "host", "position"], name="outcomes_of_a_host"),
            models.Index(fields=["round", "home", "position"], name="outcomes_of_a_home"),
            models.Index(fields=["round", "choice", "position"], name="outcomes_by_choice"),
            GinIndex(fields=["grams"], name="outcomes_by_gram"),
        ]

    def __str__(self) -> str:
        return f"{self.applicant} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("outcome", args=[self.round_id, self.position])
