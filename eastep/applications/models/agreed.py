"""What a round has taken from agreements, so that it can say when they have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from eastep.applications.models.rounds import Round

if TYPE_CHECKING:
    from eastep.people.models import User


class AgreedPlacesQuerySet(models.QuerySet["AgreedPlaces"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the round sees what was taken into it."""
        return self.filter(round__in=Round.objects.visible_to(user))


class AgreedPlaces(models.Model):
    """The rows of places that agreements gave a round when they were last taken over, whatever became of them since."""

    round = models.OneToOneField(
        Round, models.CASCADE, related_name="agreed_places", verbose_name=_("placement round")
    )
    seasons = ArrayField(models.CharField(max_length=11), verbose_name=_("terms"))  # "2027-autumn"
    records = models.JSONField()  # key: record, as in records.py
    sources = models.JSONField()  # key: [agreements by their primary keys]
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken over by")
    )
    taken_at = models.DateTimeField(_("taken over at"))
    objects = AgreedPlacesQuerySet.as_manager()

    class Meta:
        verbose_name = _("places from agreements")

    def __str__(self) -> str:
        return ", ".join(self.seasons)
