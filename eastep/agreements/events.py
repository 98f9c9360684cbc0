"""What can happen to an agreement. Every entry is about the agreement; institutions stand in it by their key."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from eastep.agreements.states import LineKind, Reminder, Unit
from eastep.core.events import Event
from eastep.core.text import Text, joined
from eastep.institutions.sentences import day_in_words


def _of(name: str, sentence: Any) -> Event:
    return Event(f"agreements.{name}", sentence)


AGREEMENT_BEGUN = _of("agreement_begun", _("{by} began the agreement."))
DRAFT_EDITED = _of("draft_edited", _("{by} edited version {version}."))
PROPOSED = _of("version_proposed", _("{by} proposed version {version}."))
RECALLED = _of("version_recalled", _("{by} took version {version} back to change it."))
REFUSED = _of("version_refused", _("{by} refused version {version}. Reason: {reason}"))
APPROVED = _of("version_approved", _("{by} approved version {version} as {name}. SHA-256: {sha256}"))
CONCLUDED = Event(
    "agreements.version_concluded",
    _("Both sides have approved version {version}. It is in force from {first_day}."),
    words={"first_day": day_in_words},
)
RECORDED = Event(
    "agreements.version_recorded",
    _("{by} recorded version {version} as signed on {signed_on}. The partner has not confirmed it."),
    words={"signed_on": day_in_words},
)
CONFIRMED = _of("version_confirmed", _("{by} confirmed version {version}, as it was recorded."))
DISCARDED = _of("draft_discarded", _("{by} discarded version {version}."))
AMENDMENT_BEGUN = _of("amendment_begun", _("{by} began version {version}, to change the agreement."))
RENEWAL_BEGUN = _of("renewal_begun", _("{by} began version {version}, to renew the agreement."))
NOTICE_GIVEN = Event(
    "agreements.notice_given",
    _("{by} gave notice. The last day is {last_day}. Reason: {reason}"),
    words={"last_day": day_in_words},
)
NOTICE_TAKEN_BACK = _of("notice_taken_back", _("{by} took the notice back."))
SIGNATORY_CHANGED = _of(
    "signatory_changed", _("{by} changed who signs for this side. Before: {before}. Now: {now}.")
)
RESPONSIBLE_NAMED = _of("responsible_named", _("{by} changed who is reminded for this side."))
REFERENCE_SET = _of("reference_set", _("{by} set the own reference number: {reference}"))
REMARKED = _of("remark_made", _("{by} wrote a remark."))

# papers and seals; those of a seal are about its institution
PAPER_ATTACHED = _of("paper_attached", _("{by} attached “{paper}” to version {version}."))
PAPER_ATTACHED_CHECKED = _of(
    "paper_attached_checked",
    _("{by} attached “{paper}” to version {version} and compared it with the content."),
)
PAPER_CHECKED = _of("paper_checked", _("{by} compared “{paper}” with version {version}: both say the same."))
SEAL_KEPT = _of("seal_kept", _("{by} keeps the image of a seal here. SHA-256: {sha256}"))
SEAL_RETIRED = Event(
    "agreements.seal_retired", _("{by} put the seal of {holder} out of use."), people=("holder",)
)

# guests and reminders; an invitation stands in an entry by its number, never by a name
GUEST_INVITED = _of("guest_invited", _("{by} invited a person of the partner. Invitation {invitation}."))
INVITATION_RENEWED = _of("invitation_renewed", _("{by} sent invitation {invitation} again, with a new link."))
INVITATION_REVOKED = _of("invitation_revoked", _("{by} revoked invitation {invitation}."))
EXPIRY_CHANGED = Event(
    "agreements.expiry_changed",
    _("{by} changed the last day of invitation {invitation} to {last_day}."),
    words={"last_day": day_in_words},
)
INVITATION_OPENED = _of(
    "invitation_opened", _("Invitation {invitation} was opened, and {by} mailed a code to its address.")
)
ADDRESS_PROVED = _of(
    "address_proved", _("{by} proved the e-mail address of invitation {invitation} and is a guest now.")
)
END_REMINDED = Event(
    "agreements.end_reminded",
    _("{by} reminded both sides: the agreement ends on {ends_on}, which is {months} months away or less."),
    words={"ends_on": day_in_words},
)
PARTNER_REMINDED = Event(
    "agreements.partner_reminded",
    _("{by} reminded the partner. {about}"),
    words={"about": lambda code: Reminder(code).label},
)


# The ledger


def _name(texts: dict[str, str]) -> Text:
    """An institution as it was called then, in the reader's language."""
    return Text(**texts)


_LINE: dict[str, Any] = {
    "kind": lambda kind: LineKind(kind).label,
    "sender": _name,
    "receiver": _name,
    "note": lambda note: note or "–",
}
LINE_POSTED = Event(
    "agreements.line_posted",
    _(
        "{by} posted to the ledger for {year}: {kind}, {sender} → {receiver}. Stays: {stays}. Terms: {terms}. Note: {note}"
    ),
    words=_LINE,
)
LINE_REVERSED = Event(
    "agreements.line_reversed",
    _(
        "{by} reversed a line of the ledger for {year}: {kind}, {sender} → {receiver}. Stays: {stays}. Terms: {terms}. "
        "Reason: {note}"
    ),
    words=_LINE,
)
PAST_YEARS_POSTED = Event(
    "agreements.past_years_posted",
    _("{by} posted past years to the ledger, from the own list: {years}."),
    words={"years": joined},
)
YEAR_CLOSED = Event(
    "agreements.year_closed",
    _(
        "{by} closed the year {year} of the ledger. Counted: {unit}. Carried over: {carried}. Expired: {expired}."
    ),
    words={"unit": lambda unit: Unit(unit).label},
)
YEAR_REOPENED = Event("agreements.year_reopened", _("{by} reopened the year {year} of the ledger."))


# Lists of the office; these are about the institution

FILE_HANDED_IN = _of("file_handed_in", _("{by} handed in the list {file}."))
FILE_TAKEN = _of(
    "file_taken", _("{by} took over the list {file}. New: {new}. Changed: {changed}. Unchanged: {same}.")
)
FILE_DROPPED = _of("file_dropped", _("{by} set the list {file} aside."))
