"""Simulations of a round, and what came out for each applicant and each row of places."""

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
from eastep.applications.states import SimulationState
from eastep.core.text import TrilingualField
from eastep.institutions.models import Institution

if TYPE_CHECKING:
    from eastep.people.models import User


class SimulationQuerySet(models.QuerySet["Simulation"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees its simulations."""
        return self.filter(round__in=Round.objects.visible_to(user))


class Simulation(models.Model):
    """One placement of a round's applicants, computed and kept; it publishes nothing.

    *changes* are as in simulating.py; *result* is the result document without its applicants and places;
    *edition* is the round's when it was computed.
    """

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="simulations", verbose_name=_("placement round")
    )
    name = models.CharField(_("name"), max_length=100)
    seed = models.CharField(
        _("seed of the lottery"), max_length=60, help_text=Round._meta.get_field("seed").help_text
    )
    changes = models.JSONField(default=dict)
    rule = models.JSONField(_("rule of placement"), default=dict, blank=True)  # see ruling.py
    state = models.CharField(
        _("state"), max_length=10, choices=SimulationState, default=SimulationState.DRAFT
    )
    run = models.PositiveIntegerField(default=1)
    problem = TrilingualField(_("why it is not possible"))
    result = models.JSONField(_("result"), default=dict)
    edition = models.PositiveIntegerField(default=0)
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, related_name="+", verbose_name=_("copied from"), null=True
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    moved_at = models.DateTimeField(_("in this state since"), auto_now_add=True)
    objects = SimulationQuerySet.as_manager()

    class Meta:
        verbose_name = _("simulation")
        constraints = [
            models.UniqueConstraint(fields=["round", "name"], name="one_simulation_of_a_name_in_a_round"),
        ]
        indexes = [models.Index(fields=["round", "-made_at", "-id"], name="simulations_newest_first")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("simulation", args=[self.round_id, self.pk])

    @property
    def tone(self) -> str:
        return {"failed": "problem", "computed": "good"}.get(self.state, "plain")

    @property
    def is_outdated(self) -> bool:
        """Whether the round has changed since it was computed."""
        return bool(self.result) and self.edition != self.round.edition


class MoveQuerySet(models.QuerySet["Move"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees who was moved in it."""
        return self.filter(simulation__round__in=Round.objects.visible_to(user))

    def in_force(self) -> Self:
        return self.filter(ended_at=None)


class Move(models.Model):
    """An applicant put by hand on a row of places, or on none; *effects* is what that changed for the others."""

    simulation = models.ForeignKey(
        Simulation, models.CASCADE, related_name="moves", verbose_name=_("simulation")
    )
    applicant = models.CharField(_("applicant number"), max_length=60)
    row = models.PositiveIntegerField(_("row of places"), null=True)  # None: not placed
    reason = models.TextField(_("reason"), max_length=1_000)
    effects = models.JSONField(default=list)  # simulating.effects, the first ones
    affected = models.PositiveIntegerField(_("others affected"), null=True)  # None: not computed yet
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("moved by")
    )
    at = models.DateTimeField(_("moved at"), auto_now_add=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("undone by"), null=True
    )
    ended_at = models.DateTimeField(_("undone at"), null=True)
    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("manual move")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["simulation", "applicant"],
                condition=Q(ended_at=None),
                name="one_move_of_an_applicant_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_move_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.applicant


class OutcomeQuerySet(NamedQuerySet["Outcome"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees its outcomes."""
        return self.filter(simulation__round__in=Round.objects.visible_to(user))


class Outcome(Named):
    """What became of one applicant; *details* are as in the result file (see report)."""

    class Touched(models.TextChoices):
        NO = "", pgettext_lazy("outcome", "As computed")
        MOVED = "moved", pgettext_lazy("outcome", "Moved by hand")
        GAINS = "gains", pgettext_lazy("outcome", "Gains by a move")
        LOSES = "loses", pgettext_lazy("outcome", "Loses by a move")
        CHANGES = "changes", pgettext_lazy("outcome", "Changed by a move")

    simulation = models.ForeignKey(
        Simulation, models.CASCADE, related_name="outcomes", verbose_name=_("simulation")
    )
    position = models.PositiveIntegerField(_("order of service"))
    home = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("home institution")
    )
    score = models.DecimalField(_("score"), max_digits=12, decimal_places=4)
    choice = models.PositiveSmallIntegerField(_("choice that was met"), null=True)
    host = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("host institution"), null=True
    )
    row = models.PositiveIntegerField(_("row of places"), null=True)
    touched = models.CharField(_("manual moves"), max_length=7, choices=Touched, blank=True, default="")
    details = models.JSONField(_("details"))
    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        constraints = [
            models.UniqueConstraint(
                fields=["simulation", "position"], name="one_applicant_at_each_position_of_a_simulation"
            ),
            models.UniqueConstraint(
                fields=["simulation", "applicant"], name="one_outcome_for_each_applicant_of_a_simulation"
            ),
            models.CheckConstraint(
                condition=Q(host=None, row=None, choice=None)
                | Q(host__isnull=False, row__isnull=False, choice__isnull=False)
                | Q(host__isnull=False, row__isnull=False, touched="moved"),
                name="a_met_choice_has_a_host",
            ),
        ]
        indexes = [
            models.Index(fields=["simulation", "host", "position"], name="outcomes_of_a_host"),
            models.Index(fields=["simulation", "home", "position"], name="outcomes_of_a_home"),
            models.Index(fields=["simulation", "choice", "position"], name="outcomes_by_choice"),
            models.Index(fields=["simulation", "row", "position"], name="outcomes_of_a_row"),
            models.Index(
                fields=["simulation", "touched", "position"],
                condition=~Q(touched=""),
                name="outcomes_touched",
            ),
            GinIndex(fields=["grams"], name="outcomes_by_gram"),
        ]

    def __str__(self) -> str:
        return f"{self.applicant} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("outcome", args=[self.simulation.round_id, self.simulation_id, self.position])


class OptionQuerySet(models.QuerySet["Option"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees what became of its places."""
        return self.filter(simulation__round__in=Round.objects.visible_to(user))


class Option(models.Model):
    """What became of one row of places; *details* are as in the result file."""

    simulation = models.ForeignKey(
        Simulation, models.CASCADE, related_name="options", verbose_name=_("simulation")
    )
    row = models.PositiveIntegerField(_("row of places"))
    home = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("home institution")
    )
    host = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("host institution")
    )
    places = models.PositiveIntegerField(_("places"))
    taken = models.PositiveIntegerField(_("taken"))
    cutoff = models.DecimalField(_("cut-off"), max_digits=12, decimal_places=4, null=True)
    highest_refused = models.DecimalField(_("highest refused"), max_digits=12, decimal_places=4, null=True)
    refused = models.PositiveIntegerField(_("refused"))
    is_full = models.BooleanField(_("full"))
    binds = models.BooleanField(_("full and wanted by more"))
    details = models.JSONField(_("details"))
    objects = OptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("option")
        constraints = [
            models.UniqueConstraint(
                fields=["simulation", "row"], name="one_option_for_each_row_of_a_simulation"
            ),
        ]
        indexes = [
            models.Index(fields=["simulation", "host", "row"], name="options_of_a_host"),
            models.Index(fields=["simulation", "-refused", "row"], name="options_by_demand"),
            models.Index(fields=["simulation", "row"], condition=Q(is_full=False), name="options_with_room"),
            models.Index(fields=["simulation", "row"], condition=Q(binds=True), name="options_that_bind"),
            models.Index(fields=["simulation", "row"], condition=Q(taken=0), name="options_not_used"),
        ]

    def __str__(self) -> str:
        return f"{self.row} {self.host}"

    def get_absolute_url(self) -> str:
        return reverse("option", args=[self.simulation.round_id, self.simulation_id, self.row])
