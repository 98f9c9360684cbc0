"""The verbs of an agreement in force: end with notice, change who signs and who is reminded, remark."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eastep.agreements import events
from eastep.agreements.actions.locking import locked, settle
from eastep.agreements.actions.telling import tell_partner
from eastep.agreements.actions.writing import earliest_end
from eastep.agreements.models import Agreement, Party, Remark
from eastep.agreements.states import Standing
from eastep.core.errors import Refused, refuse_stale
from eastep.core.events import record
from eastep.people.models import User


@transaction.atomic
def give_notice(party: Party, *, by: User, ending_on: date, reason: str = "") -> Agreement:
    """End the agreement after its notice period: it stays in effect up to and including *ending_on*.

    A version in work does not stand in the way; it cannot be approved while the notice stands.
    """
    party = locked(party, by=by)
    agreement, today = party.agreement, timezone.localdate()
    if agreement.ending_on:
        raise Refused(_("Notice has been given already."), code="ending")
    if agreement.standing(today) not in (Standing.IN_EFFECT, Standing.COMING):
        raise Refused(
            _("Only an agreement that both sides have approved can be ended."), code="not_in_effect"
        )
    earliest = earliest_end(party, today=today)
    if ending_on < earliest:
        raise Refused(
            _("The notice period of this agreement allows an end on {day} at the earliest.").format(
                day=date_format(earliest, "DATE_FORMAT")
            ),
            code="too_early",
        )
    if agreement.ends_on and ending_on >= agreement.ends_on:
        raise Refused(_("The agreement ends by itself before that day."), code="ends_before")
    agreement.ending_by, agreement.ending_given_on = party.institution, today
    agreement.ending_on, agreement.ending_reason = ending_on, reason
    settle(agreement, "ending_by", "ending_given_on", "ending_on", "ending_reason")
    entry = record(events.NOTICE_GIVEN, agreement, by=by, last_day=ending_on.isoformat(), reason=reason)
    tell_partner(entry, party)
    return agreement


@transaction.atomic
def take_back_notice(party: Party, *, by: User) -> Agreement:
    """The side that gave notice takes it back, as long as the agreement has not ended."""
    party = locked(party, by=by)
    agreement = party.agreement
    if not agreement.ending_on:
        raise Refused(_("No notice has been given."), code="no_notice")
    if agreement.ending_by_id != party.institution_id:
        raise Refused(_("The other side has given this notice. Only it can take it back."), code="not_own")
    if agreement.ending_on < timezone.localdate():
        raise Refused(_("The agreement has ended. Write a new one."), code="ended")
    agreement.ending_by = agreement.ending_given_on = agreement.ending_on = None
    agreement.ending_reason = ""
    settle(agreement, "ending_by", "ending_given_on", "ending_on", "ending_reason")
    tell_partner(record(events.NOTICE_TAKEN_BACK, agreement, by=by), party)
    return agreement


@transaction.atomic
def change_signatory(
    party: Party, *, by: User, name: str, position: str = "", edition: int | None = None
) -> Party:
    """Somebody else signs for this side from now on; what was signed keeps the name that signed it.

    *edition*, here and below, is that of the form: a stale one is Refused(code="changed").
    """
    party = _own(party, by=by, edition=edition)
    before = _signatory(party)
    party.signatory_name, party.signatory_position = name, position
    party.save(update_fields=["signatory_name", "signatory_position", "edition"])
    if before != _signatory(party):
        entry = record(
            events.SIGNATORY_CHANGED,
            party.agreement,
            by=by,
            before=before or "–",
            now=_signatory(party) or "–",
        )
        if party.agreement.shared_at:
            tell_partner(entry, party)
    return party


@transaction.atomic
def name_responsible(party: Party, *, by: User, people: Iterable[User], edition: int | None = None) -> Party:
    """Who of this side's office is reminded and told; nobody named means the whole office."""
    party = _own(party, by=by, edition=edition)
    chosen = list(people)
    strangers = [person for person in chosen if (party.institution_id, "office") not in person.roles]
    if strangers:
        raise Refused(
            _("{name} does not belong to the office of this side.").format(name=strangers[0]), code="stranger"
        )
    party.responsible.set(chosen)
    party.save(update_fields=["edition"])
    record(events.RESPONSIBLE_NAMED, party.agreement, by=by, people=[person.pk for person in chosen])
    return party


@transaction.atomic
def set_reference(party: Party, *, by: User, reference: str, edition: int | None = None) -> Party:
    """The number under which this side files the agreement."""
    party = _own(party, by=by, edition=edition)
    party.reference = reference
    party.save(update_fields=["reference", "edition"])
    record(events.REFERENCE_SET, party.agreement, by=by, reference=reference or "–")
    return party


@transaction.atomic
def remark(party: Party, *, by: User, text: str) -> Remark:
    """Say something about the agreement, for both sides to read."""
    party = locked(party, by=by, permission="agreements.remark")
    made = Remark.objects.create(agreement=party.agreement, party=party, by=by, text=text)
    entry = record(events.REMARKED, party.agreement, by=by)
    if party.agreement.shared_at:
        tell_partner(entry, party)
    return made


def _own(party: Party, *, by: User, edition: int | None) -> Party:
    """The side, locked, of the next edition. Who filled in a form has to have seen what is there."""
    party = locked(party, by=by)
    if edition is not None:
        refuse_stale(party.edition, edition)
    party.edition += 1
    return party


def _signatory(party: Party) -> str:
    return " · ".join(part for part in (party.signatory_name, party.signatory_position) if part)
