"""What can happen to a person's record."""

from django.utils.translation import gettext_lazy as _

from eastep.core.events import Event

NAMES_EDITED = Event("people.names_edited", _("{by} changed the name."))
