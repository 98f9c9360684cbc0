"""The verbs of the ledger: post a line, and take one back by its opposite. Nothing else writes lines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eastep.agreements import events
from eastep.agreements.actions.locking import locked
from eastep.agreements.actions.recounting import keep_balances
from eastep.agreements.actions.telling import tell_partner
from eastep.agreements.models import Agreement, LedgerLine, Party
from eastep.agreements.queries.ledger import CLOSING
from eastep.agreements.states import LineKind, VersionState
from eastep.core.errors import Refused
from eastep.core.events import Event, record
from eastep.core.models import Entry
from eastep.institutions.models import Institution
from eastep.people.models import User

FIRST_YEAR = 1950
AHEAD = 2  # years: stays are agreed upon before they begin
MOST = 10_000  # stays, or terms, on one line


@transaction.atomic
def post(
    agreement: Agreement,
    *,
    by: User,
    party: Party,
    year: int,
    sender: Institution,
    stays: int,
    terms: int,
    kind: LineKind,
    key: str,
    note: str = "",
) -> LedgerLine:
    """So many stays (and terms) that *sender*, one of the two, has sent to the other in *year*.

    *key* says what is posted: the same again is the same line, and with other figures Refused. What has been reversed
    and comes back has a new key. Carrying over and expiring are for `close_year`.
    """
    if party.agreement_id != agreement.pk or kind in CLOSING:
        raise ValueError(f"not to be posted here: {kind} for side {party.pk}")
    party = to_count(party, by=by)
    said: dict[str, Any] = {"year": year, "sender": sender, "stays": stays, "terms": terms, "kind": kind}
    if found := LedgerLine.objects.filter(agreement=agreement, key=key).select_related("sender").first():
        if any(getattr(found, name) != value for name, value in said.items()):
            raise Refused(
                _("This has been posted already, with other figures. Reverse that line first."), code="posted"
            )
        return found
    line = enter(party, by=by, key=key, note=note, **said)
    keep_balances(party.agreement)
    entry = record(events.LINE_POSTED, party.agreement, by=by, note=note, **_facts(line))
    if kind == LineKind.CORRECTION:
        tell_partner(entry, party)
    return line


@transaction.atomic
def reverse(line: LedgerLine, *, by: User, party: Party, note: str) -> LedgerLine:
    """Post the exact opposite of *line*; asked again, the same opposite comes back."""
    if line.agreement_id != party.agreement_id:
        raise ValueError(f"line {line.pk} is of another agreement than side {party.pk}")
    party = locked(party, by=by)
    if found := LedgerLine.objects.filter(reverses=line).first():
        return found
    if line.reverses_id:
        raise Refused(
            _("This line reverses another one. Post a correction instead."), code="reverses_another"
        )
    if line.kind in CLOSING:
        raise Refused(
            _("This line was written when the year was closed. Reopen the year instead."), code="of_a_closing"
        )
    refuse_closed(party.agreement, line.year)
    opposite = enter_opposite(line, party, by=by, note=note)
    keep_balances(party.agreement)
    tell(events.LINE_REVERSED, party, by=by, note=note, **_facts(line))
    return opposite


# The steps


def to_count(party: Party, *, by: User) -> Party:
    """The side, locked, where something can be counted. Refused before anything is recorded or approved."""
    party = locked(party, by=by)
    if not party.agreement.is_agreed and party.agreement.open_state != VersionState.RECORDED:
        raise Refused(
            _(
                "Stays are counted as soon as the agreement is recorded or approved. Record or propose it first."
            ),
            code="not_recorded",
        )
    return party


def enter(
    party: Party,
    *,
    by: User,
    key: str,
    year: int,
    sender: Institution,
    stays: int,
    terms: int,
    kind: LineKind,
    note: str,
) -> LedgerLine:
    """One more line, if it can be. The caller has the lock, counts anew and records what it did."""
    if sender.pk not in (party.institution_id, party.partner_id):
        raise ValueError(f"institution {sender.pk} is on neither side")
    last = timezone.localdate().year + AHEAD
    if not FIRST_YEAR <= year <= last:
        raise Refused(
            _("Give a year from {first} to {last}.").format(first=FIRST_YEAR, last=last), code="year"
        )
    if not (stays or terms) or max(abs(stays), abs(terms)) > MOST:
        raise Refused(
            _("Give a number of stays or of terms, at most {most}.").format(most=MOST), code="number"
        )
    if kind != LineKind.CORRECTION and (stays < 1 or terms < 0 or (kind == LineKind.STAY and terms < 1)):
        raise Refused(_("Only a correction can take something away."), code="below_zero")
    refuse_closed(party.agreement, year)
    return LedgerLine.objects.create(
        agreement=party.agreement,
        party=party,
        year=year,
        kind=kind,
        sender=sender,
        receiver=party.partner if sender.pk == party.institution_id else party.institution,
        stays=stays,
        terms=terms,
        key=key,
        note=note,
        by=by,
    )


def enter_opposite(line: LedgerLine, party: Party, *, by: User, note: str = "") -> LedgerLine:
    """The line that takes *line* back: the same with its figures the other way round."""
    return LedgerLine.objects.create(
        agreement=party.agreement,
        party=party,
        year=line.year,
        kind=line.kind,
        sender_id=line.sender_id,
        receiver_id=line.receiver_id,
        stays=-line.stays,
        terms=-line.terms,
        origin=line.origin,
        key=f"{line.key}:reversed",
        reverses=line,
        note=note,
        by=by,
    )


def refuse_closed(agreement: Agreement, year: int) -> None:
    """Refused where the year is closed, with the two ways on."""
    if agreement.closed_until is not None and year <= agreement.closed_until:
        raise Refused(
            _(
                "The year {year} is closed, as all until {closed} are. Post a correction in a later year, or reopen {closed} first."
            ).format(year=year, closed=agreement.closed_until),
            code="closed",
        )


def tell(event: Event, party: Party, *, by: User, **facts: Any) -> Entry:
    """Record it, and tell the partner."""
    entry = record(event, party.agreement, by=by, **facts)
    tell_partner(entry, party)
    return entry


def _facts(line: LedgerLine) -> dict[str, Any]:
    return {
        "line": line.pk,
        "year": line.year,
        "kind": line.kind,
        "sender": asdict(line.sender.name),
        "receiver": asdict(line.receiver.name),
        "stays": line.stays,
        "terms": line.terms,
    }
