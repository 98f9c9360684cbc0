"""The verbs of consent: approve, refuse; record what was signed outside, and confirm it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eastep.agreements import events, queries
from eastep.agreements.actions.locking import locked, settle, version_in_work
from eastep.agreements.actions.telling import tell_partner
from eastep.agreements.actions.writing import back_to_draft, days_in_force, first_draft, lay_before
from eastep.agreements.checking import unfinished
from eastep.agreements.content import Content
from eastep.agreements.models import Approval, Paper, Party, Seal, Version
from eastep.agreements.states import VERSION, VersionState, Way
from eastep.core.errors import Refused, refuse_stale
from eastep.core.events import record
from eastep.core.models import Entry
from eastep.institutions.models import Faculty, Institution
from eastep.people.models import User


@transaction.atomic
def approve(
    party: Party,
    *,
    by: User,
    sha256: str,
    signed_name: str,
    signed_position: str = "",
    way: Way = Way.EASTEP,
    seal: Seal | None = None,
    scan: Paper | None = None,
    signed_on: date | None = None,
) -> Version:
    """This side approves exactly what has *sha256*; with the second side's approval it is agreed.

    Refused(code="outdated") if something else is proposed now. *signed_on* is the date on a paper; in EASTEP it is
    today.
    """
    party = locked(party, by=by, permission="agreements.approve")
    version = version_in_work(party)
    state = VERSION.after(version.state, "approve")
    _refuse_outdated(version, sha256)
    _refuse_ending(party)
    today = timezone.localdate()
    if way in (Way.EASTEP, Way.SEAL):
        signed_on = today
    _check_signature(party, version, by, way=way, seal=seal, scan=scan, signed_on=signed_on)
    if problems := unfinished(version.content, party.agreement, today=today):
        raise Refused(" ".join(problems), code="unfinished")
    signature = Signature(
        name=signed_name, position=signed_position, way=way, on=signed_on or today, seal=seal, scan=scan
    )
    _approve(party, version, signature, by=by)
    version.state = state
    facts = {"version": version.number, "name": signed_name, "sha256": version.sha256}
    tell_partner(record(events.APPROVED, party.agreement, by=by, **facts), party)
    both = queries.approvals_of(version)
    if {one.party_id for one in both} == set(party.agreement.parties.values_list("pk", flat=True)):
        version.state = VERSION.after(version.state, "conclude")
        _conclude(version, max(one.signed_on for one in both), party, by)
    settle(party.agreement)
    return version


@transaction.atomic
def refuse(party: Party, *, by: User, sha256: str, reason: str) -> Version:
    """Send what is proposed or recorded back as a draft, with the reason."""
    party = locked(party, by=by, permission="agreements.approve")
    version = version_in_work(party)
    state = VERSION.after(version.state, "refuse")
    _refuse_outdated(version, sha256)
    if version.proposed_by_id == party.institution_id:
        raise Refused(_("Your own side has proposed this. Take it back instead."), code="own")
    version.state = state
    back_to_draft(version, refusal=reason, refused_by=party.institution)
    settle(party.agreement)
    entry = record(events.REFUSED, party.agreement, by=by, version=version.number, reason=reason)
    tell_partner(entry, party)
    return version


@transaction.atomic
def record_agreement(
    party: Party,
    *,
    by: User,
    edition: int,
    effective_on: date,
    signed_name: str = "",
    signed_position: str = "",
    paper: Paper | None = None,
) -> Version:
    """Say that the draft is signed outside EASTEP, since *effective_on*, the date of the last signature.

    Both sides see it as recorded by one and not confirmed by the other.
    """
    party = locked(party, by=by)
    version = version_in_work(party)
    refuse_stale(version.edition, edition)
    version.state = VERSION.after(version.state, "record")
    signature = Signature(name=signed_name or str(by), position=signed_position, on=effective_on, scan=paper)
    entry = _record(party, version, signature, by=by)
    tell_partner(entry, party)
    return version


@transaction.atomic
def confirm(
    party: Party, *, by: User, sha256: str, signed_name: str = "", signed_position: str = ""
) -> Version:
    """The other side says that the record is right: from now on it is agreed, since the date that was recorded."""
    party = locked(party, by=by, permission="agreements.approve")
    version = version_in_work(party)
    state = VERSION.after(version.state, "confirm")
    _refuse_outdated(version, sha256)
    if version.proposed_by_id == party.institution_id:
        raise Refused(_("Your own side has recorded this. The partner has to confirm it."), code="own")
    _refuse_ending(party)
    if problems := unfinished(version.content, party.agreement, today=None):
        raise Refused(" ".join(problems), code="unfinished")
    signed_on = version.effective_on or timezone.localdate()
    signature = Signature(name=signed_name or str(by), position=signed_position, on=signed_on)
    _approve(party, version, signature, by=by)
    version.state = state
    _conclude(version, signed_on, party, by)
    settle(party.agreement)
    entry = record(events.CONFIRMED, party.agreement, by=by, version=version.number)
    tell_partner(entry, party)
    return version


def confirm_many(texts: Iterable[tuple[Party, str]], *, by: User) -> list[tuple[Party, Refused | None]]:
    """Confirm what is recorded, each for itself: with every side comes why not, or None where it went well.

    With each side comes the hash of what the person was shown.
    """
    done: list[tuple[Party, Refused | None]] = []
    for party, sha256 in texts:
        try:
            confirm(party, by=by, sha256=sha256)
            done.append((party, None))
        except Refused as why:
            done.append((party, why))
    return done


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signs for a side, how and when."""

    name: str
    position: str = ""
    way: Way = Way.OUTSIDE
    on: date
    seal: Seal | None = None
    scan: Paper | None = None


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One agreement of an office's own list."""

    partner: Institution
    content: Content
    effective_on: date
    faculty: Faculty | None = None
    partner_faculty: Faculty | None = None
    reference: str = ""
    partner_reference: str = ""


@transaction.atomic
def record_agreements(institution: Institution, *, by: User, rows: Sequence[Recorded]) -> list[Party]:
    """Record agreements that were signed outside EASTEP: all, or, if one is refused, none. The own sides come back."""
    made = []
    for row in rows:
        party, version = first_draft(
            institution,
            by=by,
            partner=row.partner,
            content=row.content,
            faculty=row.faculty,
            partner_faculty=row.partner_faculty,
            reference=row.reference,
            partner_reference=row.partner_reference,
        )
        version.state = VERSION.after(version.state, "record")
        _record(party, version, Signature(name=str(by), on=row.effective_on), by=by)
        made.append(party)
    return made


# The steps


def _record(party: Party, version: Version, signature: Signature, *, by: User) -> Entry:
    today = timezone.localdate()
    if signature.on > today:
        raise Refused(_("The last signature cannot lie in the future. Correct its date."), code="future")
    if problems := unfinished(version.content, party.agreement, today=None):
        raise Refused(" ".join(problems), code="unfinished")
    if signature.scan and signature.scan.version_id != version.pk:
        raise Refused(_("This paper belongs to another version. Attach it to this one."), code="other_paper")
    version.effective_on = signature.on
    version.in_force_from, version.in_force_until = days_in_force(version, signature.on)
    lay_before(version, party)
    version.save()
    _approve(party, version, signature, by=by)
    settle(party.agreement, "shared_at")
    return record(
        events.RECORDED,
        party.agreement,
        by=by,
        version=version.number,
        signed_on=signature.on.isoformat(),
    )


def _refuse_outdated(version: Version, sha256: str) -> None:
    if version.sha256 != sha256:
        raise Refused(
            _("What you have read is not what is proposed now. Read the present text, then decide."),
            code="outdated",
        )


def _refuse_ending(party: Party) -> None:
    if party.agreement.ending_on:
        raise Refused(_("Notice has been given. Take the notice back first."), code="ending")


def _check_signature(
    party: Party,
    version: Version,
    by: User,
    *,
    way: Way,
    seal: Seal | None,
    scan: Paper | None,
    signed_on: date | None,
) -> None:
    """A seal is set by its holder alone; a scan belongs to this version and side; a paper has a date that has been."""
    if way not in (Way.EASTEP, Way.SEAL, Way.INK):
        raise Refused(_("Choose how this side signs."), code="no_way")
    if way == Way.SEAL and (
        seal is None
        or seal.holder_id != by.pk
        or seal.retired_at
        or seal.institution_id != party.institution_id
    ):
        raise Refused(_("A seal can be set only by the person whom it is bound to."), code="not_own_seal")
    if way == Way.INK and (scan is None or scan.version_id != version.pk or scan.party_id != party.pk):
        raise Refused(_("Attach the scan of the signed paper to this version first."), code="no_scan")
    if way == Way.INK and (signed_on is None or signed_on > timezone.localdate()):
        raise Refused(_("Give the date on the signed paper. It cannot lie in the future."), code="no_date")


def _approve(party: Party, version: Version, signature: Signature, *, by: User) -> Approval:
    if version.approvals.filter(proposal=version.proposal, party=party).exists():
        raise Refused(_("Your side has approved this already."), code="approved_already")
    if version.approvals.filter(proposal=version.proposal, by=by).exists():
        raise Refused(
            _("You have approved this for the other side. Somebody else has to approve it for this one."),
            code="same_person",
        )
    is_office = (party.institution_id, "office") in by.roles
    return Approval.objects.create(
        version=version,
        party=party,
        proposal=version.proposal,
        sha256=version.sha256,
        by=by,
        role="office" if is_office else "guest",
        signed_name=signature.name,
        signed_position=signature.position,
        signed_on=signature.on,
        way=signature.way,
        seal=signature.seal if signature.way == Way.SEAL else None,
        scan=signature.scan if signature.way in (Way.INK, Way.OUTSIDE) else None,
    )


def _conclude(version: Version, effective_on: date, party: Party, by: User) -> None:
    """Both have approved: it is in force from its first day on, and what was agreed for these days before gives way."""
    version.effective_on = effective_on
    first, last = days_in_force(version, effective_on)
    version.in_force_from, version.in_force_until = first, last
    older = party.agreement.versions.filter(state=VersionState.AGREED).exclude(pk=version.pk)
    for one in older.order_by("in_force_from"):
        begins, ends = one.in_force_from or first, one.in_force_until or date.max
        if ends < first or (last and begins > last):
            continue
        if begins >= first and last and ends > last:
            raise Refused(
                _(
                    "Another version is agreed for later, from {day}. End this one on the day before, or without an "
                    "end, so that it takes the place of the other."
                ).format(day=date_format(begins, "DATE_FORMAT")),
                code="overlaps",
            )
        if begins < first:
            one.in_force_until = first - timedelta(days=1)
        else:
            one.state = VERSION.after(one.state, "replace")
        one.save(update_fields=["state", "in_force_until"])
    version.moved_at = timezone.now()
    version.save()
    record(events.CONCLUDED, party.agreement, by=by, version=version.number, first_day=first.isoformat())
