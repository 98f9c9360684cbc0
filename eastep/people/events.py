"""What can happen to a person's record."""

from django.utils.translation import gettext_lazy as _

from eastep.core.events import Event

PERSON_ADDED = Event("people.person_added", _("{by} added the person."))
NAMES_EDITED = Event("people.names_edited", _("{by} changed the name."))
