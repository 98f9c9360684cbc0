"""The secret address of a person's calendar: make, replace, revoke."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone

from eastep.agreements.models import CalendarAddress
from eastep.core.permissions import authorise
from eastep.people.models import User


@transaction.atomic
def make_calendar_address(person: User, *, by: User) -> CalendarAddress:
    """A new secret address; the one before it leads nowhere from now on."""
    person = User.objects.select_for_update().get(pk=person.pk)
    authorise(by, "agreements.keep_calendar", person)
    values = {"token": secrets.token_urlsafe(32), "made_at": timezone.now()}
    address, _made = CalendarAddress.objects.update_or_create(person=person, defaults=values)
    return address


@transaction.atomic
def revoke_calendar_address(person: User, *, by: User) -> None:
    """No address any more."""
    authorise(by, "agreements.keep_calendar", person)
    CalendarAddress.objects.filter(person=person).delete()
