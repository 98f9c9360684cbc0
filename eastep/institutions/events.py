"""What can happen to institutions, their terms, and the roles at them."""

from django.utils.translation import gettext_lazy as _

from eastep.core.events import Event

INSTITUTION_ADDED = Event("institutions.institution_added", _("{by} added the institution from a file."))
INSTITUTION_CHANGED = Event("institutions.institution_changed", _("{by} changed the institution by a file."))
SHIPPED_LOADED = Event(
    "institutions.shipped_loaded", _("Institutions that EASTEP brings: {added} added, {changed} changed.")
)
TERM_SET = Event("institutions.term_set", _("{by} set the dates of {season}: {starts_on} to {ends_on}."))
ROLE_GIVEN = Event("institutions.role_given", _("{by} gave the role “{role}”."))
ROLE_TAKEN = Event("institutions.role_taken", _("{by} took the role “{role}” away."))
