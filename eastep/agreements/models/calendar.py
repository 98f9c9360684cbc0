"""The address by which a person's own calendar program reads the ends of agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from eastep.people.models import User


class CalendarAddressQuerySet(models.QuerySet["CalendarAddress"]):
    def visible_to(self, user: User) -> Self:
        """One's own: whoever knows the address reads the calendar."""
        return self.filter(person=user)


class CalendarAddress(models.Model):
    """A secret address, one for each person who wants one. A new one puts the old out of use.

    The secret is kept as it is, because its person looks it up again for the next device. It opens partners and
    dates of agreements, nothing that does not lie beside it in the database.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))
    objects = CalendarAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        return reverse("calendar_feed", args=[self.token])
