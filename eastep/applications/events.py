"""What can happen to a placement round. Every entry is about the round; applicants appear by their number."""

from django.utils.translation import gettext_lazy as _

from eastep.core.events import Event

ROUND_OPENED = Event("applications.round_opened", _("{by} opened the round."))
SETTINGS_CHANGED = Event("applications.settings_changed", _("{by} changed the settings of the round."))
ROUND_DISCARDED = Event("applications.round_discarded", _("{by} deleted the round with all that it held."))

FILE_HANDED_IN = Event("applications.file_handed_in", _("{by} handed in the file {file}."))
FILE_TAKEN = Event(
    "applications.file_taken",
    _(
        "{by} took over the file {file}. New: {new}. Changed: {changed}. Unchanged: {same}. Withdrawn: {gone}."
    ),
)
FILE_DROPPED = Event("applications.file_dropped", _("{by} set the file {file} aside."))

PLACE_ADDED = Event("applications.place_added", _("{by} added row {row} of places."))
PLACE_EDITED = Event("applications.place_edited", _("{by} edited row {row} of places."))
APPLICANT_ADDED = Event("applications.applicant_added", _("{by} added applicant {applicant}."))
APPLICANT_EDITED = Event("applications.applicant_edited", _("{by} edited applicant {applicant}."))
PLACES_WITHDRAWN = Event("applications.places_withdrawn", _("{by} withdrew rows of places: {rows}."))
PLACES_READMITTED = Event("applications.places_readmitted", _("{by} brought rows of places back: {rows}."))
APPLICANTS_WITHDRAWN = Event(
    "applications.applicants_withdrawn", _("{by} withdrew applicants: {applicants}. Reason: {reason}")
)
APPLICANTS_READMITTED = Event(
    "applications.applicants_readmitted", _("{by} brought applicants back: {applicants}.")
)
OBJECTION_WAIVED = Event(
    "applications.objection_waived", _("{by} waived an objection for applicant {applicant}. Reason: {reason}")
)
WAIVER_ENDED = Event(
    "applications.waiver_ended", _("{by} took back what was waived for applicant {applicant}.")
)

SIMULATION_MADE = Event("applications.simulation_made", _("{by} made the simulation “{simulation}”."))
SIMULATION_CHANGED = Event(
    "applications.simulation_changed", _("{by} changed the simulation “{simulation}”.")
)
SIMULATION_COMPUTED = Event(
    "applications.simulation_computed",
    _("The simulation “{simulation}” was computed for {by}. Placed: {placed} of {applicants}."),
)
SIMULATION_DISCARDED = Event(
    "applications.simulation_discarded", _("{by} deleted the simulation “{simulation}”.")
)
APPLICANT_MOVED = Event(
    "applications.applicant_moved",
    _("{by} moved applicant {applicant} by hand in “{simulation}”. Reason: {reason}"),
)
MOVE_UNDONE = Event(
    "applications.move_undone", _("{by} undid the move of applicant {applicant} in “{simulation}”.")
)
ROUND_FROZEN = Event(
    "applications.round_frozen", _("{by} froze the result of “{simulation}”. SHA-256: {sha256}")
)
ROUND_UNFROZEN = Event("applications.round_unfrozen", _("{by} unfroze the result. Reason: {reason}"))
