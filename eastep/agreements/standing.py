"""Where an agreement stands, who has to act, and since when: in sentences, the same for both sides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eastep.agreements.models import Agreement, Approval, Party, Version
from eastep.agreements.states import Standing, VersionState
from eastep.institutions.models import Institution

SOON = timedelta(days=366)  # an end so near is told: the first reminder comes at twelve months
TONES = {
    Standing.PROPOSED: "info",
    Standing.RECORDED: "warning",
    Standing.COMING: "good",
    Standing.IN_EFFECT: "good",
    Standing.ENDING: "warning",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing to know: the headline and what explains it."""

    headline: str
    sentences: list[str]
    tone: str = "info"


def tone(standing: Standing) -> str:
    """How the badge of a standing looks."""
    return TONES.get(standing, "plain")


def where_it_stands(
    agreement: Agreement,
    *,
    parties: Collection[Party],
    work: Version | None,
    approvals: Collection[Approval],
    today: date,
) -> list[Told]:
    """What holds, and then what is in work (*work*, with the approvals that count), each with who has to act."""
    told = [_what_holds(agreement, today)] if agreement.is_agreed else []
    if work is not None:
        told.append(_what_is_in_work(agreement, work, parties, approvals, today))
    if not told:
        told.append(
            Told(
                headline=_("Discarded."), sentences=[_("Nobody has to act. Nothing was agreed.")], tone="info"
            )
        )
    return told


def _what_holds(agreement: Agreement, today: date) -> Told:
    standing = agreement.standing(today)
    first, last = agreement.begins_on(today), agreement.ends_on
    nobody = _("Nobody has to act.")
    if standing == Standing.ENDED and last:
        return Told(headline=_("Ended on {day}.").format(day=_day(last)), sentences=[nobody])
    if standing == Standing.COMING and first:
        begins = _("Approved by both. In effect from {day}.").format(day=_day(first))
        return Told(headline=begins, sentences=[nobody], tone="good")
    since = _("In effect since {day}.").format(day=_day(first)) if first else _("In effect.")
    if standing == Standing.ENDING and agreement.ending_on and agreement.ending_given_on:
        sentences = [
            _("{institution} gave notice on {day}. The last day is {last_day}.").format(
                institution=agreement.ending_by,
                day=_day(agreement.ending_given_on),
                last_day=_day(agreement.ending_on),
            )
        ]
        if agreement.ending_reason:
            sentences.append(_("Reason: {reason}").format(reason=agreement.ending_reason))
        return Told(headline=since, sentences=sentences, tone="warning")
    if last is None:
        return Told(headline=since, sentences=[_("It has no last day."), nobody], tone="good")
    if last - today <= SOON:
        left = (last - today).days
        sentence = ngettext(
            "It ends on {day}, in {number} day. Renew it, or let it end.",
            "It ends on {day}, in {number} days. Renew it, or let it end.",
            left,
        ).format(day=_day(last), number=left)
        return Told(headline=since, sentences=[sentence], tone="warning")
    until = _("The last day is {day}.").format(day=_day(last))
    return Told(headline=since, sentences=[until, nobody], tone="good")


def _what_is_in_work(
    agreement: Agreement,
    work: Version,
    parties: Collection[Party],
    approvals: Collection[Approval],
    today: date,
) -> Told:
    by = work.proposed_by
    waits = [party for party in parties if party.pk not in {one.party_id for one in approvals}]
    since = timezone.localdate(work.moved_at)
    if work.state == VersionState.RECORDED and by is not None:
        partner = next(party.institution for party in parties if party.institution_id != by.pk)
        headline = _("Recorded by {first}, not confirmed by {second}").format(first=by, second=partner)
        sentences = [
            _("{institution} has to confirm it, or to refuse it with a reason.").format(institution=partner),
            _recorded(by, since, today),
        ]
        return Told(headline=headline, sentences=sentences, tone="warning")
    if work.state == VersionState.PROPOSED and by is not None:
        headline = (
            _("{institution} has to approve.").format(institution=waits[0].institution)
            if len(waits) == 1
            else _("Both sides have to approve.")
        )
        sentences = [_proposed(by, since, today)]
        sentences += [
            _approved(one.party.institution, timezone.localdate(one.at), today) for one in approvals
        ]
        return Told(headline=headline, sentences=sentences)
    return _draft(agreement, work, since, today)


def _draft(agreement: Agreement, work: Version, since: date, today: date) -> Told:
    number = work.number
    again = _("{institution} has to change it and propose it again. The other side may do so, too.").format(
        institution=work.proposed_by or work.author
    )
    if work.refused_by_id:
        sentences = [
            _("{institution} refused it on {day}. Reason: {reason}").format(
                institution=work.refused_by, day=_day(since), reason=work.refusal
            ),
            again,
        ]
        return Told(
            headline=_("Version {number} was refused.").format(number=number),
            sentences=sentences,
            tone="warning",
        )
    if work.shared_at:
        headline = _("Version {number} is a draft again.").format(number=number)
        return Told(headline=headline, sentences=[again, _edited(work, today)])
    headline = (
        _("Version {number} is a draft.").format(number=number)
        if agreement.is_agreed
        else _("This is a draft.")
    )
    sentences = [
        _("{institution} has to propose it. The partner does not see it before.").format(
            institution=work.author
        )
    ]
    return Told(headline=headline, sentences=[*sentences, _edited(work, today)])


def _edited(work: Version, today: date) -> str:
    on = timezone.localdate(work.edited_at)
    days = (today - on).days
    if days < 1:
        return _("Last edited today by {who}.").format(who=work.edited_by)
    return ngettext(
        "Last edited by {who} on {day}, {number} day ago.",
        "Last edited by {who} on {day}, {number} days ago.",
        days,
    ).format(who=work.edited_by, day=_day(on), number=days)


def _proposed(who: Institution, on: date, today: date) -> str:
    days = (today - on).days
    if days < 1:
        return _("Proposed by {who} today.").format(who=who)
    return ngettext(
        "Proposed by {who} on {day}, {number} day ago.",
        "Proposed by {who} on {day}, {number} days ago.",
        days,
    ).format(who=who, day=_day(on), number=days)


def _recorded(who: Institution, on: date, today: date) -> str:
    days = (today - on).days
    if days < 1:
        return _("Recorded by {who} today.").format(who=who)
    return ngettext(
        "Recorded by {who} on {day}, {number} day ago.",
        "Recorded by {who} on {day}, {number} days ago.",
        days,
    ).format(who=who, day=_day(on), number=days)


def _approved(who: Institution, on: date, today: date) -> str:
    days = (today - on).days
    if days < 1:
        return _("Approved by {who} today.").format(who=who)
    return ngettext(
        "Approved by {who} on {day}, {number} day ago.",
        "Approved by {who} on {day}, {number} days ago.",
        days,
    ).format(who=who, day=_day(on), number=days)


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
