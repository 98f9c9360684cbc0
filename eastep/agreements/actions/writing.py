"""The verbs of a version in work: begin, edit, propose, take back, discard; amend and renew begin the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eastep.agreements import events, queries
from eastep.agreements.actions.locking import locked, period_of, settle, version_in_work
from eastep.agreements.actions.telling import tell_partner
from eastep.agreements.checking import check, unfinished
from eastep.agreements.content import Content, blank, canonical, digest, later, renewed
from eastep.agreements.models import Agreement, Party, Version
from eastep.agreements.states import VERSION
from eastep.core.errors import Refused, refuse_stale
from eastep.core.events import Event, record
from eastep.core.permissions import authorise
from eastep.imports.headings import fold
from eastep.institutions.models import Faculty, Institution
from eastep.people.models import User

USUAL_YEARS = 5  # research/product.md 4.7: five years in principle


@transaction.atomic
def begin_agreement(
    institution: Institution,
    *,
    by: User,
    partner: Institution,
    content: Content | None = None,
    faculty: Faculty | None = None,
    partner_faculty: Faculty | None = None,
    reference: str = "",
) -> Party:
    """A first draft between *institution* and *partner*; returned is the own side. The partner does not see it yet."""
    side, _version = first_draft(
        institution,
        by=by,
        partner=partner,
        content=content,
        faculty=faculty,
        partner_faculty=partner_faculty,
        reference=reference,
    )
    settle(side.agreement)
    return side


def first_draft(
    institution: Institution,
    *,
    by: User,
    partner: Institution,
    content: Content | None,
    faculty: Faculty | None,
    partner_faculty: Faculty | None,
    reference: str,
    partner_reference: str = "",
) -> tuple[Party, Version]:
    """The rows of a new agreement: the own side, and the draft. The caller settles."""
    side = Party(institution=institution, partner=partner, position=1, is_author=True, faculty=faculty)
    authorise(by, "agreements.write", side)
    if institution == partner:
        raise Refused(_("An agreement needs two institutions. Choose a partner."), code="own_partner")
    agreement = Agreement.objects.create(made_by=by)
    side.agreement, side.reference = agreement, reference
    other = Party(
        agreement=agreement,
        position=2,
        institution=partner,
        partner=institution,
        faculty=partner_faculty,
        reference=partner_reference,
    )
    side.save()
    other.save()
    if content is None:
        parties = [
            (one.institution.key, one.institution.name, one.faculty.name if one.faculty else None)
            for one in (side, other)
        ]
        first_day = date(timezone.localdate().year + 1, 4, 1)
        last_day = date(first_day.year + USUAL_YEARS, 3, 31)
        content = blank(parties, starts_on=first_day, ends_on=last_day)
    check(content, side)
    version = _new_version(side, content, by)
    record(events.AGREEMENT_BEGUN, agreement, by=by)
    return side, version


@transaction.atomic
def edit_draft(party: Party, *, by: User, edition: int, content: Content) -> Version:
    """Replace what the draft says. *edition* is that of the form: a stale one is Refused(code="changed")."""
    party = locked(party, by=by)
    version = version_in_work(party)
    version.state = VERSION.after(version.state, "edit")
    refuse_stale(version.edition, edition)
    check(content, party)
    _follow_faculties(party.agreement, version.content, content)
    version.content = content
    version.edition += 1
    version.edited_by, version.edited_at = by, timezone.now()
    version.save(update_fields=["content", "edition", "edited_by", "edited_at"])
    settle(party.agreement)
    record(events.DRAFT_EDITED, party.agreement, by=by, version=version.number)
    return version


@transaction.atomic
def propose(party: Party, *, by: User, edition: int) -> Version:
    """Lay the draft before both sides as it is: its canonical bytes are kept, and each side may approve or refuse them."""
    party = locked(party, by=by)
    version = version_in_work(party)
    refuse_stale(version.edition, edition)
    version.state = VERSION.after(version.state, "propose")
    if problems := unfinished(version.content, party.agreement, today=timezone.localdate()):
        raise Refused(" ".join(problems), code="unfinished")
    lay_before(version, party)
    version.save()
    settle(party.agreement, "shared_at")
    tell_partner(record(events.PROPOSED, party.agreement, by=by, version=version.number), party)
    return version


@transaction.atomic
def recall(party: Party, *, by: User) -> Version:
    """Take back what one's own side has proposed or recorded, to change it; approvals of it do not count any more."""
    party = locked(party, by=by)
    version = version_in_work(party)
    verb_state = VERSION.after(version.state, "recall")
    if version.proposed_by_id != party.institution_id:
        raise Refused(
            _("The other side has proposed this. Refuse it with a reason, if it should be changed."),
            code="not_own",
        )
    version.state = verb_state
    back_to_draft(version)
    settle(party.agreement)
    tell_partner(record(events.RECALLED, party.agreement, by=by, version=version.number), party)
    return version


@transaction.atomic
def discard_draft(party: Party, *, by: User, edition: int) -> Version:
    """Give the draft up, unless somebody has edited it meanwhile. What is in force stays in force."""
    party = locked(party, by=by)
    version = version_in_work(party)
    refuse_stale(version.edition, edition)
    version.state = VERSION.after(version.state, "discard")
    version.moved_at = timezone.now()
    version.save(update_fields=["state", "moved_at"])
    settle(party.agreement)
    entry = record(events.DISCARDED, party.agreement, by=by, version=version.number)
    if version.shared_at:
        tell_partner(entry, party)
    return version


@transaction.atomic
def amend(party: Party, *, by: User) -> Version:
    """Begin a new version from what is agreed, which stays in force until both sides have approved the new one."""
    party = locked(party, by=by)
    last = _to_follow(party)
    held = queries.in_force(party.agreement, timezone.localdate()) or last
    return _follow(party, held.content, by, events.AMENDMENT_BEGUN)


@transaction.atomic
def renew(party: Party, *, by: User) -> Version:
    """Begin and propose, in one step, the same for the period that follows. Refused where there is no end."""
    party = locked(party, by=by)
    last = _to_follow(party)
    if last.content["ends_on"] is None:
        raise Refused(_("This agreement has no end. It needs no renewal."), code="no_end")
    version = _follow(party, renewed(last.content), by, events.RENEWAL_BEGUN)
    return propose(party, by=by, edition=version.edition)


# The steps


def faculty_called(name: Mapping[str, str] | None, faculties: Iterable[Faculty]) -> Faculty | None:
    """The one of this name, else one called so in any language; a name that nobody knows is text of the content only."""
    by_name = sorted(faculties, key=lambda one: asdict(one.name) != name)
    names = {fold(text) for text in (name or {}).values() if text}
    return next(
        (one for one in by_name if names & {fold(text) for text in asdict(one.name).values() if text}), None
    )


def _follow_faculties(agreement: Agreement, before: Content, now: Content) -> None:
    """The sides are of the faculties that the draft names, until something is agreed: from then on they stay."""
    named = {one["institution"]: one["faculty"] for one in before["parties"]}
    for one in now["parties"]:
        if one["faculty"] == named[one["institution"]]:
            continue
        if agreement.is_agreed:
            raise Refused(
                _("The faculties stay as they were agreed. For others, write a new agreement."),
                code="faculties_stay",
            )
        faculties = Faculty.objects.filter(institution__key=one["institution"]).order_by("pk")
        side = agreement.parties.get(institution__key=one["institution"])
        side.faculty = faculty_called(one["faculty"], faculties)
        side.save(update_fields=["faculty"])


def lay_before(version: Version, party: Party) -> None:
    """Fix the bytes, and let both sides see them."""
    now = timezone.now()
    version.canonical = canonical(version.content)
    version.sha256 = digest(version.canonical)
    version.proposal += 1
    version.proposed_by = party.institution
    version.refusal, version.refused_by = "", None
    version.moved_at = now
    version.shared_at = version.shared_at or now
    party.agreement.shared_at = party.agreement.shared_at or now


def back_to_draft(version: Version, **said: Any) -> None:
    """Without its bytes and days: approvals of them were for these alone."""
    version.canonical, version.sha256 = None, ""
    version.effective_on = version.in_force_from = version.in_force_until = None
    version.edition += 1
    version.moved_at = timezone.now()
    for name, value in said.items():
        setattr(version, name, value)
    version.save()


def _to_follow(party: Party) -> Version:
    """What a new version follows. Refused if there is nothing agreed, something in work already, or a notice."""
    if work := queries.open_version(party.agreement):
        if work.shared_at is None and work.author_id != party.institution_id:
            raise Refused(
                _(
                    "{institution} has been preparing a new version since {day}. You see it as soon as it is proposed."
                ).format(
                    institution=party.partner,
                    day=date_format(timezone.localtime(work.moved_at), "DATE_FORMAT"),
                ),
                code="prepared",
            )
        raise Refused(
            _("A new version is in work already. Go on with that one, or discard it first."), code="in_work"
        )
    last = queries.last_agreed(party.agreement)
    if last is None:
        raise Refused(_("Nothing is agreed yet that could be changed or renewed."), code="not_agreed")
    if party.agreement.ending_on:
        raise Refused(_("Notice has been given. Take the notice back first."), code="ending")
    return last


def _follow(party: Party, content: Content, by: User, event: Event) -> Version:
    """The next version, in which the two institutions are called as they are called now."""
    names = {one.key: asdict(one.name) for one in (party.institution, party.partner)}
    parties = [{**one, "name": names[one["institution"]]} for one in content["parties"]]
    version = _new_version(party, {**content, "parties": parties}, by)
    settle(party.agreement)
    record(event, party.agreement, by=by, version=version.number)
    return version


def _new_version(party: Party, content: Content, by: User) -> Version:
    number = party.agreement.versions.aggregate(number=Max("number"))["number"] or 0
    return Version.objects.create(
        agreement=party.agreement,
        number=number + 1,
        content=content,
        author=party.institution,
        edited_by=by,
    )


def days_in_force(version: Version, effective_on: date) -> tuple[date, date | None]:
    """From the day of the last signature, but not before the period begins, to the period's end."""
    starts_on, ends_on = period_of(version)
    first = max(starts_on, effective_on)
    if ends_on and ends_on < first:
        raise Refused(
            _("The period would be over before the agreement comes into force. Change the dates first."),
            code="over",
        )
    return first, ends_on


def earliest_end(party: Party, *, today: date) -> date:
    """The first day on which the agreement can end if notice is given today: by its notice period, in whole months."""
    held = queries.in_force(party.agreement, today) or queries.last_agreed(party.agreement)
    return later(today, held.content["notice_months"]) if held else today
