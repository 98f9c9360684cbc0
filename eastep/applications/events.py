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

AGREED_PLACES_TAKEN = Event(
    "applications.agreed_places_taken",
    _(
        "{by} took places from agreements. New: {new}. Changed: {changed}. Unchanged: {same}. Withdrawn: {gone}."
    ),
)

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
RULES_COMPARED = Event(
    "applications.rules_compared", _("{by} had rules of placement compared. Rules: {rules}.")
)
COMPARISON_COMPUTED = Event(
    "applications.comparison_computed",
    _("The comparison of rules was computed for {by}. Placed: from {fewest} to {most} of {applicants}."),
)
COMPARISON_DISCARDED = Event(
    "applications.comparison_discarded", _("{by} deleted a comparison of rules, made at {made_at}.")
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
PLACES_ACCEPTED = Event(
    "applications.places_accepted", _("{by} entered that these accepted their place: {applicants}.")
)
PLACES_DECLINED = Event(
    "applications.places_declined", _("{by} entered that these declined their place: {applicants}.")
)
ANSWERS_TAKEN_BACK = Event(
    "applications.answers_taken_back", _("{by} took back the answers of: {applicants}.")
)
SECOND_ROUND_OPENED = Event(
    "applications.second_round_opened",
    _("{by} opened the second round “{title}” with what this one has left."),
)
OPENED_AS_SECOND = Event(
    "applications.opened_as_second",
    _(
        "{by} opened the round with what “{title}” has left. Applicants: {applicants}. Places: {places}. "
        "Places kept: {kept}."
    ),
)
SECOND_ROUND_DISCARDED = Event(
    "applications.second_round_discarded", _("{by} deleted the second round “{title}”.")
)
ROUND_UNFROZEN = Event("applications.round_unfrozen", _("{by} unfroze the result. Reason: {reason}"))
