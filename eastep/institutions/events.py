"""What can happen to institutions, their faculties, terms and contacts, and to claims of them."""

from django.utils.translation import gettext_lazy as _

from eastep.core.events import Event
from eastep.institutions.sentences import (
    contact_fields_in_words,
    contact_role_in_words,
    day_in_words,
    faculty_in_words,
    given_or_dash,
    role_in_words,
    season_code_in_words,
)

# Of an institution

INSTITUTION_ADDED = Event("institutions.institution_added", _("{by} added the institution from a file."))
INSTITUTION_CHANGED = Event("institutions.institution_changed", _("{by} changed the institution by a file."))
SHIPPED_LOADED = Event(
    "institutions.shipped_loaded", _("Institutions that EASTEP brings: {added} added, {changed} changed.")
)
FACULTY_ADDED = Event(
    "institutions.faculty_added", _("{by} added the faculty {faculty}."), {"faculty": faculty_in_words}
)
FACULTY_RENAMED = Event(
    "institutions.faculty_renamed",
    _("{by} changed a faculty: {before} is now {faculty}. Unit code: {code}"),
    {"before": faculty_in_words, "faculty": faculty_in_words, "code": given_or_dash},
)
FACULTY_REMOVED = Event(
    "institutions.faculty_removed", _("{by} removed the faculty {faculty}."), {"faculty": faculty_in_words}
)
TERM_SET = Event(
    "institutions.term_set",
    _(
        "{by} set the dates of {season}: {starts_on} to {ends_on}. Nominations due: {nomination_on}. "
        "Applications due: {application_on}. Arrival from: {arrival_on}."
    ),
    {
        "season": season_code_in_words,
        "starts_on": day_in_words,
        "ends_on": day_in_words,
        "nomination_on": day_in_words,
        "application_on": day_in_words,
        "arrival_on": day_in_words,
    },
)
CONTACT_ADDED = Event(
    "institutions.contact_added", _("{by} added a contact: {role}."), {"role": contact_role_in_words}
)
CONTACT_EDITED = Event(
    "institutions.contact_edited",
    _("{by} changed a contact: {role}. What changed: {fields}."),
    {"role": contact_role_in_words, "fields": contact_fields_in_words},
)
CONTACT_REMOVED = Event(
    "institutions.contact_removed", _("{by} removed a contact: {role}."), {"role": contact_role_in_words}
)

# Of an institution, or of the person for a role in the programme itself

ROLE_GIVEN = Event(
    "institutions.role_given",
    _("{by} gave {person} the role “{role}”."),
    {"role": role_in_words},
    people=("person",),
)
ROLE_TAKEN = Event(
    "institutions.role_taken",
    _("{by} took the role “{role}” away from {person}."),
    {"role": role_in_words},
    people=("person",),
)

# Of a claim

INSTITUTION_CLAIMED = Event(
    "institutions.institution_claimed", _("{by} asked to act for the international office.")
)
CLAIM_GRANTED = Event(
    "institutions.claim_granted", _("{by} granted the claim of {person}."), people=("person",)
)
CLAIM_REFUSED = Event(
    "institutions.claim_refused", _("{by} refused the claim of {person}."), people=("person",)
)
CLAIM_WITHDRAWN = Event("institutions.claim_withdrawn", _("{by} withdrew the claim."))
