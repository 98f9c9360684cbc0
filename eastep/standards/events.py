"""What can happen to the dated facts."""

from django.utils.translation import gettext_lazy as _

from eastep.core.events import Event

FACT_ADDED = Event("standards.fact_added", _("{by} added the rule {code}."))
FACT_ENDED = Event("standards.fact_ended", _("{by} ended the rule {code} on {on}."))
SHIPPED_LOADED = Event("standards.shipped_loaded", _("{by} loaded {rows} rules of the release."))
