"""What can happen to the memory of headings and names."""

from django.utils.translation import gettext_lazy as _

from eastep.core.events import Event

HEADINGS_REMEMBERED = Event(
    "imports.headings_remembered", _("{by} confirmed what headings in sheets mean. Headings: {count}.")
)
NAMES_REMEMBERED = Event(
    "imports.names_remembered", _("{by} confirmed what names in sheets mean. Names: {count}.")
)
HEADING_FORGOTTEN = Event(
    "imports.heading_forgotten", _("{by} took back what the heading “{heading}” means.")
)
NAME_FORGOTTEN = Event("imports.name_forgotten", _("{by} took back whom the name “{written}” means."))
