"""What each rule of placement would give in a round: the price of balance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from eastep.applications.models.rounds import Round
from eastep.applications.states import ComparisonState
from eastep.core.text import TrilingualField

if TYPE_CHECKING:
    from eastep.people.models import User


class RuleComparisonQuerySet(models.QuerySet["RuleComparison"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees what its rules would give."""
        return self.filter(round__in=Round.objects.visible_to(user))


class RuleComparison(models.Model):
    """The round's applicants placed by several rules, side by side; it publishes nothing.

    *rules* are as in ruling.py; *result* holds one row of figures for each (weighing.py); *edition* is the
    round's when it was computed.
    """

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="rule_comparisons", verbose_name=_("placement round")
    )
    seed = models.CharField(_("seed of the lottery"), max_length=60)
    rules = models.JSONField(default=list)
    state = models.CharField(
        _("state"), max_length=10, choices=ComparisonState, default=ComparisonState.COMPUTING
    )
    run = models.PositiveIntegerField(default=1)
    problem = TrilingualField(_("why it is not possible"))
    result = models.JSONField(_("result"), default=dict)
    edition = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    moved_at = models.DateTimeField(_("in this state since"), auto_now_add=True)
    objects = RuleComparisonQuerySet.as_manager()

    class Meta:
        verbose_name = _("comparison of rules")
        indexes = [models.Index(fields=["round", "-made_at", "-id"], name="comparisons_newest_first")]

    def __str__(self) -> str:
        return f"{self.round} {self.made_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("rule_comparison", args=[self.round_id, self.pk])

    @property
    def tone(self) -> str:
        return {"failed": "problem", "computed": "good"}.get(self.state, "plain")

    @property
    def is_outdated(self) -> bool:
        """Whether the round has changed since it was computed."""
        return bool(self.result) and self.edition != self.round.edition
