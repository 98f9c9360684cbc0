"""Placement rounds, and what was frozen of them."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eastep.applications.states import RoundState
from eastep.institutions.models import Institution

if TYPE_CHECKING:
    from eastep.people.models import User

SMALLEST_CELL = 5  # cut-offs of fewer people than this are somebody's score


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User) -> Self:
        """A home's rounds: its office and its auditors. The programme's: its administrators and auditors. Nobody else."""
        homes = [place for place, role in user.roles if place and role in ("office", "auditor")]
        seen = Q(home__in=homes)
        if user.roles & {(None, "programme"), (None, "auditor")}:
            seen |= Q(home=None)
        return self.filter(seen)


class Round(models.Model):
    """One placement: of one home institution's own applicants, or of several homes' under one published score.

    *edition* counts the changes of what a placement is computed from, so that a simulation knows its age.
    """

    class StudentsSee(models.TextChoices):
        ENOUGH = "enough", pgettext_lazy("students see", "Their own score, and whether it was enough")
        CUTOFFS = "cutoffs", pgettext_lazy("students see", "Also the cut-offs of the options")

    title = models.CharField(_("title"), max_length=200)
    home = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("home institution"), null=True
    )  # None: the programme's
    scoring = models.TextField(_("how the score is made"), max_length=2_000, blank=True)
    seed = models.CharField(
        _("seed of the lottery"),
        max_length=60,
        help_text=_("Any word or number. Publish it: everybody can then check their own lottery number."),
    )
    state = models.CharField(_("state"), max_length=10, choices=RoundState, default=RoundState.OPEN)
    students_see = models.CharField(
        _("what students see"), max_length=10, choices=StudentsSee, default=StudentsSee.CUTOFFS
    )
    minimum_cell = models.PositiveSmallIntegerField(_("smallest number shown"), default=SMALLEST_CELL)
    rule = models.JSONField(_("rule of placement"), default=dict, blank=True)  # see ruling.py
    most_choices = models.PositiveSmallIntegerField(_("most choices"), null=True, blank=True)
    follows = models.OneToOneField(
        "self", models.PROTECT, related_name="followed_by", verbose_name=_("follows"), null=True
    )  # a second round with what the first has left
    edition = models.PositiveIntegerField(default=1)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement round")
        indexes = [models.Index(fields=["-opened_at", "-id"], name="rounds_newest_first")]
        constraints = [
            models.CheckConstraint(condition=Q(minimum_cell__gte=1), name="the_smallest_cell_is_someone"),
            models.CheckConstraint(
                condition=Q(most_choices=None) | Q(most_choices__gte=1), name="a_list_may_hold_a_choice"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("round", args=[self.pk])

    @property
    def settings_hash(self) -> str:
        """Tells whether the settings are those that somebody saw."""
        held = (self.title, self.seed, self.scoring, self.students_see, self.minimum_cell, self.most_choices)
        return sha256(repr((held, sorted(self.rule.items()))).encode()).hexdigest()[:16]

    @property
    def is_frozen(self) -> bool:
        return self.state == RoundState.FROZEN

    @property
    def tone(self) -> str:
        """How the state's badge looks."""
        return "good" if self.is_frozen else "info"


class FrozenQuerySet(models.QuerySet["Frozen"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees what was frozen of it."""
        return self.filter(round__in=Round.objects.visible_to(user))


class Frozen(models.Model):
    """A result as it was frozen, byte for byte; it stays when the round is unfrozen, with who did that and why."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="frozen", verbose_name=_("placement round"))
    simulation = models.ForeignKey(
        "applications.Simulation", models.PROTECT, related_name="+", verbose_name=_("simulation")
    )
    content = models.BinaryField()  # the JSON result, compressed by zlib
    sha256 = models.CharField("SHA-256", max_length=64)  # of the JSON result itself
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("frozen by")
    )
    at = models.DateTimeField(_("frozen at"), auto_now_add=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("unfrozen by"), null=True
    )
    ended_at = models.DateTimeField(_("unfrozen at"), null=True)
    reason = models.TextField(_("reason for unfreezing"), max_length=1_000, blank=True)
    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("frozen result")
        constraints = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(ended_at=None), name="one_frozen_result_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(reason=""),
                name="unfreezing_has_a_person_and_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256
