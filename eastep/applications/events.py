"""What can happen to a placement round."""

from django.utils.translation import gettext_lazy as _

from eastep.core.events import Event

ROUND_OPENED = Event("applications.round_opened", _("{by} opened the round with its two sheets."))
SHEETS_REPLACED = Event("applications.sheets_replaced", _("{by} replaced the sheets."))
ROUND_REJECTED = Event("applications.round_rejected", _("The sheets were read. Errors: {errors}."))
ROUND_PASSED = Event("applications.round_passed", _("The sheets were read without errors."))
ROUND_STARTED = Event("applications.round_started", _("{by} started the placement with the seed {seed}."))
ROUND_FINISHED = Event(
    "applications.round_finished", _("Placed: {placed} of {applicants} applicants (seed {seed}).")
)
ROUND_DISCARDED = Event(
    "applications.round_discarded", _("{by} deleted the round with its sheets and results.")
)
