"""Who accepted the place of a frozen result, and who declined it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from eastep.applications.models.rounds import Round
from eastep.applications.states import Answer

if TYPE_CHECKING:
    from eastep.people.models import User


class PlaceAnswerQuerySet(models.QuerySet["PlaceAnswer"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees who answered."""
        return self.filter(round__in=Round.objects.visible_to(user))


class PlaceAnswer(models.Model):
    """What a placed applicant of a frozen round said; earlier answers are in the round's history."""

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="answers", verbose_name=_("placement round")
    )
    applicant = models.CharField(_("applicant number"), max_length=60)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    at = models.DateTimeField(_("entered at"), auto_now=True)
    objects = PlaceAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "applicant"], name="one_answer_of_an_applicant_in_a_round"
            ),
        ]

    def __str__(self) -> str:
        return self.applicant
